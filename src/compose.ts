/**
 * The one place that knows every room: builds what a front end needs, from what the user's configuration says.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { accountNamed, type ResolvedAccount, resolveAccount } from './config/account.ts';
import type { AccountOptionValues } from './config/account-options.ts';
import { identityOf } from './config/identity.ts';
import { type FedPlaces, fedPlaces, type Surroundings } from './config/paths.ts';
import type { SettingValues } from './config/setting-table.ts';
import { readSettings, type Settings, settingsGiven } from './config/settings.ts';
import { isFedError, UsageError } from './errors.ts';
import type { Federation } from './federation/federation.ts';
import type { LocationsOwner } from './federation/memory.ts';
import type { Member } from './federation/provider.ts';
import type { Narrowing } from './federation/roster.ts';
import type { Vault } from './federation/vault.ts';
import type { ExchangeEvent } from './http/events.ts';
import type { SenderOptions } from './http/sender.ts';
import type { KeystoneContext } from './keystone/context.ts';
import type { Token } from './keystone/token.ts';
import { type Ask, askedAccount, oneAfterTheOther } from './passwords.ts';
import type { Account } from './ports/account.ts';
import type { Clock } from './ports/clock.ts';
import { headerValue, type SendRequest } from './ports/http.ts';
import type { LocationStore, TokenStore } from './ports/memory.ts';
import { lateTokens } from './store/late-tokens.ts';
import { memoryTokens } from './store/memory.ts';
import { type TokensOf, tokensInShared, tokensOnDisk } from './token-stores.ts';
import { version } from './version.ts';

export interface ComposeOptions extends Surroundings {
  /** `--os-*` options by their key. */
  readonly options: AccountOptionValues;
  /** What the user narrowed this call to. */
  readonly narrowing: Narrowing;
  readonly warn: (message: string) => void;
  /** Told of every request. */
  readonly observe?: ((event: ExchangeEvent) => void) | undefined;
  /** Instead of the settings'. */
  readonly retries?: number;
  readonly connectTimeoutMs?: number;
  /** Gives who can be asked, once something is missing. Absent, or undefined: nobody, and what is missing is an error. */
  readonly asker?: () => Ask | undefined;
  /** Where home is and who the user is there, when the caller has it. Absent: as the user's configuration says. */
  readonly account?: ResolvedAccount;
  /** Told where a provider's catalog leads out of bounds, and fed goes there. Absent: it does not, as a server must not. */
  readonly outOfBounds?: (message: string) => void;
  /** When the caller has them. Absent: those of the user. */
  readonly settings?: Partial<SettingValues>;
  /** Absent: on disk. */
  readonly stores?: Stores;
  /** Whether these stores may be used by others, too. */
  readonly storesAreShared?: boolean;
  /** Gives home tokens that are made elsewhere, all of one user in one project. Absent: the account authenticates. */
  readonly token?: () => Promise<string>;
}

/** Where tokens and locations are kept, by whose they are. */
export interface Stores {
  tokens(identity: string): TokenStore;
  locations(owner: string): LocationStore;
}

/** A federation as the user's configuration describes it. */
export interface Composed {
  readonly federation: Federation;
  readonly account: Account;
  /** The same with the password, which the user may be asked for. @throws HomeAuthError where nobody can be asked */
  readonly withPassword: () => Promise<Account>;
  readonly settings: Settings;
  readonly places: FedPlaces;
  readonly tokensOf: TokensOf;
  readonly context: KeystoneContext;
  /** Wait until what was learnt is written, and close connections. */
  close(): Promise<void>;
}

/** Names the proxies that a request has passed. */
const VIA = 'X-Fed-Via';

const clock: Clock = { now: () => Date.now() };

/**
 * Read the configuration and build the federation. No request is made yet.
 * @throws ConfigError
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const places = fedPlaces(options);
  const settings = settingsOf(options, places);
  const { values } = settings;
  const resolved = options.account ?? (await resolveAccount(options));
  for (const warning of [...settings.warnings, ...resolved.warnings]) options.warn(warning);
  const tokensOf = tokenStores(options, places);
  const asking = { ...options, ...(options.asker && { asker: oneAfterTheOther(options.asker) }) };
  const homeReachedBy = await homeMember(values['home-name'], resolved, tokensOf, asking);
  const own = await Promise.all(
    Object.entries(values['provider-accounts']).map(async ([name, entry]) => {
      try {
        const account = await accountNamed({ ...options, entry });
        for (const warning of account.warnings) options.warn(warning);
        return await member({ name, resolved: account, isHome: false }, tokensOf, asking);
      } catch (why) {
        if (!isFedError(why)) throw why;
        return { name, why };
      }
    }),
  );
  const { Federation, createSender, createEndpointGuard, openDiskLocations } = await engine();
  const sender = createSender(senderOptions(options, values));
  const guard = createEndpointGuard({ hosts: values['endpoint-hosts'], warn: options.outOfBounds });
  const context: KeystoneContext = { send: sender.send, preconnect: sender.preconnect, clock };
  const home = await homeReachedBy(context);
  const federation = new Federation({
    ...context,
    guard,
    home,
    own,
    locations: (owner) =>
      options.stores?.locations(ownerName(owner)) ??
      openDiskLocations({ directory: locationsDirectory(places, ownerName(owner)), warn: options.warn }),
    narrowing: narrowingOf(options.narrowing, home.account, settings),
    skip: values['skip-providers'],
    notice: options.warn,
  });
  const close = async () => {
    await federation.settled();
    await sender.close();
  };
  const { account, withPassword } = home;
  return { federation, account, withPassword, settings, places, tokensOf, context, close };
}

/**
 * What asks the clouds. It is loaded once the configuration was found to be right.
 */
