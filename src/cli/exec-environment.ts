import { readFileSync } from 'node:fs';
import { isClientVariable } from '../config/client-keys.ts';
import { ConfigError } from '../errors.ts';
import type { ExecFolder } from './exec-folder.ts';
import type { Environment } from './terminal.ts';

/**
 * Says to a fed inside of `fed exec` that it is, and names the file that has the `OS_*` variables from outside: fed itself
 * works with the clouds, and not with the proxy that stands for them. In a file, as every program passes its environment
 * on, and many log it.
 */
const MARK = 'FED_EXEC';
const FILE = 'outside.json';
/** What else a variable of that name says is somebody else's. */
const OURS = /\/fed-exec-[^/]+\/outside\.json$/;

/** Whether this process was started, however indirectly, by `fed exec`. */
export function isInsideExec(env: Environment): boolean {
  return env[MARK] !== undefined;
}

/**
 * What a program in `fed exec` gets: nothing of what leads elsewhere, and what leads to the proxy. One that goes through
 * an HTTP proxy reaches this one directly.
 *
 * @param leading the `OS_*` variables that lead to the proxy
 * @param folder for what only fed itself may know
 */
export function environmentInside(
  env: Environment,
  leading: Readonly<Record<string, string>>,
  folder: ExecFolder,
): Record<string, string> {
  const all = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const outside = all.filter(([name]) => name.startsWith('OS_'));
  const kept = all.filter(([name]) => !name.startsWith('OS_') || isClientVariable(name));
  const direct = [env.NO_PROXY ?? env.no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  return {
    ...leading,
    ...Object.fromEntries(kept),
    NO_PROXY: direct,
    no_proxy: direct,
    [MARK]: folder.write(FILE, JSON.stringify(Object.fromEntries(outside))),
  };
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
