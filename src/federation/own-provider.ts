import { HomeAuthError, ProviderAuthError } from '../errors.ts';
import { authenticate } from '../keystone/authenticate.ts';
import type { KeystoneContext } from '../keystone/context.ts';
import { projectsOf, scopeTo } from '../keystone/projects.ts';
import type { Project, Token } from '../keystone/token.ts';
import type { Account } from '../ports/account.ts';
import { isCurrent, projectList, projectsCodec, tokenCodec } from './codecs.ts';
import type { EndpointChoice, Member, Provider } from './provider.ts';
import { keyOf, type Vault } from './vault.ts';

const TOKEN_KEY = keyOf('own');
const PROJECTS_KEY = keyOf('own', 'projects');

/** A cloud that is no part of home's federation: entered with credentials of its own. */
export class OwnProvider implements Provider {
  readonly kind = 'own-credentials';
  readonly name: string;
  readonly #account: Account;
  readonly #complete: () => Promise<Account>;
  readonly #context: KeystoneContext;
  readonly #vault: Vault;
  /** When this process was given the token; undefined for one that was remembered. */
  #givenAt: number | undefined;

  constructor({ name, account, complete }: Member, context: KeystoneContext, vault: Vault) {
    this.name = name;
    this.#account = account;
    this.#complete = complete ?? (() => Promise.resolve(account));
    this.#context = context;
    this.#vault = vault;
  }

  get authUrl() {
    return this.#account.authUrl;
  }

  get connection() {
    return this.#account.connection;
  }

  get endpoints(): EndpointChoice {
    const { region, endpointOverrides } = this.#account;
    return {
      interfaces: [this.#account.interface],
      overrides: endpointOverrides,
      ...(region !== undefined && { region }),
    };
  }

  /** The project that the credentials name, or all projects of the user where they name none. */
  async projects(): Promise<readonly Project[]> {
    const token = await this.#token();
    if (token.project !== undefined) return [token.project];
    const codec = projectsCodec(this.#context.clock);
    return (await this.#vault.obtain(PROJECTS_KEY, codec, () => this.#list(token))).projects;
  }

  async currentProjects(since?: number): Promise<readonly Project[]> {
    try {
      return await this.#projectsNow(since);
    } catch (error) {
      if (!isRefusal(error) || this.#isJustGiven(since)) throw error;
      // The token was revoked meanwhile, or may not be shown to Keystone: a new one tells.
      await this.#vault.forget(TOKEN_KEY);
      return this.#projectsNow(since);
    }
  }

  async #projectsNow(since: number | undefined): Promise<readonly Project[]> {
    const token = await this.#token();
    if (token.project !== undefined) {
      // It lists nothing: to ask the Keystone that gave it, it is shown to it.
      if (since !== undefined && !this.#isJustGiven(since)) await this.#show(token);
      return [token.project];
    }
    const { clock } = this.#context;
    const isNew = ({ listedAt }: { readonly listedAt?: number }) => isCurrent(listedAt, clock, since);
    return (await this.#vault.renew(PROJECTS_KEY, projectsCodec(clock), isNew, () => this.#list(token))).projects;
  }

  #isJustGiven(since: number | undefined): boolean {
    return isCurrent(this.#givenAt, this.#context.clock, since);
  }

  async #show({ secret }: Token): Promise<void> {
    const { describeToken } = await import('../keystone/describe-token.ts');
    const { name, authUrl, connection } = this;
    await describeToken(this.#context, { name, authUrl, connection }, secret);
  }

  async #list(token: Token) {
    return projectList(await projectsOf(this.#context, { ...this.#place(), token }), token, this.#context.clock);
  }

  async tokenFor(project: Project): Promise<Token> {
    const token = await this.#token();
    if (token.project?.id === project.id) return token;
    return this.#vault.obtain(keyOf('own', 'scope', project.id), tokenCodec(this.#context.clock), () =>
      scopeTo(this.#context, { ...this.#place(), token, project }),
    );
  }

  async invalidate(project: Project): Promise<boolean> {
    await this.#vault.forget(keyOf('own', 'scope', project.id));
    await this.#vault.forget(PROJECTS_KEY);
    await this.#vault.forget(TOKEN_KEY);
    return this.#account.methods.every(({ method }) => method !== 'token');
  }

  #token(): Promise<Token> {
    return this.#vault.obtain(TOKEN_KEY, tokenCodec(this.#context.clock), async () => {
      const token = await authenticate(this.#context, await this.#complete(), { provider: this.name, home: false });
      this.#givenAt = this.#context.clock.now();
      return token;
    });
  }

  #place() {
    return { base: this.#account.authUrl, provider: this.name, connection: this.connection };
  }
}

/** A Keystone's own word that a token is not good. */
function isRefusal(error: unknown): boolean {
  return error instanceof HomeAuthError || (error instanceof ProviderAuthError && error.status === 401);
}
