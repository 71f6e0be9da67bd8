import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Composed, type ComposeOptions, compose } from '../compose.ts';
import { accountGiven } from '../config/account.ts';
import { type AccountOptionValues, accountOptions } from '../config/account-options.ts';
import type { Surroundings } from '../config/paths.ts';
import { camelCase } from '../config/place.ts';
import type { SettingValues } from '../config/setting-table.ts';
import { UsageError } from '../errors.ts';
import { memoryOnly } from '../store/shared/open.ts';
import type { CommonOptions, OpenOptions } from './options.ts';
import { unfailingStores } from './unfailing-stores.ts';

/** For federations that keep to themselves what they remember. */
const LOCATIONS = 100_000;
const TOKENS = 10_000;

const KNOWN = new Set([
  ...[
    'authUrl',
    'cloud',
    'env',
    'token',
    'homeName',
    'providers',
    'projects',
    'regions',
    'skip',
    'accounts',
    'endpointHosts',
    'insecure',
  ],
  ...[
    'connectTimeoutMs',
    'idleTimeoutMs',
    'answerTimeoutMs',
    'retries',
    'pageSize',
    'memory',
    'onRequest',
    'onWarning',
    'cwd',
  ],
  ...accountOptions.map(({ key }) => camelCase(key)),
]);

/**
 * Build what the options describe. No request is made.
 * @throws UsageError, ConfigError
 */
export function composeFrom(options: OpenOptions): Promise<Composed> {
  const unknown = Object.keys(options).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) throw new UsageError(`There is no option ${unknown}.`);
  const { authUrl, cloud, env, token, providers, projects, regions, onRequest, onWarning } = options;
  if (authUrl !== undefined && (cloud !== undefined || env !== undefined)) {
    throw new UsageError('authUrl says everything by options, cloud and env leave it to the configuration: not both.');
  }
  if (token !== undefined && typeof token !== 'function') {
    throw new UsageError('token is a function that gives a token: () => Promise<string>.');
  }
  const homeDirectory = env?.HOME ?? homedir();
  const surroundings: Surroundings = { env: env ?? process.env, cwd: resolve(options.cwd ?? '.'), homeDirectory };
  const values = accountValues(options);
  const warn = (message: string) => onWarning?.(message);
  return compose({
    ...surroundings,
    options: values,
    narrowing: {
      ...(providers !== undefined && { providers }),
      ...(projects !== undefined && { projects }),
      ...(regions !== undefined && { regions }),
    },
    warn,
    observe: onRequest,
    settings: settingsIn(options),
    ...(authUrl !== undefined && { account: accountGiven({ ...surroundings, options: values }) }),
    ...(token !== undefined && { token }),
    ...memoryOf(options),
  });
}

/** What the options say of account and connection, by the keys that clouds.yaml has for it. */
function accountValues(options: OpenOptions): AccountOptionValues {
  const given = options as Readonly<Record<string, unknown>>;
  const values: Record<string, string | boolean | undefined> = {};
  for (const { key } of [...accountOptions, { key: 'insecure' }]) {
    const name = camelCase(key);
    const value = name === 'token' ? undefined : given[name];
    if (value === undefined) continue;
    if (typeof value !== (name === 'insecure' ? 'boolean' : 'string')) {
      throw new UsageError(`${name} must be a ${name === 'insecure' ? 'boolean' : 'string'}.`);
    }
    values[key] = value as string | boolean;
  }
  // The account only says where home is: whose the token is, home says.
  return options.token === undefined ? values : { ...values, auth_type: 'v3token', token: 'none' };
}

function settingsIn(options: CommonOptions): Partial<SettingValues> {
  const {
    homeName,
    skip,
    accounts,
    endpointHosts,
    connectTimeoutMs,
    idleTimeoutMs,
    answerTimeoutMs,
    retries,
    pageSize,
  } = options;
  return {
    ...(homeName !== undefined && { 'home-name': homeName }),
    ...(skip !== undefined && { 'skip-providers': skip }),
    ...(endpointHosts !== undefined && { 'endpoint-hosts': endpointHosts }),
    ...(accounts !== undefined && { 'provider-accounts': accounts }),
    ...(connectTimeoutMs !== undefined && { 'connect-timeout': connectTimeoutMs / 1000 }),
    ...(idleTimeoutMs !== undefined && { 'idle-timeout': idleTimeoutMs / 1000 }),
    ...(answerTimeoutMs !== undefined && { 'answer-timeout': answerTimeoutMs / 1000 }),
    ...(retries !== undefined && { retries }),
    ...(pageSize !== undefined && { 'page-size': pageSize }),
  };
}

function memoryOf({ memory = 'memory' }: CommonOptions): Pick<ComposeOptions, 'stores' | 'storesAreShared'> {
  if (memory === 'disk') return {};
  if (memory === 'memory') {
    const clock = { now: () => Date.now() };
    return { stores: memoryOnly({ clock, locationsLimit: LOCATIONS, tokensLimit: TOKENS }) };
  }
  if (typeof memory?.tokens === 'function' && typeof memory.locations === 'function') {
    return { stores: unfailingStores(memory), storesAreShared: true };
  }
  throw new UsageError("memory is 'memory', 'disk', or an object with tokens and locations.");
}
