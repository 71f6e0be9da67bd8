/** What `Federation.open` takes. */
import type { Unsaid } from '../errors.ts';
import type { ExchangeEvent } from '../http/events.ts';
import type { LocationStore, TokenStore } from '../ports/memory.ts';

/** Who the user is, as options. The names are those of the `OS_*` variables and of clouds.yaml, in camelCase. */
export interface AccountOptions {
  /** Found out from what else is given: `password`, `v3applicationcredential`, `v3totp`, `v3multifactor`, `v3token`. */
  readonly authType?: string;
  readonly username?: string;
  readonly userId?: string;
  readonly userDomainName?: string;
  readonly userDomainId?: string;
  readonly password?: string;
  /** A one-time passcode. */
  readonly passcode?: string;
  readonly applicationCredentialId?: string;
  readonly applicationCredentialName?: string;
  readonly applicationCredentialSecret?: string;
  /** The project at home: nobody can be asserted to other clouds without one. */
  readonly projectName?: string;
  readonly projectId?: string;
  readonly projectDomainName?: string;
  readonly projectDomainId?: string;
  /** The id of the domain of user and project where none is given. */
  readonly defaultDomain?: string;
}

/** How home is reached. */
export interface ConnectionOptions {
  /** Home's region. It never applies to another provider. */
  readonly regionName?: string;
  /** Which endpoints of home are used; `public` unless said. */
  readonly interface?: 'public' | 'internal' | 'admin';
  /** A file with the certificates of the CAs to trust. */
  readonly cacert?: string;
  /** A file with a client certificate. */
  readonly cert?: string;
  /** The file with its private key. */
  readonly key?: string;
  /** Do not verify TLS certificates: anybody on the way can read and change what is sent. */
  readonly insecure?: boolean;
}

/** Memory for tokens and locations that a program brings along, as `openSharedMemory` makes it. */
export interface MemoryStores {
  /** @param identity different for each credential; two identities must never see each other's tokens */
  tokens(identity: string): TokenStore;
  /** @param owner different for each user and home project */
  locations(owner: string): LocationStore;
}

/** What every federation can be opened with. */
export interface CommonOptions extends ConnectionOptions {
  /**
   * Gives a home token that was made elsewhere, instead of an account's credentials. It is called for each request that
   * needs one, so it should remember what it gave, and make another in time. All tokens must be of the same user and
   * project. What is fetched with them stays in this process.
   */
  readonly token?: () => Promise<string>;
  /** What home is called among the providers; `home` unless said. */
  readonly homeName?: string;
  /** The only providers to use. */
  readonly providers?: readonly string[];
  /** The only projects to use, by id or name. */
  readonly projects?: readonly string[];
  /** The only regions to use, in whichever provider has them. */
  readonly regions?: readonly string[];
  /** Providers that are left out unless a call names them. */
  readonly skip?: readonly string[];
  /**
   * The only hosts that providers' catalogs may lead to, beside those of Keystones: names, addresses, and domains as
   * `.cloud.example`; any unless said. Addresses of this machine and the like are refused in any case, unless the provider's
   * Keystone is there, too, or they are named here.
   */
  readonly endpointHosts?: readonly string[];
  /** Clouds that home does not list: the name of the provider, and the clouds.yaml entry with its credentials. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Milliseconds to reach a provider; 5000 unless said. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a provider may do nothing while something is expected of it; 60000 unless said. */
  readonly idleTimeoutMs?: number;
  /**
   * Milliseconds that an answer may take altogether which is read here (Keystone's, a page of a listing, whether a
   * resource is there); 120000 unless said. Bodies that are passed on take as long as something comes.
   */
  readonly answerTimeoutMs?: number;
  /** How often a request that is safe to repeat is repeated; 2 unless said. */
  readonly retries?: number;
  /** How many items of a listing are asked for at once; each service's own number unless said. */
  readonly pageSize?: number;
  /**
   * Where tokens and locations are remembered. `memory`, the default: in this federation, at most 100,000 locations,
   * those used last. `disk`: where the command line has them. Or stores of the program's own; whoever opened them
   * closes them.
   */
  readonly memory?: 'memory' | 'disk' | MemoryStores;
  /** Told of every request, with everything secret in it; what it throws is ignored. */
  readonly onRequest?: (event: ExchangeEvent) => void;
  /** Told what is not as it should be, in a sentence. */
  readonly onWarning?: (message: string) => void;
  /** What relative paths start from; the process's working directory unless said. */
  readonly cwd?: string;
}

/** Home and the user as clouds.yaml or the `OS_*` variables describe them, as for `openstack`. */
export interface ConfiguredOptions extends CommonOptions {
  readonly authUrl?: never;
  /** The entry of clouds.yaml. */
  readonly cloud?: string;
  /** Where variables are looked up; `process.env` unless said. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Home and the user as these options describe them: no file is read, and no `OS_*` variable counts. */
export interface ExplicitOptions extends CommonOptions, AccountOptions {
  /** Home's Identity service: `https://keystone.example:5000/v3`. */
  readonly authUrl: string;
  readonly cloud?: never;
  readonly env?: never;
}

export type OpenOptions = ConfiguredOptions | ExplicitOptions;

/** What every call takes. */
export interface CallOptions {
  /**
   * Ends the call with the signal's reason. A deadline (`AbortSignal.timeout`) is another thing: whoever has not
   * answered by then could not be asked.
   */
  readonly signal?: AbortSignal;
}

/** Which scopes a call is about. */
export interface NarrowingOptions extends CallOptions {
  /** Only these providers. */
  readonly providers?: readonly string[];
  /** Only these projects, by id or name. */
  readonly projects?: readonly string[];
  /** Only these regions, in whichever provider has them. */
  readonly regions?: readonly string[];
}

/** For calls that give what came from many providers. */
export interface GatheringOptions extends NarrowingOptions {
  /**
   * Told of every provider or scope that could not be asked, and why. With it the call does not fail for that; without
   * it, it does in the end.
   */
  readonly onMissing?: (missing: Unsaid) => void;
}

export interface ListOptions extends GatheringOptions {
  /** Filters that are passed to the service as they are: `{ status: 'ACTIVE' }`, or pairs for keys that repeat. */
  readonly query?: Readonly<Record<string, string>> | ReadonlyArray<readonly [string, string]>;
  /** Only those with exactly this name, whatever the service makes of `?name=`. */
  readonly name?: string;
  /** Only those with this status, in any case. */
  readonly status?: string;
  /** At most so many. */
  readonly limit?: number;
  /** How many are asked for at once. */
  readonly pageSize?: number;
}

export interface FederateOptions {
  /**
   * A GET of a collection at home gives one page of all clouds' items, in the service's own shape, with links to the
   * next page that point at home. Without it such a request goes home as it is.
   */
  readonly aggregate?: boolean;
}
