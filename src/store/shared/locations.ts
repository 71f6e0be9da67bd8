/** Remembered locations in a shared cache, with the last few in this process too. One value for each id. */

import { Lru } from '../../lru.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LocationEntry, LocationStore } from '../../ports/memory.ts';
import { locationOf } from '../location-of.ts';
import { AtOnce } from './at-once.ts';
import { MAX_SECONDS } from './cache.ts';
import type { Generations } from './generations.ts';
import { type LocationsOfId, readLocations, writeLocations } from './locations-text.ts';
import { ownerHash } from './owner-hash.ts';
import type { Found, SealedCache } from './sealed-cache.ts';

/** What was told is not told again for so many times as long: a listing that is repeated costs little then. */
const TOLD_TIMES = 12;
/** So many ids are looked up, or written, together. */
const GROUP = 200;

interface LocalLocations {
  readonly owner: string;
  readonly generation: string;
  readonly id: string;
  readonly locations: LocationsOfId;
  /** When the cache was seen to have them, by the process' own steady clock; undefined while it has not. */
  readonly sharedAt: number | undefined;
}

export interface SharedLocationsOptions {
  readonly cache: SealedCache;
  readonly generations: Generations;
  readonly clock: Clock;
  /** How many ids stay in this process, for all owners together. */
  readonly limit: number;
  /** So soon does a process see what another has learned or forgotten about an id that it knows. */
  readonly freshMs: number;
}

/**
 * The locations of many owners, each in a store of its own. `entries()` gives what this process has seen lately, as a
 * cache cannot list what is in it; everything else speaks of all processes.
 *
 * @returns the store of an owner
 */
export function sharedLocations(options: SharedLocationsOptions): (owner: string) => LocationStore {
  const local = new Lru<LocalLocations>(options.limit);
  const reading = new AtOnce<LocationsOfId>();
  return (owner) => new SharedLocations(options, `locations ${ownerHash(owner)}`, local, reading);
}

class SharedLocations implements LocationStore {
  readonly #cache: SealedCache;
  readonly #generations: Generations;
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #owner: string;
  readonly #local: Lru<LocalLocations>;
  readonly #reading: AtOnce<LocationsOfId>;

  constructor(
    { cache, generations, clock, freshMs }: SharedLocationsOptions,
    owner: string,
    local: Lru<LocalLocations>,
    reading: AtOnce<LocationsOfId>,
  ) {
    this.#cache = cache;
    this.#generations = generations;
    this.#clock = clock;
    this.#freshMs = freshMs;
    this.#owner = owner;
    this.#local = local;
    this.#reading = reading;
  }

