import { ProviderAuthError } from '../errors.ts';
import type { KeystoneContext } from '../keystone/context.ts';
import { enterProvider } from '../keystone/k2k.ts';
import { projectsOf, scopeTo } from '../keystone/projects.ts';
import type { Project, ServiceProvider, Token } from '../keystone/token.ts';
import { remembering } from '../remembering.ts';
import { type Entry, entryCodec, isCurrent, letInCodec, projectList, projectsCodec, tokenCodec } from './codecs.ts';
import type { Home } from './home.ts';
import type { EndpointChoice, Provider } from './provider.ts';
import { isStrangerThere } from './unsaid.ts';
import { type Codec, keyOf, type Vault } from './vault.ts';
import type { WideningGate } from './widening-gate.ts';

/** So long is a user whom a provider does not know refused without asking it, by one process. */
const REFUSED_FOR_MS = 60_000;

/** A service provider of home's, entered by Keystone-to-Keystone. */
export class K2kProvider implements Provider {
  readonly kind = 'k2k';
  readonly name: string;
  readonly endpoints: EndpointChoice;
  readonly #home: Home;
  readonly #context: KeystoneContext;
  readonly #vault: Vault;
  readonly #entrance: WideningGate;
  readonly #tokens: Codec<Token>;
  readonly #entryKey: string;
  readonly #projectsKey: string;
  readonly #letInKey: string;
  /** Of a project's id. A proxy asks for it with every request. */
  readonly #scopeKey: (projectId: string) => string;

  constructor(name: string, home: Home, context: KeystoneContext, vault: Vault, entrance: WideningGate) {
    this.name = name;
    // Regions and endpoint overrides of home's configuration name things of home's: neither applies here. Its interface
    // is a preference: a provider that lacks it is asked at its public endpoints.
    this.endpoints = { interfaces: [...new Set([home.account.interface, 'public' as const])], overrides: {} };
    this.#home = home;
    this.#context = context;
    this.#vault = vault;
    this.#entrance = entrance;
    this.#tokens = tokenCodec(context.clock);
    this.#entryKey = keyOf('k2k', name, 'entry');
    this.#projectsKey = keyOf('k2k', name, 'projects');
    this.#letInKey = keyOf('k2k', name, 'let-in');
    this.#scopeKey = remembering((projectId) => keyOf('k2k', name, 'scope', projectId));
  }

  get connection() {
    return this.#home.connection;
  }

  async projects(): Promise<readonly Project[]> {
    const codec = projectsCodec(this.#context.clock);
    return (await this.#vault.obtain(this.#projectsKey, codec, () => this.#list())).projects;
  }

  async currentProjects(since?: number): Promise<readonly Project[]> {
    const { clock } = this.#context;
    const isNew = ({ listedAt }: { readonly listedAt?: number }) => isCurrent(listedAt, clock, since);
    return (await this.#vault.renew(this.#projectsKey, projectsCodec(clock), isNew, () => this.#list())).projects;
  }

  #list() {
    return this.#withEntry(async ({ base, token }) => {
      const at = { base, token, provider: this.name, connection: this.connection };
      return projectList(await projectsOf(this.#context, at), token, this.#context.clock);
    });
  }

  tokenFor(project: Project): Promise<Token> {
    return this.#vault.obtain(this.#scopeKey(project.id), this.#tokens, () =>
      this.#withEntry(({ base, token }) =>
        scopeTo(this.#context, { base, token, project, provider: this.name, connection: this.connection }),
      ),
    );
  }

  heldToken(project: Pick<Project, 'id'>): Token | undefined {
    return this.#vault.held(this.#scopeKey(project.id), this.#tokens);
  }

  async invalidate(project: Project): Promise<boolean> {
    await this.#vault.forget(this.#scopeKey(project.id));
    await this.#forgetEntry();
    return true;
  }

  /** Use the unscoped token; one that was remembered and is refused now is fetched anew, once. */
  async #withEntry<T>(use: (entry: Entry) => Promise<T>): Promise<T> {
    const remembered = await this.#vault.peek(this.#entryKey, entryCodec(this.#context.clock));
    if (remembered !== undefined) {
      try {
        return await use(remembered);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        await this.#forgetEntry();
      }
    }
    return use(await this.#entry());
  }

  #entry(): Promise<Entry> {
    return this.#vault.obtain(this.#entryKey, entryCodec(this.#context.clock), () =>
      this.#entrance.pass(() => this.#enterUnlessRefused()),
    );
  }

  /** Who is not known there will not be known a moment later: that costs each request three others. */
  async #enterUnlessRefused(): Promise<Entry> {
    const { clock } = this.#context;
    const refusal = this.#vault.refusal(this.#entryKey, clock.now());
    if (refusal !== undefined) throw refusal;
    const letIn = letInCodec(clock);
    try {
      const entry = await this.#enter();
      if ((await this.#vault.peek(this.#letInKey, letIn)) === undefined) this.#vault.put(this.#letInKey, letIn, true);
      return entry;
    } catch (error) {
      if (!isStrangerThere(error)) throw error;
      if ((await this.#vault.peek(this.#letInKey, letIn)) !== undefined) throw notAsStranger(error);
      this.#vault.refuse(this.#entryKey, error, clock.now() + REFUSED_FOR_MS);
      throw error;
    }
  }

  /** K2K. A home token that was remembered may have been revoked meanwhile: then once more with a new one. */
  async #enter(): Promise<Entry> {
    const homeToken = await this.#home.token();
    try {
      return await this.#exchange(homeToken);
    } catch (error) {
      if (!(error instanceof ProviderAuthError) || error.step !== 'assertion' || !isRefusal(error)) throw error;
      await this.#home.forgetToken(homeToken);
      const renewed = await this.#home.token();
      if (renewed.secret === homeToken.secret) throw error;
      return this.#exchange(renewed);
    }
  }

  async #exchange(homeToken: Token): Promise<Entry> {
    const provider = await this.#asHomeListsIt();
    if (provider === undefined) {
      throw new ProviderAuthError(`${this.name}: home does not list it among its service providers (any more).`, {
        provider: this.name,
        step: 'assertion',
        hint: 'An administrator of home may have disabled or removed it.',
      });
    }
    return await enterProvider(this.#context, {
      homeAuthUrl: this.#home.authUrl,
      homeName: this.#home.name,
      homeToken,
      provider,
      connection: this.connection,
    });
  }

  /** What home lists may have been remembered: before it is said that this one is missing there, home is asked. */
  async #asHomeListsIt(): Promise<ServiceProvider | undefined> {
    const named = ({ id }: ServiceProvider) => id === this.name;
    const known = (await this.#home.serviceProviders()).find(named);
    return known ?? (await this.#home.currentServiceProviders()).find(named);
  }

  async #forgetEntry(): Promise<void> {
    await this.#vault.forget(this.#entryKey);
    await this.#vault.forget(this.#projectsKey);
  }
}

/** The refusal of a user who has been let in before: what is there may be the user's. */
function notAsStranger(error: ProviderAuthError): ProviderAuthError {
  const { provider, step, status, requestId, hint } = error;
  return new ProviderAuthError(error.message, { provider, step, status, requestId, hint, cause: error });
}

/** Keystone says 401 for a token that ended, and 404 where a token is the subject of the request. */
function isRefusal(error: unknown): boolean {
  return error instanceof ProviderAuthError && (error.status === 401 || error.status === 404);
}