async function engine() {
  const [{ Federation }, { createSender }, { createEndpointGuard }, { openDiskLocations }] = await Promise.all([
    import('./federation/federation.ts'),
    import('./http/sender.ts'),
    import('./http/endpoint-guard.ts'),
    import('./store/disk-locations.ts'),
  ]);
  return { Federation, createSender, createEndpointGuard, openDiskLocations };
}

/** What the federations of many users have in common, for servers: each of them comes with a token of home's. */
export interface Composition {
  readonly context: KeystoneContext;
  /** Home, without anybody's credentials. */
  readonly home: { readonly name: string; readonly account: Account };
  /** What this server is called in the `X-Fed-Via` of every request that it makes, so that none goes round in circles. */
  readonly station: string;
  readonly settings: Settings;
  /** A user's federation. What K2K gives is kept in the vault, which is for those alone who are good for the same. */
  federationFor(user: { readonly token: Token; readonly vault: Vault }): Federation;
  /** @param identity what is the same only for those who are good for the same */
  vaultFor(identity: string): Vault;
  close(): Promise<void>;
}

/**
 * Read the configuration of a server that has no account of its own: where home is, and how to reach it.
 * @throws ConfigError
 */
export async function composeForMany(options: ComposeOptions, stores: Stores): Promise<Composition> {
  const settings = readSettings(fedPlaces(options).configDirectory, options.env);
  const { values } = settings;
  // Whoever starts the server may have credentials in the environment: they are nobody's who asks it for something.
  const nobody = { ...options.options, auth_type: 'v3token', token: 'none' };
  const { account, warnings } = await resolveAccount({ ...options, options: nobody });
  for (const warning of [...settings.warnings, ...warnings]) options.warn(warning);
  if (account.connection.insecure) warnOfInsecure(values['home-name'], options.warn);
  const [{ Federation, createSender, createEndpointGuard }, { Vault }] = await Promise.all([
    engine(),
    import('./federation/vault.ts'),
  ]);
  const sender = createSender({ ...senderOptions(options, values), busy: true });
  // Two servers of one federation are two stations on a way.
  const station = `${values['home-name']}-${randomBytes(4).toString('hex')}`;
  const context: KeystoneContext = { send: (request) => sender.send(marked(request, station)), clock };
  const guard = createEndpointGuard({ hosts: values['endpoint-hosts'], warn: options.outOfBounds });
  const home = { name: values['home-name'], account: { ...account, methods: [] } };
  return {
    context,
    home,
    station,
    settings,
    federationFor: ({ token, vault }) =>
      new Federation({
        ...context,
        guard,
        home: { ...home, tokens: memoryTokens({ clock }), token: () => Promise.resolve(token), onlyToken: token },
        own: [],
        k2kVault: vault,
        locations: (owner) => stores.locations(ownerName(owner)),
        narrowing: narrowingOf(options.narrowing, account, settings),
        skip: values['skip-providers'],
      }),
    vaultFor: (identity) => new Vault(stores.tokens(identity)),
    close: () => sender.close(),
  };
}

/** A request that says who makes it; one that is passed on says so already. */
function marked(request: SendRequest, station: string): SendRequest {
  if (headerValue(request.headers, VIA) !== undefined) return request;
  return { ...request, headers: [...request.headers, [VIA, station]] };
}

/** The disk stores of the command line's user, for a proxy that acts for this user alone. */
export async function personalStores(composed: Composed, warn: (message: string) => void): Promise<Stores> {
  const { places } = composed;
  const tokens = await composed.tokensOf(await composed.withPassword());
  const { openDiskLocations } = await engine();
  return {
    tokens: (identity) => {
      const own = (key: string) => `proxy ${identity} ${key}`;
      return {
        get: (key) => tokens.get(own(key)),
        put: (key, value, expiresAt) => tokens.put(own(key), value, expiresAt),
        forget: (key) => tokens.forget(own(key)),
        clear: () => tokens.clear(),
      };
    },
    locations: (owner) => openDiskLocations({ directory: locationsDirectory(places, owner), warn }),
  };
}

/** Where the locations of a user are kept. */
function locationsDirectory({ cacheDirectory }: FedPlaces, owner: string): string {
  return join(cacheDirectory, 'locations', owner);
}

