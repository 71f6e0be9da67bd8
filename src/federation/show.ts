import { CouldNotSayError, isFedError, NotFoundError, ProviderResponseError, type Unsaid } from '../errors.ts';
import type { CancelSignal } from '../ports/http.ts';
import { resourceTypes, serviceOf } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';
import { anySignal, isCancelled } from './abort.ts';
import type { Caller } from './call.ts';
import type { Located, LocateOptions, Locator } from './locate.ts';
import type { Memory } from './memory.ts';
import { findByName } from './name.ts';
import { allUnsaid, nothingFound, unsaidOf } from './outcome.ts';
import { ownProjects, projectItem, unlessFailed } from './own-projects.ts';
import { type NoService, probe, probeOne, type Sighting } from './probe.ts';
import { looksLikeId, showSubject } from './resource.ts';
import type { Roster } from './roster.ts';
import { type Scope, scopeLabel } from './scope.ts';
import type { Verdict } from './verdict.ts';

/** A resource with the scope that owns it. */
export interface Shown {
  readonly type: ResourceType;
  readonly id: string;
  /** As the API gave it, without the key around it. */
  readonly item: Readonly<Record<string, unknown>>;
  readonly scope: Scope;
  /** `named`: found by its name. */
  readonly how: Located['how'] | 'named';
  /** Who could not be asked although they may have another one of that id or name. */
  readonly unsaid: readonly Unsaid[];
}

/** Who owns a resource, and how that is known. */
export type Owned = Pick<Located, 'scope' | 'id' | 'typeName' | 'unsaid'> & { readonly how: Shown['how'] };

/** Finds one resource by its id, or by its name. */
export class Finder {
  readonly #roster: Roster;
  readonly #caller: Caller;
  readonly #memory: Memory;
  readonly #locator: Locator;

  constructor(roster: Roster, caller: Caller, memory: Memory, locator: Locator) {
    this.#roster = roster;
    this.#caller = caller;
    this.#memory = memory;
    this.#locator = locator;
  }

  /**
   * The resource with this id, else the one with this name. A name is looked for only when no resource has it as its
   * id; where ids have a form of their own, what has not that form is a name.
   *
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError
   */
  async show(type: ResourceType, idOrName: string, options: LocateOptions = {}): Promise<Shown> {
    const own = type.isScope ? await this.#ownProject(type, idOrName, options) : undefined;
    if (own !== undefined) return own;
    if (type.ids === 'uuid' && !looksLikeId(idOrName)) return this.#showNamed(type, idOrName, options);
    try {
      return await this.#showId(type, idOrName, options);
    } catch (error) {
      if (type.idField === 'name' || !(error instanceof NotFoundError || error instanceof CouldNotSayError))
        throw error;
      return this.#showNamed(type, idOrName, options, error);
    }
  }

  async #showId(type: ResourceType, id: string, options: LocateOptions): Promise<Shown> {
    const { service, named } = showSubject(type, id);
    const known = await this.#locator.remembered(named, options.narrowing);
    const shown = known && (await this.#showAt(type, id, known, options.signal));
    if (shown !== undefined) return shown;
    const found = await this.#locator.probed(service, named, options);
    const { scope, sighting, unsaid } = found;
    if (sighting === undefined) throw new Error('a probe without an answer');
    return { type, id: found.id, item: sighting.item, scope, how: 'probed', unsaid };
  }

