import { hash } from 'node:crypto';
import type { Composition } from '../compose.ts';
import type { Federation } from '../federation/federation.ts';
import type { Vault } from '../federation/vault.ts';
import type { Catalog } from '../keystone/catalog.ts';
import { type DescribedToken, describeToken } from '../keystone/describe-token.ts';
import { isFresh, type Token } from '../keystone/token.ts';
import { Lru } from '../lru.ts';
import { Refusal } from './refusal.ts';

/** Whoever a request is made for: the bearer of a token of home's. */
export interface User {
  readonly token: Token;
  readonly federation: Federation;
  /** The same for tokens that are good for the same: of one user, in one project, with the same roles. */
  readonly identity: string;
}

interface Known {
  readonly user: User;
  /** When home last said that the token is good. */
  readonly checkedAt: number;
}

export interface UsersOptions {
  /** Milliseconds for which home's word on a token counts: so long at most does a revoked one go on working. */
  readonly tokenCheckMs: number;
  /** Tokens that are kept in mind. */
  readonly limit: number;
  /** Told how each token was recognised. */
  readonly told: (how: 'remembered' | 'asked' | 'refused') => void;
}

/**
 * The users of the proxy, by their tokens. A token is shown to home before anything is done with it, and again when
 * its time is over. What K2K gave is used again only for tokens that are good for exactly the same.
 */
export class Users {
  readonly #composition: Composition;
  readonly #options: UsersOptions;
  readonly #known: Lru<Known>;
  readonly #vaults: Lru<Vault>;
  #homeCatalog: Catalog = [];
  readonly #asked = new Map<string, Promise<User>>();

  constructor(composition: Composition, options: UsersOptions) {
    this.#composition = composition;
    this.#options = options;
    this.#known = new Lru(options.limit);
    this.#vaults = new Lru(options.limit);
  }

  /**
   * Whose token it is.
   * @throws HomeAuthError when home does not take it (any more); ProviderResponseError, TransportError when home
   *   cannot say: then nobody can be let in
   */
  of(secret: string): User | Promise<User> {
    if (!/^[\x21-\x7e]+$/.test(secret)) throw new Refusal(401, 'X-Auth-Token holds no token.');
    const { clock } = this.#composition.context;
    const known = this.#known.get(secret);
    const isRecent = known !== undefined && clock.now() - known.checkedAt < this.#options.tokenCheckMs;
    if (!isRecent || !isFresh(known.user.token, clock)) return this.#askedOnce(secret);
    this.#options.told('remembered');
    return known.user;
  }

  async #askedOnce(secret: string): Promise<User> {
    // Many requests with one new token ask home once.
    const asked = this.#asked.get(secret) ?? this.#ask(secret);
    this.#asked.set(secret, asked);
    try {
      return await asked;
    } finally {
      if (this.#asked.get(secret) === asked) this.#asked.delete(secret);
    }
  }

  /** Home has just given this token itself. */
  adopt(described: DescribedToken): User {
    return this.#keep(described.token.secret, described);
  }

  /** Home's services, as the last token's catalog has them; empty before there was one. */
  get homeCatalog(): Catalog {
    return this.#homeCatalog;
  }

  /** The token was revoked, or may have been. */
  forget(secret: string): void {
    this.#known.delete(secret);
  }

  async #ask(secret: string): Promise<User> {
    const { context, home } = this.#composition;
    this.#options.told('asked');
    try {
      return this.#keep(secret, await describeToken(context, { ...home.account, name: home.name }, secret));
    } catch (error) {
      this.#known.delete(secret);
      this.#options.told('refused');
      throw error;
    }
  }

  #keep(secret: string, { token, delegation }: DescribedToken): User {
    const identity = identityOf(this.#composition.home.account.authUrl, token, delegation);
    if (token.catalog.length > 0) this.#homeCatalog = token.catalog;
    const known = this.#known.get(secret);
    const same = known?.user.identity === identity ? known.user.federation : undefined;
    const federation = same ?? this.#composition.federationFor({ token, vault: this.#vaultOf(identity) });
    const user = { token, federation, identity };
    this.#known.set(secret, { user, checkedAt: this.#composition.context.clock.now() });
    return user;
  }

  #vaultOf(identity: string): Vault {
    const known = this.#vaults.get(identity);
    if (known !== undefined) return known;
    const vault = this.#composition.vaultFor(identity);
    this.#vaults.set(identity, vault);
    return vault;
  }
}

/**
 * What K2K gives depends on home, user, home project and roles (they travel in the assertion), and a token made from an
 * application credential or a trust may be good for less.
 */
function identityOf(homeAuthUrl: string, token: Token, delegation: string | undefined): string {
  const roles = [...token.roles].sort();
  return digest(JSON.stringify([homeAuthUrl, token.user.id, token.project?.id, roles, delegation]));
}

function digest(text: string): string {
  return hash('sha256', text, 'hex');
}
