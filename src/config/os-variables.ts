import { type Layer, layerOf } from './layer.ts';
import { type Environment, variable } from './paths.ts';

/** Variables that choose a cloud, and do not make one. */
const selectors: ReadonlySet<string> = new Set([
  'OS_CLOUD',
  'OS_CLOUD_NAME',
  'OS_REGION_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
]);

/** Keys of which one is enough to say who the user is, or where. */
const naming = ['auth_url', 'username', 'user_id', 'token', 'application_credential_id', 'application_credential_name'];

/** What the `OS_*` variables say. */
export interface OsVariables {
  readonly layer: Layer;
  /** The names of those that are more than a choice, sorted. None: they form no cloud. */
  readonly set: readonly string[];
  /** Whether they say who the user is, or where: then they are an account of their own. */
  readonly nameSomebody: boolean;
}

/** Read the variables as openstacksdk does: all `OS_*` but those of test runners; empty ones do not count. */
export function osVariables(env: Environment): OsVariables {
  const names = Object.keys(env).filter(
    (name) => name.startsWith('OS_') && !/^OS_(TEST|STD|LOG)/.test(name) && variable(env, name) !== undefined,
  );
  const raw = Object.fromEntries(names.map((name) => [name.slice('OS_'.length).toLowerCase(), env[name]]));
  const layer = layerOf(raw, (key) => `OS_${key.toUpperCase()}`);
  return {
    layer,
    set: names.filter((name) => !selectors.has(name)).sort(),
    nameSomebody: naming.some((key) => layer.has(key)),
  };
}