  async find(id: string): Promise<readonly LocationEntry[]> {
    const generation = await this.#generation();
    const label = this.#label(generation, id);
    const local = this.#local.get(label);
    if (local !== undefined && this.#isFresh(local)) return entriesOf(id, local.locations);
    return entriesOf(id, await this.#reading.do(label, () => this.#read(generation, id)));
  }

  async put(entries: readonly LocationEntry[]): Promise<void> {
    const learned = new Map<string, Map<string, LocationEntry['location']>>();
    for (const { type, id, location } of entries) {
      const ofId = learned.get(id) ?? new Map<string, LocationEntry['location']>();
      ofId.set(type, locationOf(location.provider, location.projectId, location.region));
      learned.set(id, ofId);
    }
    const generation = await this.#generation();
    const news = [...learned].filter(([id, locations]) => {
      const local = this.#local.get(this.#label(generation, id));
      return local === undefined || !this.#isFresh(local, TOLD_TIMES) || !hasAll(local.locations, locations);
    });
    for (let start = 0; start < news.length; start += GROUP) {
      await this.#putGroup(generation, news.slice(start, start + GROUP));
    }
  }

  async forget(type: string, id: string): Promise<void> {
    const generation = await this.#generation();
    const rest = new Map(await this.#read(generation, id));
    if (!rest.delete(type)) return;
    const label = this.#label(generation, id);
    if (rest.size > 0) return this.#write(generation, [[id, rest]]);
    this.#local.delete(label);
    await this.#cache.forget([label]);
  }

  async *entries(): AsyncGenerator<LocationEntry> {
    const generation = await this.#generation();
    for (const [, local] of this.#local.entries()) {
      if (local.owner === this.#owner && local.generation === generation) yield* entriesOf(local.id, local.locations);
    }
  }

  clear(): Promise<void> {
    return this.#generations.clear(this.#owner);
  }

  async #putGroup(generation: string, group: ReadonlyArray<readonly [string, LocationsOfId]>): Promise<void> {
    const labels = group.map(([id]) => this.#label(generation, id));
    const found = await this.#cache.get(labels);
    const unwritten: Array<readonly [string, LocationsOfId]> = [];
    for (const [at, [id, locations]] of group.entries()) {
      const answer = found[at] ?? 'cannot say';
      const known = this.#learn(generation, id, answer);
      const all = new Map([...known, ...locations]);
      if (answer === 'cannot say') this.#keepHere(generation, id, all);
      else if (answer === 'absent' || !hasAll(known, locations)) unwritten.push([id, all]);
    }
    if (unwritten.length > 0) await this.#write(generation, unwritten);
  }

  async #read(generation: string, id: string): Promise<LocationsOfId> {
    const label = this.#label(generation, id);
    const before = this.#local.get(label);
    const [found = 'cannot say'] = await this.#cache.get([label]);
    const now = this.#local.get(label);
    // Something was put, or forgotten, meanwhile.
    if (now !== before) return now?.locations ?? new Map();
    return this.#learn(generation, id, found);
  }

  /** Take over what the cache says of an id. */
  #learn(generation: string, id: string, found: Found): LocationsOfId {
    const label = this.#label(generation, id);
    if (typeof found === 'object') {
      const locations = readLocations(found.text);
      this.#local.set(label, { owner: this.#owner, generation, id, locations, sharedAt: performance.now() });
      return locations;
    }
    const local = this.#local.get(label);
    // What could not be shared is good all the same; what was shared and is gone was forgotten by another process.
    if (found === 'cannot say' || local?.sharedAt === undefined) return local?.locations ?? new Map();
    this.#local.delete(label);
    return new Map();
  }

  async #write(generation: string, group: ReadonlyArray<readonly [string, LocationsOfId]>): Promise<void> {
    const unshared = group.map(([id, locations]) => this.#keepHere(generation, id, locations));
    const texts = group.map(([id, locations]) => [this.#label(generation, id), writeLocations(locations)] as const);
    const kept = await this.#cache.put(texts, this.#clock.now() + MAX_SECONDS * 1000);
    for (const [at, local] of unshared.entries()) {
      const label = this.#label(generation, local.id);
      // Something else may have been put meanwhile.
      if (kept[at] !== true || this.#local.get(label) !== local) continue;
      this.#local.set(label, { ...local, sharedAt: performance.now() });
    }
  }

  #keepHere(generation: string, id: string, locations: LocationsOfId): LocalLocations {
    const local = { owner: this.#owner, generation, id, locations, sharedAt: undefined };
    this.#local.set(this.#label(generation, id), local);
    return local;
  }

  #isFresh({ sharedAt }: LocalLocations, times = 1): boolean {
    return sharedAt !== undefined && performance.now() - sharedAt < times * this.#freshMs;
  }

  #generation(): Promise<string> {
    return this.#generations.of(this.#owner);
  }

  #label(generation: string, id: string): string {
    return `${this.#owner} ${generation} ${id}`;
  }
}

function entriesOf(id: string, locations: LocationsOfId): LocationEntry[] {
  return [...locations].map(([type, location]) => ({ type, id, location }));
}

function hasAll(known: LocationsOfId, wanted: LocationsOfId): boolean {
  return [...wanted].every(([type, { provider, projectId, region }]) => {
    const location = known.get(type);
    return location?.provider === provider && location.projectId === projectId && location.region === region;
  });
}
