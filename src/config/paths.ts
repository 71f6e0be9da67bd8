import { isAbsolute, join, resolve } from 'node:path';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where things are looked for: never taken from the process itself, so that tests and libraries can say it. */
export interface Surroundings {
  readonly env: Environment;
  /** What relative paths start from. Absolute. */
  readonly cwd: string;
  /** What `~` stands for. Absolute. */
  readonly homeDirectory: string;
  /** The machine's own configuration. Absolute; `/etc` if absent. */
  readonly machineDirectory?: string;
}

/** The folders in which fed keeps things. Absolute; they need not exist. */
export interface FedPlaces {
  readonly configDirectory: string;
  readonly cacheDirectory: string;
  readonly stateDirectory: string;
}

/** A variable's value; undefined where it is not set or empty. */
export function variable(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

/**
 * A folder of the XDG Base Directory Specification. It wants relative values to be ignored.
 *
 * @param fallback below the home directory
 */
export function xdgDirectory({ env, homeDirectory }: Surroundings, name: string, fallback: string): string {
  const value = variable(env, name);
  return value !== undefined && isAbsolute(value) ? value : join(homeDirectory, fallback);
}

/** A path as a person writes it: `~` is the home directory, and relative ones start at the working directory. */
export function expandPath(path: string, { cwd, homeDirectory }: Omit<Surroundings, 'env'>): string {
  if (path === '~') return homeDirectory;
  return path.startsWith('~/') ? join(homeDirectory, path.slice(2)) : resolve(cwd, path);
}

/** Where fed keeps its settings, its cache and its state: `FED_*_DIR`, else `fed` in the XDG folders. */
export function fedPlaces(surroundings: Surroundings): FedPlaces {
  const place = (own: string, xdg: string, fallback: string): string => {
    const value = variable(surroundings.env, own);
    return value === undefined
      ? join(xdgDirectory(surroundings, xdg, fallback), 'fed')
      : expandPath(value, surroundings);
  };
  return {
    configDirectory: place('FED_CONFIG_DIR', 'XDG_CONFIG_HOME', '.config'),
    cacheDirectory: place('FED_CACHE_DIR', 'XDG_CACHE_HOME', '.cache'),
    stateDirectory: place('FED_STATE_DIR', 'XDG_STATE_HOME', '.local/state'),
  };
}
