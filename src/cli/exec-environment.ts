import { readFileSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import type { Environment } from './terminal.ts';

/**
 * Says to a fed inside of `fed exec` that it is, and names the file that has the `OS_*` variables from outside: fed itself
 * works with the clouds, and not with the proxy that stands for them. In a file, as every program passes its environment
 * on, and many log it.
 */
export const MARK = 'FED_EXEC';
export const OUTSIDE_FILE = 'outside.json';
/** What else a variable of that name says is somebody else's. */
const OURS = /\/fed-exec-[^/]+\/outside\.json$/;

/** Whether this process was started, however indirectly, by `fed exec`. */
export function isInsideExec(env: Environment): boolean {
  return env[MARK] !== undefined;
}

/**
 * The environment as it was outside of `fed exec`; any other as it is.
 * @throws ConfigError where that `fed exec` has ended
 */
export function environmentOutside(env: Environment): Environment {
  const file = env[MARK];
  if (file === undefined || !OURS.test(file)) return env;
  const others = Object.entries(env).filter(([name]) => !name.startsWith('OS_'));
  return { ...Object.fromEntries(others), ...outsideIn(file) };
}

function outsideIn(file: string): Environment {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Environment;
  } catch (cause) {
    throw new ConfigError('The fed exec that this shell or program was started in has ended.', {
      cause,
      hint: `Start it again outside, or unset ${MARK} and the OS_* variables.`,
    });
  }
}