  /** The resource where it is remembered; undefined when it is not there any more. */
  async #showAt(type: ResourceType, id: string, { scope }: Located, signal?: CancelSignal): Promise<Shown | undefined> {
    const { service, named } = showSubject(type, id);
    const verdict = await this.#ask(type, id, scope, signal);
    if (verdict === undefined) return undefined;
    switch (verdict.kind) {
      case 'here':
        await this.#memory.learn({ named, id: verdict.id, item: verdict.item, scope });
        return { type, id: verdict.id, item: verdict.item, scope, how: 'remembered', unsaid: [] };
      case 'absent':
        await this.#memory.forget(named.typeName, id);
        return undefined;
      case 'unsaid':
        throw new ProviderResponseError(
          `${named.typeName} ${id} is remembered at ${scopeLabel(scope)}, but ${verdict.reason}.`,
          {
            provider: scope.provider,
            status: verdict.status,
            hint: `The ${service.type} service there may be in trouble.`,
          },
        );
    }
  }

  /** Undefined where the scope's provider is no more. */
  async #ask(
    type: ResourceType,
    id: string,
    scope: Scope,
    signal?: CancelSignal,
  ): Promise<Verdict | NoService | undefined> {
    const { service, named } = showSubject(type, id);
    try {
      return await probeOne(this.#caller, scope, service, named, { signal });
    } catch (error) {
      if (isCancelled(signal)) throw error;
      if (isFedError(error) && (await this.#locator.isLost(scope, named))) return undefined;
      const unsaid = [unsaidOf(error, scope)];
      throw new CouldNotSayError(
        `${named.typeName} ${id} is remembered at ${scopeLabel(scope)}; ${allUnsaid(unsaid)}.`,
        { absent: [], unsaid, hint: isFedError(error) ? error.hint : undefined },
      );
    }
  }

  async #showNamed(
    type: ResourceType,
    name: string,
    options: LocateOptions,
    byId?: NotFoundError | CouldNotSayError,
  ): Promise<Shown> {
    const { matches, answered, unsaid } = await findByName(
      this.#roster,
      this.#caller,
      this.#memory,
      type,
      name,
      options,
    );
    const [match, another] = matches;
    if (match === undefined) throw byId ?? nothingFound(`${type.name} ${name}`, answered, unsaid);
    const { named } = showSubject(type, match.id);
    if (another !== undefined) {
      const { severalOwners } = await import('./ambiguity.ts');
      throw severalOwners(
        `${type.name} ${name}`,
        matches.map((each) => ({ named, item: each.item, id: each.id, scope: each.scope })),
      );
    }
    const shown = await this.#showAt(type, match.id, {
      scope: match.scope,
      id: match.id,
      typeName: type.name,
      how: 'probed',
      unsaid: [],
    });
    if (shown === undefined) throw nothingFound(`${type.name} ${name}`, answered, unsaid);
    return { ...shown, how: 'named', unsaid };
  }

  /**
   * Who owns a resource: as remembered, without asking, else found as `show` finds it.
   *
   * @param type undefined for any
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError
   */
  async locate(type: ResourceType | undefined, idOrName: string, options: LocateOptions = {}): Promise<Owned> {
    const entries = await this.#memory.recallAll(idOrName);
    for (const entry of type === undefined ? entries : entries.filter((each) => each.type === type.name)) {
      const named = { typeName: entry.type, id: entry.id, itemPath: '' };
      const known = await this.#locator.remembered(named, options.narrowing);
      if (known !== undefined) return known;
    }
    const shown = await (type === undefined ? this.showAny(idOrName, options) : this.show(type, idOrName, options));
    return { scope: shown.scope, id: shown.id, typeName: shown.type.name, how: shown.how, unsaid: shown.unsaid };
  }

  /**
   * A resource of any type that has this id.
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError
   */
  async showAny(id: string, options: LocateOptions = {}): Promise<Shown> {
    for (const entry of await this.#memory.recallAll(id)) {
      const type = resourceTypes.find(({ name }) => name === entry.type);
      if (type !== undefined) return this.show(type, id, options);
    }
    const found = new AbortController();
    const [{ sightings, absent, unsaid }, own] = await Promise.all([
      this.#probeTypes(id, options, found),
      this.#anyOwnProject(id, options, () => found.abort()),
    ]);
    if (own !== undefined) return own;
    const [sighting, another] = sightings;
    if (sighting === undefined) {
      const notLookedFor = resourceTypes.filter((type) => !isLookedFor(type) && !type.isScope);
      throw nothingFound(`A resource with the id ${id}`, absent, unsaid, { notLookedFor });
    }
    if (another !== undefined) {
      const { severalOwners } = await import('./ambiguity.ts');
      throw severalOwners(`The id ${id}`, sightings);
    }
    const scope = await this.#memory.learn(sighting);
    const { type } = sighting.named;
    if (type === undefined) throw new Error('a probe of no type');
    return { type, id: sighting.id, item: sighting.item, scope, how: 'probed', unsaid: [] };
  }

  #anyOwnProject(id: string, options: LocateOptions, matched: () => void): Promise<Shown | undefined> {
    const type = resourceTypes.find(({ isScope }) => isScope);
    return type === undefined ? Promise.resolve(undefined) : this.#ownProject(type, id, options, { by: 'id', matched });
  }

  /** One of the user's own projects, with all that its Keystone tells of it. */
  async #ownProject(
    type: ResourceType,
    idOrName: string,
    options: LocateOptions,
    only?: { readonly by: 'id'; readonly matched: () => void },
  ): Promise<Shown | undefined> {
    const { scopes, by, unsaid } = await ownProjects(this.#roster, idOrName, options, only?.matched);
    const [scope, another] = scopes;
    if (scope === undefined || (only !== undefined && by !== only.by)) return undefined;
    const { service, named } = showSubject(type, scope.project.id);
    if (another !== undefined) {
      const seen = scopes.map((each) => ({ named, id: each.project.id, item: projectItem(each), scope: each }));
      const { severalOwners } = await import('./ambiguity.ts');
      throw severalOwners(`${type.name} ${idOrName}`, seen);
    }
    const { signal } = options;
    const verdict = await unlessFailed(probeOne(this.#caller, scope, service, named, { signal }));
    const item = verdict?.kind === 'here' ? verdict.item : projectItem(scope);
    const how = by === 'id' ? 'probed' : 'named';
    return { type, id: scope.project.id, item, scope, how, unsaid: by === 'id' ? [] : unsaid };
  }

  /**
   * Probe the types whose ids can be unknown to the user. Identity's resources are left out: users are refused (403)
   * whether or not such a thing exists, so nobody could ever say that there is none.
   */
  async #probeTypes(id: string, options: LocateOptions, found: AbortController) {
    const signal = anySignal(options.signal, found.signal);
    const types = resourceTypes.filter(isLookedFor);
    const all: { sightings: Sighting[]; absent: string[]; unsaid: Unsaid[] } = {
      sightings: [],
      absent: [],
      unsaid: [],
    };
    const first = await this.#memory.likeliest();
    await Promise.all(
      types.map(async (type) => {
        const { service, named } = showSubject(type, id);
        try {
          const one = await probe(this.#roster, this.#caller, service, named, { ...options, first, signal });
          all.sightings.push(...one.sightings);
          all.absent.push(...one.absent);
          all.unsaid.push(...one.unsaid);
          if (type.ids === 'uuid' && one.sightings.length > 0) found.abort();
        } catch (error) {
          if (!found.signal.aborted) throw error;
        }
      }),
    );
    return { ...all, unsaid: distinctUnsaid(all.unsaid) };
  }
}

/** Whether an id can be looked for without its type: ids that are names, and what is an operator's, need it. */
function isLookedFor({ ids, service }: ResourceType): boolean {
  return (ids === 'uuid' || ids === 'chosen') && serviceOf(service)?.hidesExistence !== true;
}

/** A provider that is down could not be asked about any type: said once. */
function distinctUnsaid(unsaid: readonly Unsaid[]): Unsaid[] {
  return [
    ...new Map(
      unsaid.map((each) => [JSON.stringify([each.provider, each.project, each.region, each.reason]), each]),
    ).values(),
  ];
}
