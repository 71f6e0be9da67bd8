import { ConfigError } from '../errors.ts';
import type { Account } from '../ports/account.ts';
import { type AccountOptionValues, accountOptions } from './account-options.ts';
import { buildAccount } from './build-account.ts';
import { readEntry } from './cloud-entry.ts';
import { type CloudFiles, entryNames, readCloudFiles } from './cloud-files.ts';
import { type Layer, layerOf } from './layer.ts';
import { type OsVariables, osVariables } from './os-variables.ts';
import { type Surroundings, variable } from './paths.ts';
import { camelCase, nameOf, type Place } from './place.ts';

export interface ResolvedAccount {
  readonly account: Account;
  /** For messages: `clouds.yaml entry research (/home/ada/clouds.yaml)`, `OS_* variables`, `--os-* options`. */
  readonly source: string;
  /** Each a sentence. */
  readonly warnings: readonly string[];
  /** The entry of clouds.yaml that it is, if it is one, with its profile. Scalars of YAML are texts. */
  readonly entry?: { readonly name: string; readonly raw: Readonly<Record<string, unknown>> };
}

/** The name of the cloud that the variables form. */
const VARIABLES_CLOUD = 'envvars';

function optionLayer(options: AccountOptionValues): Layer {
  const flags = new Map(accountOptions.map(({ key, flag }) => [key, flag]));
  return layerOf(options, (key) => flags.get(key) ?? `--${key.replaceAll('_', '-')}`);
}

function text(options: AccountOptionValues, key: string): string | undefined {
  const value = options[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function refuseClash(name: string, files: CloudFiles): void {
  if (!entryNames(files).includes(name)) return;
  const file = files.clouds?.path ?? files.secure?.path;
  throw new ConfigError(`The OS_* variables form a cloud named ${name}, and ${file} has one of that name.`, {
    file,
    hint: 'Give one of them another name: set OS_CLOUD_NAME for the variables, or rename the entry.',
  });
}

function nothingChosen(files: CloudFiles): ConfigError {
  const names = entryNames(files);
  const file = files.clouds?.path ?? files.secure?.path;
  if (file === undefined || names.length === 0) {
    const found = file === undefined ? 'and there is no clouds.yaml' : `and ${file} has no clouds`;
    return new ConfigError(`Nothing says which cloud to use: no OS_* variables are set, ${found}.`, {
      hint: `Source the openrc file of your cloud, or write a clouds.yaml; fed sandbox is a federation to try. Searched: ${files.searched.join(', ')}.`,
    });
  }
  return new ConfigError(`Nothing says which cloud of ${file} to use. It has: ${names.join(', ')}.`, {
    file,
    hint: 'Choose one with --os-cloud or OS_CLOUD.',
  });
}

/**
 * Who the user is and where home is.
 *
 * The cloud: `--os-cloud`, else `OS_CLOUD`, else the one that `OS_*` variables form, else the only one of the
 * files. `--os-*` options are laid over it. `OS_*` variables that do not say who or where (a password, a project,
 * a CA) complete a chosen entry, as they do for `openstack`; those that do say it are another account, and stay out.
 *
 * @param options values of `accountOptions` by key; `insecure: true` switches verification off
 * @throws ConfigError
 */
export async function resolveAccount(
  surroundings: Surroundings & { readonly options: AccountOptionValues },
): Promise<ResolvedAccount> {
  const { env, options } = surroundings;
  const warnings: string[] = [];
  const warn = (sentence: string) => warnings.push(sentence);
  const variables = osVariables(env);
  const given = optionLayer(options);
  const finish = (name: string, layers: readonly Layer[], place: Place): ResolvedAccount => ({
    account: buildAccount(name, [...layers, given], place, surroundings, warn),
    source: nameOf(place),
    warnings,
  });
  const variablesCloud = () => finish(ownName, [variables.layer], { kind: 'variables', set: variables.set });

  const wanted = text(options, 'cloud') ?? variable(env, 'OS_CLOUD');
  const renamed = variable(env, 'OS_CLOUD_NAME');
  const ownName = renamed ?? VARIABLES_CLOUD;
  // The usual openrc needs no file, and reading none is faster.
  if (wanted === undefined && renamed === undefined && variables.set.length > 0) return variablesCloud();

  const files = await readCloudFiles(surroundings);
  warnings.push(...files.warnings);
  if (variables.set.length > 0) refuseClash(ownName, files);
  if ((wanted ?? ownName) === ownName && variables.set.length > 0) return variablesCloud();
  const [only, another] = entryNames(files);
  const chosen = wanted ?? (another === undefined ? only : undefined);
  if (chosen === undefined) {
    if (!given.has('auth_url')) throw nothingChosen(files);
    return finish('options', [variables.layer], { kind: 'options' });
  }
  const completing = completingLayer(variables, wanted, warn);
  const region = text(options, 'region_name') ?? (completing.get('region_name')?.value as string | undefined);
  const entry = await readEntry(chosen, files, surroundings, region, warn);
  return { ...finish(chosen, [...entry.layers, completing], entry.place), entry: { name: chosen, raw: entry.raw } };
}

/**
 * The account that a program describes with options alone: no file and no variable is looked at.
 *
 * @param options values of `accountOptions` by key; `insecure: true` switches verification off
 * @throws ConfigError
 */
export function accountGiven(surroundings: Surroundings & { readonly options: AccountOptionValues }): ResolvedAccount {
  const warnings: string[] = [];
  const place: Place = { kind: 'program' };
  const layer = layerOf(surroundings.options, camelCase);
  const account = buildAccount('options', [layer], place, surroundings, (sentence) => warnings.push(sentence));
  return { account, source: nameOf(place), warnings };
}

/** What variables add to a chosen entry. */
function completingLayer(
  { layer, set, nameSomebody }: OsVariables,
  wanted: string | undefined,
  warn: (sentence: string) => void,
): Layer {
  if (!nameSomebody) return layer;
  warn(`${set.join(', ')} are set, too, and not used, because the cloud ${wanted} was chosen.`);
  return new Map();
}

/**
 * The account of a clouds.yaml entry that is made a provider of its own. No variable and no option applies to it.
 *
 * @throws ConfigError
 */
export async function accountNamed(surroundings: Surroundings & { readonly entry: string }): Promise<ResolvedAccount> {
  const warnings: string[] = [];
  const warn = (sentence: string) => warnings.push(sentence);
  const files = await readCloudFiles(surroundings);
  warnings.push(...files.warnings);
  const entry = await readEntry(surroundings.entry, files, surroundings, undefined, warn);
  return {
    account: buildAccount(surroundings.entry, entry.layers, entry.place, surroundings, warn),
    source: nameOf(entry.place),
    warnings,
  };
}
