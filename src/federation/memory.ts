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
    this.#store ??= this.#home.who().then(({ userId, projectId }) => {
      this.#opened = this.#open({ homeAuthUrl: this.#home.authUrl, userId, projectId });
      return this.#opened;
    });
    return this.#store;
  }

  /** What is remembered under an id, of any type. */
  async recallAll(id: string): Promise<readonly LocationEntry[]> {
    return (await this.store()).find(id);
  }

  async recall(named: Named): Promise<LocationEntry | undefined> {
    if (!isRememberable(idsOf(named), named.id)) return undefined;
    const { id, typeName } = named;
    const store = await this.store();
    const found = (await store.find(id)).find(({ type }) => type === typeName);
    // Services take ids in other spellings; what they answer with is lower-case.
    if (found !== undefined || id === id.toLowerCase()) return found;
    return (await store.find(id.toLowerCase())).find(({ type }) => type === typeName);
  }

  /** The scope of what is remembered, where both that and the scope's token are at hand. */
  heldScope(named: Named): Scope | undefined {
    const { typeName, id } = named;
    if (!isRememberable(idsOf(named), id)) return undefined;
    const entry = this.#opened?.held?.(id)?.find((each) => each.type === typeName);
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

  async forget(typeName: string, id: string): Promise<void> {
    await (await this.store()).forget(typeName, id);
  }

  /** Remember one resource that a scope showed, and give the scope that owns it. */
  async learn({ named, id, item, scope }: Seen): Promise<Scope> {
    const owner = await this.#owningScope(named.type, item, scope);
    if (isRememberable(idsOf(named), id)) {
      await (await this.store()).put([{ type: named.typeName, id, location: locationIn(owner, owner.project) }]);
    }
    return owner;
  }

  /** Remember resources that a scope showed, at the scopes that own them. */
  async learnAll(seen: readonly Seen[]): Promise<void> {
    const entries: LocationEntry[] = [];
    for (const { named, id, item, scope } of seen) {
      if (!isRememberable(idsOf(named), id)) continue;
      const owner = await this.#owningScope(named.type, item, scope);
      entries.push({ type: named.typeName, id, location: locationIn(owner, owner.project) });
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
      entries.push({ type: type.name, id, location: owner === undefined ? here : locationIn(scope, owner) });
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

/** The service of a type's name, which is `service/collection` for a collection that the registry does not know. */
const serviceOfType = remembering((typeName): Service => {
  const name = typeNamed(typeName)?.service ?? typeName.split('/')[0] ?? '';
  return serviceOf(name) ?? { type: name, aliases: [], projectInPath: false };
});

/** The region is remembered only where the provider has the service in several. */
function locationIn({ provider, region, isRegional }: Scope, { id }: Project): Location {
  return { provider, projectId: id, ...(isRegional === true && region !== undefined && { region }) };
}
