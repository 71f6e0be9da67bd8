/** The clouds.yaml that a program in `fed exec` finds: a cloud that it calls by name is the federation, too. */
import { clientKeys } from '../config/client-keys.ts';
import type { ExecFolder } from './exec-folder.ts';

/** The entry that the user works with, and the variables that lead a program to the federation. */
export interface ExecCloud {
  /** Undefined: the account is of variables or options, and no entry's name means it. */
  readonly entry: { readonly name: string; readonly raw: Readonly<Record<string, unknown>> } | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/** What stands beside `auth:`. */
const beside: ReadonlySet<string> = new Set(['auth_type', 'interface', 'region_name', 'identity_api_version']);

/** openstacksdk gives it to the cloud of the variables, and refuses an entry that is called so, too. */
const OF_VARIABLES = 'envvars';

/**
 * Write the files: the entry has what the environment has.
 *
 * @returns variables that make programs read these files and no others
 */
export function writeExecClouds({ entry, variables }: ExecCloud, folder: ExecFolder): Record<string, string> {
  const write = (name: string, clouds: object) => folder.write(name, yamlOf({ clouds }));
  const named = entry !== undefined && entry.name !== OF_VARIABLES ? entry : undefined;
  const clouds = named === undefined ? {} : { [named.name]: entryOf(named.raw, variables) };
  return { OS_CLIENT_CONFIG_FILE: write('clouds.yaml', clouds), OS_CLIENT_SECURE_FILE: write('secure.yaml', {}) };
}

function entryOf(raw: Readonly<Record<string, unknown>>, variables: ExecCloud['variables']): object {
  const keys = Object.entries(variables).map(
    ([name, value]) => [name.slice('OS_'.length).toLowerCase(), value] as const,
  );
  return {
    ...clientKeys(raw),
    ...Object.fromEntries(keys.filter(([key]) => beside.has(key))),
    auth: Object.fromEntries(keys.filter(([key]) => !beside.has(key))),
  };
}

/** As JSON, which YAML is a superset of. Yes, no and whole numbers are what they were before fed read them as texts. */
function yamlOf(value: object): string {
  const typed = (key: string, each: unknown): unknown => {
    if (typeof each !== 'string' || key === 'password' || key.endsWith('_version') || key.endsWith('_microversion')) {
      return each;
    }
    if (each === 'true' || each === 'false') return each === 'true';
    return /^(0|[1-9]\d{0,8})$/.test(each) ? Number(each) : each;
  };
  // Readers of YAML take no control characters, and no halves of one letter.
  return JSON.stringify(value, typed, 2).replaceAll(
    /[\x7f-\u{10ffff}]/gu,
    (letter) => `\\U${(letter.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  );
}
