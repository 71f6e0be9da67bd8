/** fed's own settings, resolved. */
export interface SettingValues {
  readonly 'home-name': string;
  readonly providers: readonly string[];
  readonly 'skip-providers': readonly string[];
  readonly projects: readonly string[];
  readonly 'endpoint-hosts': readonly string[];
  readonly 'provider-accounts': Readonly<Record<string, string>>;
  readonly format: 'table' | 'json' | 'yaml' | 'csv' | 'value' | 'ndjson';
  readonly color: 'auto' | 'always' | 'never';
  readonly 'max-width': number;
  readonly timeout: number;
  readonly 'connect-timeout': number;
  readonly 'idle-timeout': number;
  readonly 'answer-timeout': number;
  readonly retries: number;
  readonly 'page-size': number;
}

export type SettingKey = keyof SettingValues;

/** What a setting can be. Numbers are whole but for `seconds`. */
export type SettingKind =
  | { readonly type: 'name' }
  | { readonly type: 'names' }
  /** Names to names; changed by `fed provider add` and `remove`. */
  | { readonly type: 'accounts' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'integer' | 'seconds'; readonly min: number; readonly max: number };

export interface Setting<K extends SettingKey = SettingKey> {
  readonly key: K;
  readonly kind: SettingKind;
  readonly default: SettingValues[K];
  readonly description: string;
}

function setting<K extends SettingKey>(
  key: K,
  kind: SettingKind,
  byDefault: SettingValues[K],
  description: string,
): Setting<K> {
  return { key, kind, default: byDefault, description };
}

const names: SettingKind = { type: 'names' };

/** All settings: what reads, checks, shows and changes them, and the help, goes by this table. */
export const settingTable: readonly Setting[] = [
  setting('home-name', { type: 'name' }, 'home', 'what home is called among the providers'),
  setting('providers', names, [], 'the only providers to use; empty: all'),
  setting('skip-providers', names, [], 'providers to leave out unless --provider names them'),
  setting('projects', names, [], 'the only projects to use, by id or name; empty: all'),
  setting('endpoint-hosts', names, [], 'the only hosts (.domain: all in it) that catalogs may lead to; empty: any'),
  setting('provider-accounts', { type: 'accounts' }, {}, 'providers that are clouds.yaml entries: fed provider add'),
  setting(
    'format',
    { type: 'choice', choices: ['table', 'json', 'yaml', 'csv', 'value', 'ndjson'] },
    'table',
    'how results are printed where -f does not say',
  ),
  setting('color', { type: 'choice', choices: ['auto', 'always', 'never'] }, 'auto', 'colours in the output'),
  setting(
    'max-width',
    { type: 'integer', min: 0, max: 100_000 },
    0,
    "widest table in columns; 0: the terminal's width",
  ),
  setting('timeout', { type: 'seconds', min: 0, max: 86_400 }, 0, 'seconds for a whole command; 0: no limit'),
  setting('connect-timeout', { type: 'seconds', min: 0.1, max: 3600 }, 5, 'seconds to reach a provider'),
  setting('idle-timeout', { type: 'seconds', min: 0.1, max: 3600 }, 60, 'seconds that a provider may send nothing'),
  setting(
    'answer-timeout',
    { type: 'seconds', min: 0.1, max: 86_400 },
    120,
    'seconds that an answer which fed itself reads may take',
  ),
  setting('retries', { type: 'integer', min: 0, max: 20 }, 2, 'how often a request that is safe to repeat is repeated'),
  setting('page-size', { type: 'integer', min: 0, max: 10_000 }, 0, "rows asked for per page; 0: each service's own"),
];
