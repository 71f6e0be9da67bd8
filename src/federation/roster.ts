import { HomeAuthError, isFedError, ProviderAuthError, UsageError } from '../errors.ts';
import type { KeystoneContext } from '../keystone/context.ts';
import type { Project, ServiceProvider } from '../keystone/token.ts';
import type { Keystone } from '../ports/endpoint-guard.ts';
import type { Home } from './home.ts';
import { K2kProvider } from './k2k-provider.ts';
import { type ProjectSelector, selected, selectorOf } from './project-selector.ts';
import type { Provider } from './provider.ts';
import type { Scope } from './scope.ts';
import type { Vault } from './vault.ts';
import { WideningGate } from './widening-gate.ts';

/**
 * Providers that are entered at once. Home forks a signer (xmlsec1) for each assertion, so that more at once than it has
 * cores for only queue up there; and with hundreds of them it is this process that cannot keep up.
 */
const ENTERED_AT_ONCE = { width: 12, most: 64 };

/** Which scopes a command is about. Absent or empty: all. */
export interface Narrowing extends ProjectSelector {
  readonly providers?: readonly string[];
  /** Names of regions, in whichever provider has them. */
  readonly regions?: readonly string[];
}

const EVERYTHING: Narrowing = {};

/** The narrowing that leaves one scope only. */
export function narrowingTo({ provider, project, region }: Scope): Narrowing {
  return { providers: [provider], projects: [project.id], ...(region !== undefined && { regions: [region] }) };
}

export function isNarrowed({ providers, projects, regions }: Narrowing): boolean {
  return providers !== undefined || projects !== undefined || regions !== undefined;
}

export interface RosterOptions {
  readonly home: Home;
  /** Providers that need no home token. */
  readonly own: readonly Provider[];
  readonly context: KeystoneContext;
  /** Where the tokens that K2K gives are remembered. */
  readonly vault: Vault;
  /** Used when a call does not narrow by itself. */
  readonly narrowing: Narrowing;
  /** Providers that are left out unless they are named. */
  readonly skip: readonly string[];
  /** Told once of each oddity in how providers are registered. */
  readonly notice?: ((message: string) => void) | undefined;
}

/** The providers of the federation, and which of them a call is about. */
export class Roster {
  readonly home: Home;
  readonly #own: readonly Provider[];
  readonly #context: KeystoneContext;
  readonly #vault: Vault;
  readonly #narrowing: Narrowing;
  readonly #skip: ReadonlySet<string>;
  readonly #entrance: WideningGate;
  readonly #k2k = new Map<string, K2kProvider>();
  readonly #told = new Set<string>();
  #keystonesOf: { readonly listed: readonly ServiceProvider[]; readonly all: readonly Keystone[] } | undefined;
  readonly #notice: (message: string) => void;

  constructor(options: RosterOptions) {
    this.home = options.home;
    this.#own = options.own;
    this.#context = options.context;
    this.#vault = options.vault;
    this.#narrowing = options.narrowing;
    this.#skip = new Set(options.skip);
    this.#notice = (message) => {
      if (!this.#told.has(message)) options.notice?.(message);
      this.#told.add(message);
    };
    this.#entrance = new WideningGate({ ...ENTERED_AT_ONCE, clock: options.context.clock });
  }

