import { isFedError, ProviderAuthError } from '../errors.ts';
import type { Project } from '../keystone/token.ts';
import type { Location, LocationEntry, LocationStore } from '../ports/memory.ts';
import { remembering } from '../remembering.ts';
import { serviceOf, typeNamed } from '../services/index.ts';
import type { ResourceType, Service } from '../services/types.ts';
import type { Home } from './home.ts';
import { isShared, ownerOf } from './owner.ts';
import { fieldOf } from './pointer.ts';
import { isInRegions, rememberedScope } from './regions.ts';
import { type IdKind, idsOf, looksLikeId, type Named } from './resource.ts';
import type { Roster } from './roster.ts';
import type { Scope } from './scope.ts';

/** Whom locations are remembered for: what a user sees depends on the home project too. */
export interface LocationsOwner {
  readonly homeAuthUrl: string;
  readonly userId: string;
  readonly projectId: string;
}

/** A resource as a scope showed it. */
export interface Seen {
  readonly named: Pick<Named, 'type' | 'typeName' | 'ids'>;
  readonly id: string;
  readonly item: unknown;
  readonly scope: Scope;
}

/**
 * Which ids are worth remembering. Names and numbers are not unique across clouds and are heard from all each
 * time; so are chosen ids, unless they look like those that services make.
 */
export function isRememberable(ids: IdKind, id: string): boolean {
  return ids === 'uuid' || (ids === 'chosen' && looksLikeId(id));
}

/**
 * The name under which it is remembered where a resource was seen whose id others may have chosen, too: one for each
 * owner. Under the type's own name is the owner alone that was the only one when all were asked.
 */
function seenName(typeName: string, { provider, region }: Pick<Location, 'provider' | 'region'>): string {
  return `${typeName}@${provider}${region === undefined ? '' : `/${region}`}`;
}

function isOfType(entry: LocationEntry, typeName: string): boolean {
  return entry.type === typeName || entry.type.startsWith(`${typeName}@`);
}

/** The entry of a type among those of an id; none where the id was seen at another owner, too. */
function ownerAmong(entries: readonly LocationEntry[], typeName: string): LocationEntry | undefined {
  const only = entries.find(({ type }) => type === typeName);
  if (only === undefined) return undefined;
  const seen = seenName(typeName, only.location);
  return entries.every((each) => each === only || !isOfType(each, typeName) || each.type === seen) ? only : undefined;
}

/** What the engine learns of where resources live, and what it remembers. */
export class Memory {
  readonly #home: Home;
  readonly #roster: Roster;
  readonly #open: (owner: LocationsOwner) => LocationStore;
  #store: Promise<LocationStore> | undefined;
  #opened: LocationStore | undefined;

  constructor(home: Home, roster: Roster, open: (owner: LocationsOwner) => LocationStore) {
    this.#home = home;
    this.#roster = roster;
    this.#open = open;
  }

  /** The store of the user's locations. */
  store(): Promise<LocationStore> {
    if (this.#store !== undefined) return this.#store;
    const opening = this.#home.who().then(({ userId, projectId }) => {
      this.#opened = this.#open({ homeAuthUrl: this.#home.authUrl, userId, projectId });
      return this.#opened;
    });
    this.#store = opening;
    // Home may be back the next time.
    opening.catch(() => {
      if (this.#store === opening) this.#store = undefined;
    });
    return opening;
  }

  /** What is remembered under an id, of any type: where it can have several owners, the one that was the only one. */
  async recallAll(id: string): Promise<readonly LocationEntry[]> {
    const entries = await (await this.store()).find(id);
    return entries.filter((entry) => ownerAmong(entries, entry.type) === entry && !entry.type.includes('@'));
  }

  async recall(named: Named): Promise<LocationEntry | undefined> {
    if (!isRememberable(idsOf(named), named.id)) return undefined;
    const { id, typeName } = named;
    const store = await this.store();
    const found = ownerAmong(await store.find(id), typeName);
    // Services take ids in other spellings; what they answer with is lower-case.
    if (found !== undefined || id === id.toLowerCase()) return found;
    return ownerAmong(await store.find(id.toLowerCase()), typeName);
  }

