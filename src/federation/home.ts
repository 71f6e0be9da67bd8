import { ConfigError, HomeAuthError } from '../errors.ts';
import { authenticate } from '../keystone/authenticate.ts';
import { type Catalog, isRegionOf } from '../keystone/catalog.ts';
import type { KeystoneContext } from '../keystone/context.ts';
import { isFresh, type Project, type ServiceProvider, type Token } from '../keystone/token.ts';
import type { Account } from '../ports/account.ts';
import { isCurrent, tokenCodec, type Who, whoCodec } from './codecs.ts';
import type { Member, Provider } from './provider.ts';
import { keyOf, type Vault } from './vault.ts';

const TOKEN_KEY = keyOf('home');
const WHO_KEY = keyOf('who');

/** Home's list of providers with the token that it came with. */
interface Listed {
  readonly secret: string;
  readonly providers: readonly ServiceProvider[];
  readonly at: number;
}

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
  #listed: Listed | undefined;
  #listing: Promise<readonly ServiceProvider[]> | undefined;

  constructor({ name, account, complete, token, onlyToken }: Member, context: KeystoneContext, vault: Vault) {
    this.name = name;
    this.account = account;
    this.#complete = complete ?? (() => Promise.resolve(account));
    this.#given = token;
    this.#only = onlyToken;
    this.#context = context;
    this.#vault = vault;
    // Who gives it has just been told what it is good for.
    if (onlyToken !== undefined) this.#noteList(onlyToken);
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
    if (this.#given !== undefined) return this.#given().then((token) => this.#noted(token));
    return this.#vault.obtain(TOKEN_KEY, tokenCodec(this.#context.clock), () => this.#authenticate());
  }

  /** Who the user is, without a request when it was learnt before. */
  async who(): Promise<Who> {
    if (this.#given !== undefined) return whoOf(await this.#given());
    return this.#vault.obtain(WHO_KEY, whoCodec(this.#context.clock), async () => whoOf(await this.token()));
  }

  /** The service providers that home can assert the user's identity to, as they are remembered with its token. */
  async serviceProviders(): Promise<readonly ServiceProvider[]> {
    const token = await this.token();
    return this.#listed?.secret === token.secret ? this.#listed.providers : token.serviceProviders;
  }

  /** The same where this process has them already. */
  serviceProvidersAtHand(): readonly ServiceProvider[] | undefined {
    return this.#listed?.providers;
  }

  /**
   * The same as home lists them now, or did a short time ago (after `since`).
   * @throws HomeAuthError, ProviderResponseError, TransportError
   */
  async currentServiceProviders(since?: number): Promise<readonly ServiceProvider[]> {
    const token = await this.token();
    const listed = this.#listed?.secret === token.secret ? this.#listed : undefined;
    if (isCurrent(listed?.at, this.#context.clock, since)) return listed?.providers ?? [];
    this.#listing ??= this.#listAnew(token).finally(() => {
      this.#listing = undefined;
    });
    return this.#listing;
  }

  /** @throws as `token`; UsageError for a configured region that home does not have */
  async projects(): Promise<readonly Project[]> {
    const { project, catalog } = await this.token();
    if (project === undefined) {
      throw new ConfigError('The home token is not scoped to a project, and only a project-scoped one can be used.', {
        hint: 'Set OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME (or project_name in clouds.yaml).',
      });
    }
    await requireRegion(this, catalog);
    return [project];
  }

  /** The token's one project is as current as the token; to ask home, the token is shown to it. */
  async currentProjects(since?: number): Promise<readonly Project[]> {
    if (since !== undefined) await this.currentServiceProviders(since);
    return this.projects();
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

  /** Home describes a token with the providers of today: that costs it less than to make a new one. */
  async #listAnew(token: Token): Promise<readonly ServiceProvider[]> {
    const { describeToken } = await import('../keystone/describe-token.ts');
    const { name, authUrl, connection } = this;
    try {
      const { token: described } = await describeToken(this.#context, { name, authUrl, connection }, token.secret);
      this.#noteList({ ...token, serviceProviders: described.serviceProviders });
      await this.#rememberList(token, described.serviceProviders);
      return described.serviceProviders;
    } catch (error) {
      if (!(error instanceof HomeAuthError) || this.#given !== undefined) throw error;
      // It was revoked meanwhile, or may not be shown to Keystone; a new one comes with the list.
      await this.forgetToken(token);
      return (await this.token()).serviceProviders;
    }
  }

  async #rememberList(token: Token, serviceProviders: readonly ServiceProvider[]): Promise<void> {
    if (this.#given !== undefined || JSON.stringify(serviceProviders) === JSON.stringify(token.serviceProviders))
      return;
    const codec = tokenCodec(this.#context.clock);
    const current = await this.#vault.peek(TOKEN_KEY, codec);
    if (current?.secret === token.secret) this.#vault.put(TOKEN_KEY, codec, { ...current, serviceProviders });
  }

  #noted(token: Token): Token {
    if (this.#listed?.secret !== token.secret) this.#noteList(token);
    return token;
  }

  #noteList({ secret, serviceProviders }: Token): void {
    this.#listed = { secret, providers: serviceProviders, at: this.#context.clock.now() };
  }

  async #authenticate(): Promise<Token> {
    const token = await authenticate(this.#context, await this.#complete(), { provider: this.name, home: true });
    this.#noteList(token);
    this.#vault.put(WHO_KEY, whoCodec(this.#context.clock), whoOf(token));
    return token;
  }
}

/** A region that no endpoint is in is a slip of the pen: asked for there, home would have nothing. */
async function requireRegion({ name, account: { region } }: Home, catalog: Catalog): Promise<void> {
  if (region === undefined || isRegionOf(catalog, region)) return;
  const { noSuchHomeRegion } = await import('./no-such-home-region.ts');
  throw noSuchHomeRegion(name, region, catalog);
}

function whoOf(token: Token): Who {
  return { userId: token.user.id, projectId: token.project?.id ?? '' };
}