  /** The narrowing that is in force: the call's own, else the settings'. */
  narrowing(own: Narrowing = {}): Narrowing {
    const providers = own.providers?.length ? own.providers : this.#narrowing.providers;
    // Projects that were set for certain providers mean nothing at others.
    const selector = selectorOf(own.projects?.length || own.providers?.length ? own : this.#narrowing);
    const { regions = this.#narrowing.regions } = own;
    if (!providers?.length && selector.projects === undefined && !regions?.length) return EVERYTHING;
    return {
      ...(providers?.length && { providers }),
      ...selector,
      ...(regions?.length && { regions }),
    };
  }

  /** The provider of that name, whether or not home lists it: a remembered scope can be used without asking home. */
  named(name: string): Provider {
    if (name === this.home.name) return this.home;
    const own = this.#own.find((each) => each.name === name);
    if (own !== undefined) return own;
    let provider = this.#k2k.get(name);
    if (provider === undefined) {
      provider = new K2kProvider(name, this.home, this.#context, this.#vault, this.#entrance);
      this.#k2k.set(name, provider);
    }
    return provider;
  }

  /**
   * The providers that a call is about, home first, then as home lists them, then those with credentials of
   * their own.
   *
   * If home cannot be reached, only it and the providers that do not need it are given; asking home then says why.
   * @throws HomeAuthError when home refuses the credentials; UsageError for a provider that does not exist
   */
  async providers(own: Narrowing = {}): Promise<readonly Provider[]> {
    const { providers: wanted } = this.narrowing(own);
    const independent = this.#independent;
    if (wanted !== undefined && unknownIn(wanted, independent) === undefined) {
      return independent.filter(({ name }) => wanted.includes(name));
    }
    const all = await this.#remembered();
    if (wanted === undefined) return all.filter(({ name }) => !this.#skip.has(name));
    if (unknownIn(wanted, all) === undefined) return all.filter(({ name }) => wanted.includes(name));
    // Without home's list of today nobody can say that a provider does not exist.
    const current = await this.#withListed(await this.home.currentServiceProviders());
    const unknown = unknownIn(wanted, current);
    if (unknown === undefined) return current.filter(({ name }) => wanted.includes(name));
    const said = own.providers?.length || this.#narrowing.origin === undefined ? '' : ` (${this.#narrowing.origin})`;
    const there = current.map(({ name }) => name).join(', ');
    throw new UsageError(`There is no provider named ${unknown}${said}; there are: ${there}.`);
  }

  /**
   * All of them as home lists them now, or did a short time ago. Who names providers has them, and is not told of more.
   * @throws HomeAuthError, ProviderResponseError, TransportError when home cannot say
   */
  async currentProviders(own: Narrowing = {}, since?: number): Promise<readonly Provider[]> {
    if (this.narrowing(own).providers !== undefined) return this.providers(own);
    const all = await this.#withListed(await this.home.currentServiceProviders(since));
    return all.filter(({ name }) => !this.#skip.has(name));
  }

  /** Whether a provider is still one of the federation's; true as well where home cannot say. */
  async has(name: string): Promise<boolean> {
    if (this.#independent.some((each) => each.name === name)) return true;
    try {
      return (await this.home.currentServiceProviders()).some(({ id }) => id === name);
    } catch (error) {
      if (!isFedError(error)) throw error;
      return true;
    }
  }

  /** The Keystones of all providers that home lists, as home has them, and of those with credentials of their own. */
  async keystones(): Promise<readonly Keystone[]> {
    return this.#keystones(await this.home.serviceProviders().catch(() => []));
  }

  /** The same where home's list is known without asking. */
  keystonesAtHand(): readonly Keystone[] | undefined {
    const listed = this.home.serviceProvidersAtHand();
    return listed && this.#keystones(listed);
  }

  /** A proxy asks for them with every request: they are put together once for each list. */
  #keystones(listed: readonly ServiceProvider[]): readonly Keystone[] {
    if (this.#keystonesOf?.listed !== listed) {
      const own = this.#own.map(({ name, authUrl = '' }) => ({ provider: name, url: authUrl }));
      const entered = listed.map(({ id, authUrl }) => ({ provider: id, url: authUrl }));
      const all = [{ provider: this.home.name, url: this.home.authUrl }, ...own, ...entered];
      this.#keystonesOf = { listed, all: all.filter(({ url }) => URL.canParse(url)) };
    }
    return this.#keystonesOf.all;
  }

  /** Those that are there whatever home lists. */
  get #independent(): readonly Provider[] {
    return [this.home, ...this.#own];
  }

  async #remembered(): Promise<readonly Provider[]> {
    try {
      return await this.#withListed(await this.home.serviceProviders());
    } catch (error) {
      if (error instanceof HomeAuthError || error instanceof UsageError || !isFedError(error)) throw error;
      return this.#independent;
    }
  }

  async #withListed(listed: readonly ServiceProvider[]): Promise<readonly Provider[]> {
    const taken = new Set(this.#independent.map(({ name }) => name));
    const hidden = listed.filter(({ id }) => taken.has(id));
    if (hidden.length > 0) {
      const { hiddenNotice } = await import('./twins.ts');
      for (const { id } of hidden) this.#notice(hiddenNotice(id, id === this.home.name));
    }
    const entered = listed.filter(({ id }) => !taken.has(id)).map(({ id }) => this.named(id));
    return [this.home, ...entered, ...this.#own];
  }

  /**
   * The projects of a provider that a call is about.
   * @throws ProviderAuthError when the user has none there at all: nobody can look into it
   */
  async projectsAt(provider: Provider, own: Narrowing = {}): Promise<readonly Project[]> {
    return this.#meant(provider, await provider.projects(), own);
  }

  /** The same as the provider lists them now, or did a short time ago (after `since`). @throws as `projectsAt` */
  async currentProjectsAt(provider: Provider, own: Narrowing = {}, since?: number): Promise<readonly Project[]> {
    return this.#meant(provider, await provider.currentProjects(since), own);
  }

  async #meant(provider: Provider, projects: readonly Project[], own: Narrowing): Promise<readonly Project[]> {
    if (projects.length === 0) throw givesNoProject(provider);
    const single = provider.kind === 'own-credentials' ? await this.#listedOnce(provider, projects, own) : projects;
    return selected(provider, single, this.narrowing(own));
  }

  async #listedOnce(provider: Provider, projects: readonly Project[], own: Narrowing): Promise<readonly Project[]> {
    const asked = await this.providers(own);
    const before = asked.slice(0, Math.max(0, asked.indexOf(provider)));
    const listed = before.some(({ kind }) => kind === 'k2k') ? await this.home.serviceProviders() : [];
    const { withoutTwins } = await import('./twins.ts');
    return withoutTwins(provider, projects, before, listed, this.#notice);
  }
}

function unknownIn(wanted: readonly string[], all: readonly Provider[]): string | undefined {
  return wanted.find((name) => !all.some((each) => each.name === name));
}

function givesNoProject({ name }: Provider): ProviderAuthError {
  return new ProviderAuthError(`${name}: it knows you, and gives you no project.`, {
    provider: name,
    step: 'projects',
    hint: `Ask ${name}'s operator for a role in a project; to leave it out: fed config set skip-providers ${name}`,
  });
}
