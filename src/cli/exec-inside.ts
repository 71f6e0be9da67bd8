import { isClientVariable } from '../config/client-keys.ts';
import { MARK, OUTSIDE_FILE } from './exec-environment.ts';
import type { ExecFolder } from './exec-folder.ts';
import type { Environment } from './terminal.ts';

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
    [MARK]: folder.write(OUTSIDE_FILE, JSON.stringify(Object.fromEntries(outside))),
  };
}
