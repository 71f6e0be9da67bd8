import { UsageError } from '../../errors.ts';
import type { Project } from '../../keystone/token.ts';
import type { ResourceType } from '../../services/types.ts';
import { abortable } from '../abort.ts';
import { noSuchProject } from '../ambiguity.ts';
import type { RankedScope } from '../ask.ts';
import { noSuchRegion } from '../no-such-region.ts';
import type { Provider } from '../provider.ts';
import { rankedScopes, regionsAt } from '../ranks.ts';
import type { Roster } from '../roster.ts';
import { regionKey } from '../scope.ts';
import { unsaidOf } from '../unsaid.ts';
import { ListCheck, type Lists } from './list-check.ts';
import type { AggregateRequest } from './request.ts';

/** The scopes that take part in a listing, in the federation's order; a provider is entered when it is asked for. */
export class Lineup {
  readonly #roster: Roster;
  readonly #request: AggregateRequest;
  readonly #type: ResourceType;
  /** Of the lists that the walk goes by. */
  readonly check: ListCheck;
  /** Fails when the walk is stopped: one for all providers, as a signal that hundreds listen to looks like a leak. */
  readonly #stopped: Promise<never>;
  readonly #providers: readonly Provider[];
  readonly #entered = new Map<number, Promise<readonly RankedScope[]>>();
  readonly #awaited = new Set<string>();
  #projects = 0;
  #scopes = 0;

  private constructor(
    roster: Roster,
    request: AggregateRequest,
    type: ResourceType,
    signal: AbortSignal,
    providers: readonly Provider[],
    check: ListCheck,
  ) {
    this.#roster = roster;
    this.#request = request;
    this.#type = type;
    this.#stopped = abortable(new Promise<never>(() => {}), signal);
    this.#stopped.catch(() => {});
    this.#providers = providers;
    this.check = check;
  }

  /** @throws HomeAuthError; UsageError for a provider that does not exist */
  static async of(
    roster: Roster,
    request: AggregateRequest,
    type: ResourceType,
    signal: AbortSignal,
    lists: Lists,
  ): Promise<Lineup> {
    const { narrowing } = request;
    const check = new ListCheck(lists, signal);
    const providers = await check.listFor({
      place: -1,
      provider: roster.home.name,
      remembered: await abortable(roster.providers(narrowing), signal),
      fetch: () => abortable(roster.currentProviders(narrowing), signal),
      keyOf: ({ name }) => name,
    });
    return new Lineup(roster, request, type, signal, providers, check);
  }

  get providers(): readonly string[] {
    return this.#providers.map(({ name }) => name);
  }

  /**
   * The scopes of a provider that list the type: of what is the same from every project, the first in each region.
   * @throws HomeAuthError, ProviderAuthError, TransportError
   */
  async listersAt(index: number): Promise<readonly RankedScope[]> {
    const scopes = await this.scopesAt(index);
    const { visibility } = this.#type;
    if (visibility !== 'provider' && visibility !== 'user') return scopes;
    const firsts = new Map([...scopes].reverse().map((scope) => [regionKey(scope), scope]));
    return scopes.filter((scope) => firsts.get(regionKey(scope)) === scope);
  }

  /** All scopes of a provider that the narrowing leaves. @throws as `listersAt` */
  scopesAt(index: number): Promise<readonly RankedScope[]> {
    let entered = this.#entered.get(index);
    if (entered === undefined) {
      entered = this.#enter(index);
      // Whoever takes the scopes hears of the failure; those entered in advance may never be taken.
      entered.catch(() => {});
      this.#entered.set(index, entered);
    }
    return entered;
  }

  /** @throws UsageError when the narrowing names a project or a region that none of the providers has */
  async requireScope(): Promise<void> {
    const narrowing = this.#roster.narrowing(this.#request.narrowing);
    if (this.#projects === 0 && narrowing.projects !== undefined) throw noSuchProject(narrowing, this.providers);
    if (this.#scopes === 0 && this.#projects > 0 && narrowing.regions !== undefined) {
      throw await noSuchRegion(this.#roster, this.#providers, narrowing, this.#request.subject.service);
    }
  }

  async #enter(index: number): Promise<readonly RankedScope[]> {
    const provider = this.#providers[index];
    if (provider === undefined) throw new UsageError(`There is no provider ${index}.`);
    this.#awaited.add(provider.name);
    this.#tell();
    try {
      const scopes = await Promise.race([this.#scopesOf(provider, index), this.#stopped]);
      this.#scopes += scopes.length;
      return scopes;
    } finally {
      this.#awaited.delete(provider.name);
      this.#tell();
    }
  }

  async #scopesOf(provider: Provider, index: number): Promise<readonly RankedScope[]> {
    const { narrowing, subject } = this.#request;
    const projects = rankedScopes(provider.name, index, await this.#projectsAt(provider, index));
    this.#projects += projects.length;
    const asked = { service: subject.service, ...(narrowing !== undefined && { narrowing }) };
    const scopes = projects.map((project) =>
      regionsAt(this.#roster, project, asked).catch((error: unknown) => {
        // Asking it says the same again, where it is noted.
        unsaidOf(error, project);
        return [project];
      }),
    );
    return (await Promise.all(scopes)).flat();
  }

  async #projectsAt(provider: Provider, place: number): Promise<readonly Project[]> {
    const { narrowing } = this.#request;
    return this.check.listFor({
      place,
      provider: provider.name,
      remembered: await this.#roster.projectsAt(provider, narrowing),
      fetch: () => this.#roster.currentProjectsAt(provider, narrowing),
      keyOf: ({ id }) => id,
    });
  }

  #tell(): void {
    this.#request.awaiting?.([...this.#awaited]);
  }
}
