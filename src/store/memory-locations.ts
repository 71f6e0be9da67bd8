/** Locations in memory, of any number of owners: some 180 bytes for one. */

import { Lru } from '../lru.ts';
import type { Location, LocationEntry, LocationStore } from '../ports/memory.ts';
import { locationOf } from './location-of.ts';

/** Most entries have one of few types and locations, and share the object that says so. */
const SHARED_PLACES = 10_000;

/** Places of an owner of which is known that something was learnt there lately. */
const LATEST_PLACES = 32;

/** Locations of many owners in memory, each in a store of its own; the limit is one for all of them together. */
export function memoryLocationsOf(options: { limit: number }): (owner: string) => LocationStore {
  const kept = new KeptLocations(options.limit);
  return (owner) => ({
    find: (id) => Promise.resolve(kept.entriesOf(owner, id)),
    held: (id) => kept.entriesOf(owner, id),
    recent: () => Promise.resolve(kept.latestOf(owner)),
    put: (entries) => Promise.resolve(kept.put(owner, entries)),
    forget: (type, id) => Promise.resolve(kept.forget(owner, type, id)),
    entries: () => kept.entries(owner),
    clear: () => Promise.resolve(kept.clear(owner)),
  });
}

/** What is remembered under an id: an entry without the id, which the key has. */
interface Place {
  /** What is shared is shared under it. */
  readonly key: string;
  readonly type: string;
  readonly location: Location;
  /** Itself, as the places of an id that has no other: most have none, and no list of their own then. */
  readonly alone: readonly Place[];
}

interface Owner {
  readonly name: string;
  /** What the keys of its ids begin with. */
  readonly prefix: string;
  ids: number;
  /** The id that was learnt last, by the place that it has. */
  readonly latest: Lru<LocationEntry>;
}

const NOWHERE: readonly Place[] = [];

class KeptLocations {
  readonly #limit: number;
  /** By the owner's prefix and the id. */
  readonly #byId = new Lru<readonly Place[]>();
  readonly #owners = new Map<string, Owner>();
  readonly #byPrefix = new Map<string, Owner>();
  readonly #places = new Lru<Place>(SHARED_PLACES);
  #nextOwner = 0;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  entriesOf(name: string, id: string): readonly LocationEntry[] {
    return this.find(name, id).map((place) => entryOf(id, place));
  }

  find(name: string, id: string): readonly Place[] {
    const owner = this.#owners.get(name);
    if (owner === undefined) return NOWHERE;
    return this.#byId.get(owner.prefix + id) ?? NOWHERE;
  }

  put(name: string, entries: readonly LocationEntry[]): void {
    let last: { readonly entry: LocationEntry; readonly place: Place } | undefined;
    for (const entry of entries) {
      const { type, id, location } = entry;
      // Most of a listing is in one place.
      if (last?.entry.type !== type || last.entry.location !== location) {
        last = { entry, place: this.#shared(type, location) };
      }
      const { place } = last;
      const before = this.find(name, id);
      if (before.includes(place)) continue;
      const others = before.filter((each) => each.type !== type);
      const owner = this.#owner(name);
      owner.latest.set(place.key, entryOf(id, place));
      this.#set(owner, id, others.length === 0 ? place.alone : [...others, place]);
    }
    for (const [key, ofId] of this.#byId.entries()) {
      if (this.#size <= this.#limit) break;
      this.#drop(key, ofId);
    }
  }

  latestOf(name: string): readonly LocationEntry[] {
    return [...(this.#owners.get(name)?.latest.entries() ?? [])].map(([, entry]) => entry).reverse();
  }

  forget(name: string, type: string, id: string): void {
    const owner = this.#owners.get(name);
    const before = this.find(name, id);
    const rest = before.filter((each) => each.type !== type);
    if (owner === undefined || rest.length === before.length) return;
    if (rest.length === 0) this.#drop(owner.prefix + id, before);
    else this.#set(owner, id, rest);
  }

  async *entries(name: string): AsyncGenerator<LocationEntry> {
    const prefix = this.#owners.get(name)?.prefix;
    if (prefix === undefined) return;
    const entries: LocationEntry[] = [];
    for (const [key, ofId] of this.#byId.entries()) {
      if (key.startsWith(prefix)) entries.push(...ofId.map((place) => entryOf(key.slice(prefix.length), place)));
    }
    yield* entries;
  }

  clear(name: string): void {
    const prefix = this.#owners.get(name)?.prefix;
    if (prefix === undefined) return;
    for (const [key, ofId] of this.#byId.entries()) if (key.startsWith(prefix)) this.#drop(key, ofId);
  }

  #set(owner: Owner, id: string, places: readonly Place[]): void {
    const key = owner.prefix + id;
    const before = this.#byId.get(key);
    if (before === undefined) owner.ids += 1;
    this.#size += places.length - (before?.length ?? 0);
    this.#byId.set(key, places);
  }

  #drop(key: string, places: readonly Place[]): void {
    this.#byId.delete(key);
    this.#size -= places.length;
    const owner = this.#byPrefix.get(key.slice(0, key.indexOf(' ') + 1));
    if (owner === undefined) return;
    owner.ids -= 1;
    if (owner.ids > 0) return;
    this.#owners.delete(owner.name);
    this.#byPrefix.delete(owner.prefix);
  }

  #owner(name: string): Owner {
    const known = this.#owners.get(name);
    if (known !== undefined) return known;
    const owner = { name, prefix: `${this.#nextOwner} `, ids: 0, latest: new Lru<LocationEntry>(LATEST_PLACES) };
    this.#nextOwner += 1;
    this.#owners.set(name, owner);
    this.#byPrefix.set(owner.prefix, owner);
    return owner;
  }

  #shared(type: string, { provider, projectId, region }: Location): Place {
    const key = JSON.stringify([type, provider, projectId, region]);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const alone: Place[] = [];
    const place: Place = { key, type, location: Object.freeze(locationOf(provider, projectId, region)), alone };
    alone.push(place);
    this.#places.set(key, place);
    return place;
  }
}

function entryOf(id: string, { type, location }: Place): LocationEntry {
  return { type, id, location };
}
