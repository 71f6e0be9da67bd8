import { ConfigError } from '../errors.ts';
import { type Environment, variable } from './paths.ts';
import { type Setting, type SettingKey, type SettingValues, settingTable } from './setting-table.ts';
import { allowed, fromText, isAllowed } from './setting-values.ts';
import { readSettingsFile, settingsFile } from './settings-file.ts';
import { didYouMean } from './suggestion.ts';

/** Where a setting's value comes from: the default, the settings file, or this variable. */
export type SettingOrigin = 'default' | 'file' | `FED_${string}`;

export interface Settings {
  readonly values: SettingValues;
  readonly origins: Readonly<Record<SettingKey, SettingOrigin>>;
  /** The settings file, whether or not it exists. */
  readonly file: string;
  /** Each a sentence. */
  readonly warnings: readonly string[];
}

/** The variable that sets a setting for one command: `FED_PAGE_SIZE` for `page-size`. */
export function settingVariable(key: SettingKey): `FED_${string}` {
  return `FED_${key.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The setting of that name.
 * @throws ConfigError that lists the settings
 */
export function settingNamed(key: string): Setting {
  const known = settingTable.find((each) => each.key === key);
  if (known !== undefined) return known;
  const keys = settingTable.map((each) => each.key);
  throw new ConfigError(`There is no setting ${key}.${didYouMean(key, keys)}`, {
    hint: `Settings: ${keys.join(', ')}.`,
  });
}

function checked(setting: Setting, value: unknown, where: string, hint?: string): unknown {
  if (isAllowed(setting, value)) return value;
  throw new ConfigError(`${setting.key} in ${where} must be ${allowed(setting)}.`, { hint });
}

/**
 * fed's own settings: `FED_*` variables over the settings file over the defaults. A damaged file is put aside with a
 * warning.
 *
 * @throws ConfigError for a value that a setting cannot have
 */
export function readSettings(configDirectory: string, env: Environment): Settings {
  const warnings: string[] = [];
  const warn = (sentence: string) => warnings.push(sentence);
  const file = settingsFile(configDirectory);
  const content = readSettingsFile(configDirectory, warn);
  const keys = settingTable.map(({ key }) => key);
  for (const key of Object.keys(content)) {
    if (!keys.some((known) => known === key))
      warn(`${file} has a setting ${key}, which is unknown.${didYouMean(key, keys)}`);
  }
  const values: Partial<Record<SettingKey, unknown>> = {};
  const origins: Partial<Record<SettingKey, SettingOrigin>> = {};
  for (const setting of settingTable) {
    const { key } = setting;
    const name = settingVariable(key);
    const text = variable(env, name);
    if (text !== undefined) {
      values[key] = checked(setting, fromText(setting, text), name, `Change or unset ${name}.`);
      origins[key] = name;
    } else if (Object.hasOwn(content, key)) {
      values[key] = checked(setting, content[key], file, `fed config unset ${key} removes it.`);
      origins[key] = 'file';
    } else {
      values[key] = setting.default;
      origins[key] = 'default';
    }
  }
  return { values: values as unknown as SettingValues, origins: origins as Settings['origins'], file, warnings };
}

/**
 * Settings that a program gives: the defaults for all others, and neither file nor variables.
 *
 * @throws ConfigError for a value that a setting cannot have
 */
export function settingsGiven(given: Partial<SettingValues>): Settings {
  const keys = settingTable.map((setting) => {
    const value = given[setting.key];
    return [setting.key, value === undefined ? setting.default : checked(setting, value, 'the given options')] as const;
  });
  const origins = settingTable.map(({ key }) => [key, 'default'] as const);
  return {
    values: Object.fromEntries(keys) as unknown as SettingValues,
    origins: Object.fromEntries(origins) as Settings['origins'],
    file: '',
    warnings: [],
  };
}