/** A name for whom locations belong to, from which nobody can tell who it is. */
function ownerName({ homeAuthUrl, userId, projectId }: LocationsOwner): string {
  return createHash('sha256')
    .update(JSON.stringify([homeAuthUrl, userId, projectId]))
    .digest('hex')
    .slice(0, 32);
}

function senderOptions(options: ComposeOptions, values: Settings['values']): SenderOptions {
  return {
    connectTimeoutMs: options.connectTimeoutMs ?? values['connect-timeout'] * 1000,
    idleTimeoutMs: values['idle-timeout'] * 1000,
    answerTimeoutMs: values['answer-timeout'] * 1000,
    retries: options.retries ?? values.retries,
    env: options.env,
    userAgent: `fed/${version}`,
    observe: options.observe,
  };
}

function settingsOf(options: ComposeOptions, places: FedPlaces): Settings {
  if (options.settings !== undefined) return settingsGiven(options.settings);
  return readSettings(places.configDirectory, options.env);
}

/** Home, but for how it is reached: only tokens that are made elsewhere must be shown to it. */
async function homeMember(
  name: string,
  resolved: ResolvedAccount,
  tokensOf: TokensOf,
  options: ComposeOptions,
): Promise<(context: KeystoneContext) => Promise<AskedMember>> {
  const { token: secret, warn } = options;
  if (secret === undefined) {
    const home = await member({ name, resolved, isHome: true }, tokensOf, options);
    return () => Promise.resolve(home);
  }
  const { account } = resolved;
  if (account.connection.insecure) warnOfInsecure(name, warn);
  return async (context) => {
    const { givenToken } = await import('./federation/given-token.ts');
    const token = ofOneUser(givenToken(context, { ...account, name }, secret));
    // Whose they are is known only when the first token came, and what K2K gives for it ends with it.
    return { name, account, tokens: memoryTokens({ clock }), token, withPassword: () => Promise.resolve(account) };
  };
}

/**
 * What is fetched with a token is used with the next one, so they must be good for the same.
 * @throws UsageError for a token of another user or project
 */
function ofOneUser(tokens: () => Promise<Token>): () => Promise<Token> {
  let first: Token | undefined;
  return async () => {
    const token = await tokens();
    first ??= token;
    if (token.user.id === first.user.id && token.project?.id === first.project?.id) return token;
    throw new UsageError('The given tokens are not all of the same user and project.', {
      hint: 'Open a federation for each user and project.',
    });
  };
}

interface AskedMember extends Member {
  /** The account with the password, which the user may be asked for. */
  readonly withPassword: () => Promise<Account>;
}

async function member(
  { name, resolved, isHome }: { name: string; resolved: ResolvedAccount; isHome: boolean },
  tokensOf: TokensOf,
  { asker, warn }: ComposeOptions,
): Promise<AskedMember> {
  const { account, source } = resolved;
  if (account.connection.insecure) warnOfInsecure(name, warn);
  const { isComplete, withPassword, complete } = askedAccount({ name, account }, { isHome, source, asker });
  // A password opens what is remembered, too. Who has to type it is asked when that cloud is wanted, and for no other.
  const tokens = isComplete ? await tokensOf(account) : lateTokens(async () => tokensOf(await withPassword()));
  return { name, account, tokens, complete, withPassword };
}

function tokenStores({ stores, storesAreShared, warn }: ComposeOptions, places: FedPlaces): TokensOf {
  if (stores === undefined) return tokensOnDisk({ places, clock, warn });
  if (storesAreShared) return tokensInShared((identity) => stores.tokens(identity), clock);
  return (account) => Promise.resolve(stores.tokens(identityOf(account)));
}

function warnOfInsecure(name: string, warn: (message: string) => void): void {
  warn(`TLS certificates of ${name} are not verified: anybody on the way can read and change what is sent.`);
}

/** The command line's narrowing, else `service_provider` and `remote_project_*`, else the settings'. */
function narrowingOf(given: Narrowing, account: Account, { values, origins }: Settings): Narrowing {
  if (given.providers?.length || given.projects?.length) return given;
  const regions = given.regions !== undefined && { regions: given.regions };
  const { serviceProvider, remoteProject } = account;
  if (serviceProvider !== undefined) {
    const { id, name, domain } = remoteProject ?? {};
    const project = id ?? name;
    return {
      providers: [serviceProvider],
      ...(project !== undefined && { projects: [project] }),
      ...(id === undefined && domain !== undefined && { projectDomain: domain }),
      ...regions,
      origin: 'service_provider of the account',
    };
  }
  const keys = (['providers', 'projects'] as const).filter((key) => values[key].length > 0);
  const names = keys.map((key) => (origins[key].startsWith('FED_') ? origins[key] : `the setting ${key}`));
  const origin = names.length === 0 ? {} : { origin: names.join(', ') };
  return { providers: values.providers, projects: values.projects, ...origin, ...regions };
}
