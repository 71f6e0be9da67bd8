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

  async currentProjects(): Promise<readonly Project[]> {
    const token = await this.#token();
    if (token.project !== undefined) return [token.project];
    const { clock } = this.#context;
    const isNew = ({ listedAt }: { readonly listedAt?: number }) => isCurrent(listedAt, clock);
    return (await this.#vault.renew(PROJECTS_KEY, projectsCodec(clock), isNew, () => this.#list(token))).projects;
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
    return this.#vault.obtain(TOKEN_KEY, tokenCodec(this.#context.clock), async () =>
      authenticate(this.#context, await this.#complete(), { provider: this.name, home: false }),
    );
  }

  #place() {
    return { base: this.#account.authUrl, provider: this.name, connection: this.connection };
  }
}