  /** The scope of what is remembered, where both that and the scope's token are at hand. */
  heldScope(named: Named): Scope | undefined {
    const { typeName, id } = named;
    if (!isRememberable(idsOf(named), id)) return undefined;
    const entry = ownerAmong(this.#opened?.held?.(id) ?? [], typeName);
    if (entry === undefined) return undefined;
    const { provider, projectId, region } = entry.location;
    const there = this.#roster.named(provider);
    const token = there.heldToken?.({ id: projectId });
    if (token?.project === undefined) return undefined;
    return rememberedScope({ provider, project: token.project }, token.catalog, there, serviceOfType(typeName), region);
  }

  /**
   * The scope of a remembered location, with the project's name.
   * @returns undefined when the user has no token for it any more, or the region is not known or not there any more: the
   *   location is of no use then
   */
  async scopeOf({ type, location }: LocationEntry): Promise<Scope | undefined> {
    const { provider, projectId, region } = location;
    const there = this.#roster.named(provider);
    try {
      const { project, catalog } =
        there.heldToken?.({ id: projectId }) ?? (await there.tokenFor({ id: projectId, name: projectId }));
      const scope = { provider, project: project ?? { id: projectId, name: projectId } };
      return rememberedScope(scope, catalog, there, serviceOfType(type), region);
    } catch (error) {
      if (error instanceof ProviderAuthError && error.step === 'scope' && error.status === 401) return undefined;
      throw error;
    }
  }

  /** Whether a scope is in the regions of a narrowing, by the endpoint that it is asked at. */
  async isInside(scope: Scope, typeName: string, regions: readonly string[] | undefined): Promise<boolean> {
    if (regions === undefined) return true;
    const provider = this.#roster.named(scope.provider);
    const { catalog } = await provider.tokenFor(scope.project);
    return isInRegions(scope, catalog, provider, serviceOfType(typeName), regions);
  }

  /** Providers where something was found lately, those of such a type first: where there are many, the likeliest owners. */
  async likeliest(typeName?: string): Promise<readonly string[]> {
    const recent = (await (await this.store()).recent?.()) ?? [];
    const alike = recent.filter(({ type }) => type === typeName);
    return [...new Set([...alike, ...recent].map(({ location }) => location.provider))];
  }

  /** Of all its owners. */
  async forget(typeName: string, id: string): Promise<void> {
    const store = await this.store();
    const seen = (await store.find(id)).filter((entry) => isOfType(entry, typeName) && entry.type !== typeName);
    for (const { type } of seen) await store.forget(type, id);
    await store.forget(typeName, id);
  }

  /**
   * Remember one resource that a scope showed, and give the scope that owns it.
   * @param isOnly whether all were asked, and nobody else has the id
   */
  async learn({ named, id, item, scope }: Seen, isOnly = false): Promise<Scope> {
    const owner = await this.#owningScope(named.type, item, scope);
    if (isRememberable(idsOf(named), id)) {
      const entry = { type: named.typeName, id, location: locationIn(owner, owner.project) };
      // What was seen at others before is not there any more.
      if (isOnly && idsOf(named) !== 'uuid') await this.forget(named.typeName, id);
      await (await this.store()).put([isOnly ? entry : asSeen(entry, idsOf(named))]);
    }
    return owner;
  }

  /** Remember resources that a scope showed, at the scopes that own them. */
  async learnAll(seen: readonly Seen[]): Promise<void> {
    const entries: LocationEntry[] = [];
    for (const { named, id, item, scope } of seen) {
      if (!isRememberable(idsOf(named), id)) continue;
      const owner = await this.#owningScope(named.type, item, scope);
      const entry = { type: named.typeName, id, location: locationIn(owner, owner.project) };
      entries.push(asSeen(entry, idsOf(named)));
    }
    await this.put(entries);
  }

  /** Remember a page of a listing at the scope that listed it. */
  async learnPage(type: ResourceType, items: readonly unknown[], scope: Scope): Promise<void> {
    await this.put(await this.locationsOf(type, items, scope));
  }

  /** Remember these, where home can say whose they are: what other clouds have listed stands without it. */
  async put(entries: readonly LocationEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const store = await this.store().catch((error: unknown) => {
      if (!isFedError(error)) throw error;
      return undefined;
    });
    await store?.put(entries);
  }

  /** Where the items of a listing live that are worth remembering, as the scope knows that listed them. */
  async locationsOf(type: ResourceType, items: readonly unknown[], scope: Scope): Promise<LocationEntry[]> {
    const projects = isShared(type) ? await this.#roster.named(scope.provider).projects() : [];
    const here = locationIn(scope, scope.project);
    const entries: LocationEntry[] = [];
    for (const item of items) {
      const id = fieldOf(item, type.idField);
      if (typeof id !== 'string' || !isRememberable(type.ids, id)) continue;
      const owner = projects.find((project) => project.id === ownerOf(type, item));
      const location = owner === undefined ? here : locationIn(scope, owner);
      entries.push(asSeen({ type: type.name, id, location }, type.ids));
    }
    return entries;
  }

  /** A shared resource lives in the project that owns it, if the user has that one too. */
  async #owningScope(type: ResourceType | undefined, item: unknown, scope: Scope): Promise<Scope> {
    const ownerId = isShared(type) ? ownerOf(type, item) : undefined;
    if (ownerId === undefined || ownerId === scope.project.id) return scope;
    const projects = await this.#roster.named(scope.provider).projects();
    const project = projects.find(({ id }) => id === ownerId);
    return project === undefined ? scope : { ...scope, project };
  }
}

/** An id that is one resource's alone has one owner; of another, this is one of its owners. */
function asSeen(entry: LocationEntry, ids: IdKind): LocationEntry {
  return ids === 'uuid' ? entry : { ...entry, type: seenName(entry.type, entry.location) };
}

/** The service of a type's name, which is `service/collection` for a collection that the registry does not know. */
const serviceOfType = remembering((typeName): Service => {
  const name = typeNamed(typeName)?.service ?? typeName.split('/')[0] ?? '';
  return serviceOf(name) ?? { type: name, aliases: [], projectInPath: false };
});

/** The region is remembered only where the provider has the service in several. */
function locationIn({ provider, region, isRegional }: Scope, { id }: Project): Location {
  return { provider, projectId: id, ...(isRegional === true && region !== undefined && { region }) };
}
