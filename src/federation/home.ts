import { ConfigError } from '../errors.ts';
import { authenticate } from '../keystone/authenticate.ts';
import type { KeystoneContext } from '../keystone/context.ts';
import { isFresh, type Project, type ServiceProvider, type Token } from '../keystone/token.ts';
import type { Account } from '../ports/account.ts';
import { tokenCodec, type Who, whoCodec } from './codecs.ts';
import type { Member, Provider } from './provider.ts';
import { keyOf, type Vault } from './vault.ts';

const TOKEN_KEY = keyOf('home');
const WHO_KEY = keyOf('who');

/** The user's own cloud and its Keystone, the identity provider of the federation. */
export class Home implements Provider {
  readonly kind = 'home';
  readonly name: string;
  readonly account: Account;
  readonly #complete: () => Promise<Account>;
  readonly #given: (() => Promise<Token>) | undefined;
  readonly #only: Token | undefined;
  readonly #context: KeystoneContext;
  readonly #vault: Vault;

  constructor({ name, account, complete, token, onlyToken }: Member, context: KeystoneContext, vault: Vault) {
    this.name = name;
    this.account = account;
    this.#complete = complete ?? (() => Promise.resolve(account));
    this.#given = token;
    this.#only = onlyToken;
    this.#context = context;
    this.#vault = vault;
  }

  get authUrl() {
    return this.account.authUrl;
  }

  get connection() {
    return this.account.connection;
  }

  get endpoints() {
    const { region, endpointOverrides } = this.account;
    return {
      interfaces: [this.account.interface],
      overrides: endpointOverrides,
      ...(region !== undefined && { region }),
    };
  }

  /** @throws HomeAuthError, TransportError, ConfigError */
  token(): Promise<Token> {
    if (this.#given !== undefined) return this.#given();
    return this.#vault.obtain(TOKEN_KEY, tokenCodec(this.#context.clock), () => this.#authenticate());
  }

  /** Who the user is, without a request when it was learnt before. */
  async who(): Promise<Who> {
    if (this.#given !== undefined) return whoOf(await this.#given());
    return this.#vault.obtain(WHO_KEY, whoCodec(this.#context.clock), async () => whoOf(await this.token()));
  }

  /** The service providers that home can assert the user's identity to. */
  async serviceProviders(): Promise<readonly ServiceProvider[]> {
    return (await this.token()).serviceProviders;
  }

  async projects(): Promise<readonly Project[]> {
    const { project } = await this.token();
    if (project === undefined) {
      throw new ConfigError('The home token is not scoped to a project, and only a project-scoped one can be used.', {
        hint: 'Set OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME (or project_name in clouds.yaml).',
      });
    }
    return [project];
  }

  tokenFor(): Promise<Token> {
    return this.token();
  }

  heldToken(): Token | undefined {
    return this.#only !== undefined && isFresh(this.#only, this.#context.clock) ? this.#only : undefined;
  }

  async invalidate(): Promise<boolean> {
    if (this.#given !== undefined) return false;
    await this.#vault.forget(TOKEN_KEY);
    return this.account.methods.every(({ method }) => method !== 'token');
  }

  /** Drop this token, unless another one took its place already. */
  async forgetToken(refused: Token): Promise<void> {
    if (this.#given !== undefined) return;
    const current = await this.#vault.peek(TOKEN_KEY, tokenCodec(this.#context.clock));
    if (current?.secret === refused.secret) await this.#vault.forget(TOKEN_KEY);
  }

  async #authenticate(): Promise<Token> {
    const token = await authenticate(this.#context, await this.#complete(), { provider: this.name, home: true });
    this.#vault.put(WHO_KEY, whoCodec(this.#context.clock), whoOf(token));
    return token;
  }
}

function whoOf(token: Token): Who {
  return { userId: token.user.id, projectId: token.project?.id ?? '' };
}
