import type { Project, Token } from '../keystone/token.ts';
import type { Account, Interface } from '../ports/account.ts';
import type { ConnectionProfile } from '../ports/http.ts';
import type { TokenStore } from '../ports/memory.ts';

/** A Keystone with the name that it has among the providers, and where its tokens are remembered. */
export interface Member {
  readonly name: string;
  readonly account: Account;
  readonly tokens: TokenStore;
  /** The account with what is only needed to authenticate, such as a one-time passcode that the user is asked for. */
  readonly complete?: () => Promise<Account>;
  /** Where the user's home token comes from, when it is not made here. Absent: the account authenticates. */
  readonly token?: () => Promise<Token>;
  /** The same where there is only this one. */
  readonly onlyToken?: Token;
}

/** How to choose an endpoint in a provider's catalogs. Home's region never reaches another provider. */
export interface EndpointChoice {
  /** The most preferred first. */
  readonly interfaces: readonly Interface[];
  readonly region?: string;
  /** clouds.yaml's `<service>_endpoint_override`, by service type. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** A cloud in which the user can get scoped tokens: home, one reached by K2K, or one with credentials of its own. */
export interface Provider {
  readonly name: string;
  readonly kind: 'home' | 'k2k' | 'own-credentials';
  readonly connection: ConnectionProfile;
  /** Its Keystone, where that is known without asking. */
  readonly authUrl?: string;
  readonly endpoints: EndpointChoice;
  /**
   * The projects that the user has there, in the provider's order.
   * @throws HomeAuthError, ProviderAuthError, TransportError
   */
  projects(): Promise<readonly Project[]>;
  /**
   * The same as they are now, or were a short time ago: what is remembered is fetched once more.
   * @param since milliseconds since the epoch: the provider is sent a request unless it was sent one after that
   * @throws as `projects`
   */
  currentProjects(since?: number): Promise<readonly Project[]>;
  /** A token scoped to one of them. */
  tokenFor(project: Project): Promise<Token>;
  /** The same where it is at hand, so that nobody need wait for it. */
  heldToken?(project: Pick<Project, 'id'>): Token | undefined;
  /**
   * Drop what is remembered of this scope's token and of everything it was made from at this provider, after a
   * 401. Gives false when there is nothing that could be done anew.
   */
  invalidate(project: Project): Promise<boolean>;
}
