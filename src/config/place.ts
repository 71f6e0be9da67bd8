import { ConfigError } from '../errors.ts';
import { accountOptions } from './account-options.ts';

/** Where an account comes from: what messages say, and where a person puts what is missing. */
export type Place =
  | {
      readonly kind: 'entry';
      readonly name: string;
      /** The file to change when something is missing. */
      readonly path: string;
      /** True when no clouds.yaml has it, only secure.yaml. */
      readonly secureOnly: boolean;
    }
  | { readonly kind: 'variables'; readonly set: readonly string[] }
  | { readonly kind: 'options' }
  /** Options that a program gives to the library, in its spelling. */
  | { readonly kind: 'program' };

/** `clouds.yaml entry research (/home/ada/clouds.yaml)`, `OS_* variables`, `--os-* options`, `the given options`. */
export function nameOf(place: Place): string {
  if (place.kind === 'program') return 'the given options';
  if (place.kind === 'variables') return 'OS_* variables';
  if (place.kind === 'options') return '--os-* options';
  const file = place.secureOnly ? 'secure.yaml' : 'clouds.yaml';
  return `${file} entry ${place.name} (${place.path})`;
}

/** Keys that openstacksdk wants below `auth:`; the others stand beside it. */
const beside: ReadonlySet<string> = new Set(['auth_type', 'auth_methods', 'region_name', 'interface']);

/** A key as the library's options spell it: `auth_url` is `authUrl`. */
export function camelCase(key: string): string {
  return key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function toSet(key: string, place: Place): string {
  const option = accountOptions.find((each) => each.key === key);
  if (place.kind === 'entry') return beside.has(key) ? key : `auth.${key}`;
  if (place.kind === 'program') return camelCase(key);
  return (place.kind === 'variables' ? option?.env : option?.flag) ?? key;
}

function hintOf(keys: readonly string[], place: Place): string {
  const alternatives = keys.map((key) => toSet(key, place)).join(' or ');
  if (place.kind === 'entry') {
    return place.secureOnly
      ? `Only secure.yaml (${place.path}) has ${place.name}, and no clouds.yaml: write an entry of that name into clouds.yaml, with ${alternatives}.`
      : `Write ${alternatives} into the entry ${place.name} of ${place.path}.`;
  }
  if (place.kind === 'options' || place.kind === 'program') return `Add ${alternatives}.`;
  return `Set ${alternatives}; now set: ${place.set.join(', ')}. Or choose an entry of clouds.yaml with OS_CLOUD.`;
}

/** What is not said, and where to say it. @param keys any of which would do */
export function missing(what: string, keys: readonly string[], place: Place): ConfigError {
  return new ConfigError(`${nameOf(place)}: ${what} is missing.`, {
    hint: hintOf(keys, place),
    file: place.kind === 'entry' ? place.path : undefined,
  });
}
