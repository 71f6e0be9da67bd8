import { type Unsaid, UsageError } from '../errors.ts';
import type { Project } from '../keystone/token.ts';
import { abortable, isCancelled } from './abort.ts';
import type { Provider } from './provider.ts';
import { type AskOptions, providerRank, type RankedScope, rankedScopes, regionsAt } from './ranks.ts';
import type { Roster } from './roster.ts';
import { unsaidOf } from './unsaid.ts';

/** A provider in a round. */
interface Part {
  readonly provider: Provider;
  readonly index: number;
  /** The ids of the projects that are asked. */
  readonly projects: Set<string>;
  /** When all of them have answered. */
  entered: Promise<void>;
  /** When its projects are known; never fails. */
  known: Promise<unknown>;
}

/** One time of asking every scope: who is entered, who is asked, and who could not say. */
export class Round {
  readonly #roster: Roster;
  readonly #options: AskOptions;
  readonly #ask: (scope: RankedScope) => Promise<void>;
  readonly #parts: Part[] = [];
  readonly #awaited = new Map<string, number>();
  readonly #unsaid: Unsaid[] = [];
  /** Names of the providers as they are now, where that was asked. */
  #current: ReadonlySet<string> | undefined;
  #asked = 0;
  #inRegions = 0;
  #failed = 0;

  constructor(roster: Roster, options: AskOptions, ask: (scope: RankedScope) => Promise<void>) {
    this.#roster = roster;
    this.#options = options;
    this.#ask = ask;
  }

  /** Whether the narrowing leaves any scope, as far as was asked. */
  get hasScopes(): boolean {
    const { regions } = this.#roster.narrowing(this.#options.narrowing);
    return this.#asked > 0 && (regions === undefined || this.#inRegions > 0);
  }

  /** Enter providers and ask their scopes. Never fails for what goes wrong there. */
  enter(
    providers: readonly Provider[],
    begins: (provider: Provider) => Promise<void> | undefined,
  ): ReadonlyArray<Promise<void>> {
    const entered = providers.map((provider) => this.#begin(provider, begins(provider)));
    this.#tellAwaited();
    return entered;
  }

  #begin(provider: Provider, begins: Promise<void> | undefined): Promise<void> {
    const part: Part = {
      provider,
      index: this.#parts.length,
      projects: new Set(),
      entered: Promise.resolve(),
      known: Promise.resolve(),
    };
    this.#parts.push(part);
    part.entered = this.#awaiting(provider.name, () => this.#enter(part, begins));
    return part.entered;
  }

