import { mkdirSync, statSync } from 'node:fs';
import type Conf from 'conf';
import { ConfigError, isFedError, UsageError } from '../errors.ts';
import { whyForeign } from '../own-folder.ts';
import { isRecord } from './record.ts';
import { allowed, fromText, isAllowed, isName } from './setting-values.ts';
import { settingNamed } from './settings.ts';
import { readSettingsFile, SETTINGS_NAME, settingsFile } from './settings-file.ts';

type Store = Conf<Record<string, unknown>>;

/** A change of the settings file that was made. */
export interface Change {
  /** Each a sentence. */
  readonly warnings: readonly string[];
}

/** @throws ConfigError for settings that another user has written, or can write: a change would make them one's own */
function requireOwnSettings(configDirectory: string): void {
  const file = settingsFile(configDirectory);
  const stats = statSync(file, { throwIfNoEntry: false });
  const foreign = stats && whyForeign(stats);
  if (foreign === undefined) return;
  throw new ConfigError(`The settings in ${file} are not changed: the file ${foreign}.`, {
    file,
    hint: `Look at what is in it, then remove it or make it yours (chown, chmod 600 ${file}).`,
  });
}

/** The settings file is made if need be, and only its owner can read it. */
async function change(configDirectory: string, work: (store: Store) => void): Promise<Change> {
  const { default: Store } = await import('conf');
  const warnings: string[] = [];
  // conf throws at a damaged file.
  readSettingsFile(configDirectory, (sentence) => warnings.push(sentence));
  try {
    requireOwnSettings(configDirectory);
    mkdirSync(configDirectory, { recursive: true, mode: 0o700 });
    work(
      new Store<Record<string, unknown>>({
        cwd: configDirectory,
        configName: SETTINGS_NAME,
        configFileMode: 0o600,
        // A provider's name can have dots in it.
        accessPropertiesByDotNotation: false,
      }),
    );
  } catch (cause) {
    if (isFedError(cause)) throw cause;
    const { code = 'the file is damaged' } = cause as NodeJS.ErrnoException;
    throw new ConfigError(`The settings in ${configDirectory} cannot be changed (${code}).`, {
      file: configDirectory,
      cause,
      hint: 'Make the folder writable, or keep settings elsewhere with FED_CONFIG_DIR.',
    });
  }
  return { warnings };
}

/**
 * Set a setting. Several texts are a list's items, which can also stand in one, with commas.
 *
 * @throws UsageError for a value that the setting cannot have, ConfigError for an unknown setting or a file that
 *   cannot be written
 */
export async function setSetting(configDirectory: string, key: string, texts: readonly string[]): Promise<Change> {
  const setting = settingNamed(key);
  const value = fromText(setting, texts.join(','));
  if (!isAllowed(setting, value)) throw new UsageError(`${key} must be ${allowed(setting)}.`);
  return await change(configDirectory, (store) => store.set(key, value));
}

/**
 * Go back to the default.
 *
 * @throws ConfigError for a setting that neither exists nor stands in the file
 */
export function unsetSetting(configDirectory: string, key: string): Promise<Change> {
  return change(configDirectory, (store) => {
    if (!store.has(key)) settingNamed(key);
    else store.delete(key);
  });
}

function accountsIn(store: Store): Readonly<Record<string, unknown>> {
  const accounts = store.get('provider-accounts');
  return isRecord(accounts) ? accounts : {};
}

/**
 * Make a clouds.yaml entry a provider.
 *
 * @param replace whether a provider of that name that was added before may be another one now
 * @throws UsageError when no provider can be called so, home is, or another was added under that name
 */
export async function addProviderAccount(
  configDirectory: string,
  name: string,
  entry: string,
  replace = false,
): Promise<Change> {
  if (!isName(name)) throw new UsageError(`A provider's name has no spaces, commas or slashes in it.`);
  return await change(configDirectory, (store) => {
    const home = store.get('home-name') ?? settingNamed('home-name').default;
    if (name === home) throw new UsageError(`${name} is home's name.`, { hint: 'Choose another, or set home-name.' });
    const before = accountsIn(store)[name];
    if (typeof before === 'string' && before !== entry && !replace) {
      throw new UsageError(`There is a provider ${name} already: the entry ${before} of clouds.yaml.`, {
        hint: `Choose another name, or fed provider add ${name} --cloud ${entry} --replace.`,
      });
    }
    store.set('provider-accounts', { ...accountsIn(store), [name]: entry });
  });
}

/** @throws UsageError when there is no such provider */
export function removeProviderAccount(configDirectory: string, name: string): Promise<Change> {
  return change(configDirectory, (store) => {
    const accounts = accountsIn(store);
    const names = Object.keys(accounts);
    if (!names.includes(name)) {
      throw new UsageError(`No provider ${name} was added with fed provider add.`, {
        hint: names.length === 0 ? 'None was.' : `Added were: ${names.join(', ')}.`,
      });
    }
    store.set('provider-accounts', Object.fromEntries(Object.entries(accounts).filter(([each]) => each !== name)));
  });
}
