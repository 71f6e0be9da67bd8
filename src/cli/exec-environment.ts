import { isClientVariable } from '../config/client-keys.ts';
import type { Environment } from './terminal.ts';

/**
 * Says to a fed inside of `fed exec` that it is, and holds the `OS_*` variables from outside: fed itself works with the
 * clouds, and not with the proxy that stands for them.
 */
const MARK = 'FED_EXEC';

/** Whether this process was started, however indirectly, by `fed exec`. */
export function isInsideExec(env: Environment): boolean {
  return env[MARK] !== undefined;
}

/**
 * What a program in `fed exec` gets: nothing of what leads elsewhere, and what leads to the proxy. One that goes through
 * an HTTP proxy reaches this one directly.
 *
 * @param leading the `OS_*` variables that lead to the proxy
 */
export function environmentInside(env: Environment, leading: Readonly<Record<string, string>>): Record<string, string> {
  const all = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const outside = all.filter(([name]) => name.startsWith('OS_'));
  const kept = all.filter(([name]) => !name.startsWith('OS_') || isClientVariable(name));
  const direct = [env.NO_PROXY ?? env.no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  return {
    ...leading,
    ...Object.fromEntries(kept),
    NO_PROXY: direct,
    no_proxy: direct,
    [MARK]: Buffer.from(JSON.stringify(Object.fromEntries(outside))).toString('base64'),
  };
}

/** The environment as it was outside of `fed exec`; any other as it is. */
export function environmentOutside(env: Environment): Environment {
  const held = env[MARK];
  if (held === undefined) return env;
  let outside: unknown;
  try {
    outside = JSON.parse(Buffer.from(held, 'base64').toString());
  } catch {
    outside = undefined;
  }
  // Somebody else's variable of that name.
  if (typeof outside !== 'object' || outside === null) return env;
  const others = Object.entries(env).filter(([name]) => !name.startsWith('OS_'));
  return { ...Object.fromEntries(others), ...(outside as Record<string, string>) };
}