  /** Fetch the lists that were remembered once more, and ask what has come since. */
  async checkLists(): Promise<void> {
    const checked = [this.#checkProviders(), ...this.#parts.map((part) => this.#checkProjects(part))];
    this.#tellAwaited();
    await Promise.all(checked);
  }

  /** Tell who could not say, of the providers that are there. */
  tell(): void {
    for (const each of this.#unsaid) if (this.#isThere(each.provider)) this.#options.unsaid(each);
  }

  /** @throws UsageError when the narrowing names a project or a region that none of the providers has */
  async requireScopes(): Promise<void> {
    const narrowing = this.#roster.narrowing(this.#options.narrowing);
    const providers = this.#parts.map(({ provider }) => provider);
    // Who could not be entered may have the region.
    if (narrowing.regions !== undefined && this.#asked > 0 && this.#failed === 0 && this.#inRegions === 0) {
      const { noSuchRegion } = await import('./no-such-region.ts');
      throw await noSuchRegion(this.#roster, providers, narrowing, this.#options.service);
    }
    if (this.#asked > 0 || this.#failed > 0 || narrowing.projects === undefined) return;
    const { noSuchProject } = await import('./ambiguity.ts');
    throw noSuchProject(
      narrowing,
      providers.map(({ name }) => name),
    );
  }

  async #enter(part: Part, begins: Promise<void> | undefined): Promise<void> {
    const { narrowing, signal } = this.#options;
    const { provider } = part;
    const projects = Promise.resolve(begins).then(() =>
      abortable(this.#roster.projectsAt(provider, narrowing), signal),
    );
    part.known = projects.catch(() => {});
    try {
      await this.#askProjects(part, await projects);
    } catch (error) {
      this.#failed += 1;
      this.#note(error, provider.name);
    }
  }

  async #checkProviders(): Promise<void> {
    const { narrowing, signal } = this.#options;
    const { home } = this.#roster;
    try {
      const current = await abortable(this.#roster.currentProviders(narrowing), signal);
      this.#current = new Set(current.map(({ name }) => name));
      const added = current.filter(({ name }) => !this.#parts.some(({ provider }) => provider.name === name));
      const before = this.#parts.length;
      const entered = this.enter(added, () => undefined);
      await Promise.all([...entered, ...this.#parts.slice(before).map((part) => this.#checkProjects(part))]);
    } catch (error) {
      await this.#noteUnlessSaid(error, home.name);
    }
  }

  async #checkProjects(part: Part): Promise<void> {
    const { narrowing, signal } = this.#options;
    const { provider, projects } = part;
    await this.#awaiting(provider.name, async () => {
      // A list that is fetched now for the first time need not be fetched twice.
      await part.known;
      if (projects.size === 0 && this.#hasSaid(provider.name)) return;
      try {
        const current = await abortable(this.#roster.currentProjectsAt(provider, narrowing), signal);
        const added = current.filter(({ id }) => !projects.has(id));
        await this.#askProjects(part, added);
      } catch (error) {
        await this.#noteUnlessSaid(error, provider.name);
      }
    });
  }

  async #askProjects({ provider, index, projects }: Part, added: readonly Project[]): Promise<void> {
    const scopes = rankedScopes(provider.name, index, added, projects.size);
    for (const { id } of added) projects.add(id);
    const given = await Promise.all(scopes.map((scope) => this.#askRegions(scope)));
    this.#asked += scopes.length;
    for (const each of given) this.#inRegions += each;
  }

  /**
   * Ask a project's scopes: those of the service's regions, where a service is asked.
   * @returns how many scopes there are, or may be, in the regions of the narrowing
   */
  async #askRegions(project: RankedScope): Promise<number> {
    let scopes: readonly RankedScope[];
    try {
      scopes = await abortable(regionsAt(this.#roster, project, this.#options), this.#options.signal);
    } catch (error) {
      this.#note(error, project);
      return 1;
    }
    await Promise.all(scopes.map((scope) => this.#askOne(scope)));
    return scopes.length;
  }

  async #askOne(scope: RankedScope): Promise<void> {
    try {
      await this.#ask(scope);
    } catch (error) {
      this.#note(error, scope);
    }
  }

  #note(error: unknown, at: RankedScope | string): void {
    if (isCancelled(this.#options.signal)) return;
    const index = this.#parts.findIndex(({ provider }) => provider.name === at);
    const place = typeof at === 'string' ? { provider: at, ...(index >= 0 && { rank: providerRank(index) }) } : at;
    this.#unsaid.push(unsaidOf(error, place));
  }

  /** Who could not be asked at all is not said a second time to have given no list. */
  async #noteUnlessSaid(error: unknown, provider: string): Promise<void> {
    if (error instanceof UsageError) throw error;
    await this.#parts.find((part) => part.provider.name === provider)?.entered;
    if (!this.#hasSaid(provider)) this.#note(error, provider);
  }

  #hasSaid(name: string): boolean {
    return this.#unsaid.some(({ provider }) => provider === name);
  }

  #isThere(provider: string): boolean {
    return this.#current === undefined || this.#current.has(provider);
  }

  async #awaiting(name: string, act: () => Promise<void>): Promise<void> {
    this.#awaited.set(name, (this.#awaited.get(name) ?? 0) + 1);
    await act();
    const left = (this.#awaited.get(name) ?? 1) - 1;
    if (left > 0) this.#awaited.set(name, left);
    else this.#awaited.delete(name);
    this.#tellAwaited();
  }

  #tellAwaited(): void {
    this.#options.awaiting?.([...this.#awaited.keys()]);
  }
}
