import { type AbsentAnswer, CouldNotSayError, type FedError, isFedError, type Unsaid } from '../errors.ts';
import type { Service } from '../services/types.ts';
import type { Caller } from './call.ts';
import type { Memory } from './memory.ts';
import { type Probed, type ProbeOptions, probe, type Sighting } from './probe.ts';
import { selected } from './project-selector.ts';
import { idsOf, type Named } from './resource.ts';
import { isNarrowed, type Narrowing, type Roster } from './roster.ts';
import { type Scope, scopeLabel } from './scope.ts';
import { isStrangerThere, unsaidOf } from './unsaid.ts';

/** Which scope owns a resource, and how that is known. */
export interface Located {
  readonly scope: Scope;
  /** As the resource's own body spells it, where it was seen. */
  readonly id: string;
  readonly typeName: string;
  readonly how: 'remembered' | 'probed';
  /** What the owner said, when it was probed. */
  readonly sighting?: Sighting;
  /** Who could not be asked although an id like this may exist there too; empty for ids that are unique. */
  readonly unsaid: readonly Unsaid[];
}

export type LocateOptions = ProbeOptions;

/** Finds the owners of resources: remembered, else probed. */
export class Locator {
  readonly #roster: Roster;
  readonly #caller: Caller;
  readonly #memory: Memory;

  constructor(roster: Roster, caller: Caller, memory: Memory) {
    this.#roster = roster;
    this.#caller = caller;
    this.#memory = memory;
  }

  /**
   * The remembered location, if it is inside the narrowing and can still be used.
   * @throws CouldNotSayError when the provider that is remembered cannot be entered
   */
  async remembered(named: Named, narrowing: Narrowing = {}): Promise<Located | undefined> {
    const entry = await this.#memory.recall(named);
    if (entry === undefined) return undefined;
    const wanted = this.#roster.narrowing(narrowing);
    const { provider } = entry.location;
    if (wanted.providers !== undefined && !wanted.providers.includes(provider)) return undefined;
    const scope = await this.#enter(named, entry);
    if (scope === undefined) return undefined;
    if ((await selected(this.#roster.named(provider), [scope.project], wanted)).length === 0) return undefined;
    if (!(await this.#memory.isInside(scope, named.typeName, wanted.regions))) return undefined;
    return { scope, id: entry.id, typeName: named.typeName, how: 'remembered', unsaid: [] };
  }

  async #enter(named: Named, entry: Parameters<Memory['scopeOf']>[0]): Promise<Scope | undefined> {
    try {
      const scope = await this.#memory.scopeOf(entry);
      if (scope === undefined) await this.#memory.forget(entry.type, entry.id);
      return scope;
    } catch (error) {
      if (!isFedError(error) || entry.location.provider === this.#roster.home.name) throw error;
      if (await this.isLost(entry.location, named)) return undefined;
      const unsaid = [unsaidOf(error, { provider: entry.location.provider })];
      const { allUnsaid } = await import('./outcome.ts');
      throw new CouldNotSayError(
        `${named.typeName} ${named.id} is remembered at ${entry.location.provider}; ${allUnsaid(unsaid)}.`,
        { absent: [], unsaid, hint: error.hint },
      );
    }
  }

  /**
   * Whether a remembered location, of no use just now, is at a provider that is not one of the federation's any more.
   * Then it is forgotten.
   */
  async isLost({ provider }: { readonly provider: string }, { typeName, id }: Pick<Named, 'typeName' | 'id'>) {
    if (await this.#roster.has(provider)) return false;
    await this.#memory.forget(typeName, id);
    return true;
  }

  /**
   * Every scope that a reference can mean: the remembered one, else all in which a probe sees it.
   * @throws NotFoundError, CouldNotSayError
   */
  async candidates(service: Service, named: Named, options: LocateOptions = {}): Promise<readonly Scope[]> {
    // An id that was chosen may be at another cloud since then.
    const known = idsOf(named) === 'uuid' ? await this.remembered(named, options.narrowing) : undefined;
    if (known !== undefined) return [known.scope];
    const { sightings, absent, unsaid, answer } = await this.#probe(service, named, options);
    // It is the body that names it: what was asked for has no answer.
    if (sightings.length === 0) throw await notFound(named, absent, unsaid, answer !== undefined);
    const [only] = sightings;
    if (sightings.length === 1 && only !== undefined) return [await this.#memory.learn(only)];
    return sightings.map(({ scope }) => scope);
  }

  async #probe(service: Service, named: Named, options: LocateOptions): Promise<Probed> {
    const first = await this.#memory.likeliest(named.typeName);
    return probe(this.#roster, this.#caller, service, named, { ...options, first });
  }

  /**
   * Ask every scope, and remember the answer.
   * @param gone what the remembered owner said: where nobody has it, that is the answer
   */
  async probed(service: Service, named: Named, options: LocateOptions = {}, gone?: AbsentAnswer): Promise<Located> {
    const { sightings, absent, unsaid, answer } = await this.#probe(service, named, options);
    const [sighting, another] = sightings;
    if (sighting === undefined) throw await notFound(named, absent, unsaid, answer !== undefined, gone ?? answer);
    if (another !== undefined) {
      const { severalOwners } = await import('./ambiguity.ts');
      throw severalOwners(`${named.typeName} ${named.id}`, sightings);
    }
    const unique = idsOf(named) === 'uuid';
    const open = unique ? [] : unsaid;
    const isOnly = unique || !isNarrowed(this.#roster.narrowing(options.narrowing));
    const scope = open.length === 0 ? await this.#memory.learn(sighting, isOnly) : sighting.scope;
    return { scope, id: sighting.id, typeName: named.typeName, how: 'probed', sighting, unsaid: open };
  }

  /**
   * The same for a request that changes something, whatever is remembered: it goes nowhere as long as somebody who could
   * not be asked may have the id, too. Who does not know the user has nothing of theirs.
   * @throws also CouldNotSayError
   */
  async probedByAll(service: Service, named: Named, options: LocateOptions, gone?: AbsentAnswer): Promise<Located> {
    const found = await this.probed(service, named, options, gone);
    const open = found.unsaid.filter(({ cause }) => !isStrangerThere(cause));
    if (open.length === 0) return found;
    const { allUnsaid } = await import('./outcome.ts');
    const there = `${named.typeName} ${named.id} is at ${scopeLabel(found.scope)}, and may be elsewhere, too`;
    throw new CouldNotSayError(`${there}; ${allUnsaid(open)}. Nothing was sent.`, {
      absent: [],
      unsaid: open,
      hint: 'Say which with --provider and --project.',
    });
  }
}

async function notFound(
  { typeName, id }: Named,
  absent: readonly string[],
  unsaid: readonly Unsaid[],
  isAnswered: boolean,
  answer?: AbsentAnswer,
): Promise<FedError> {
  const { nothingFound, refusedByAll } = await import('./outcome.ts');
  // Without an answer, who has not got it has no such service.
  const refusedWith = isAnswered ? undefined : refusedByAll(unsaid)?.status;
  return nothingFound(`${typeName} ${id}`, absent, unsaid, { answer, refusedWith });
}
