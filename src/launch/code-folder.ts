import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { type Environment, fedPlaces } from '../config/paths.ts';
import { whyUnsafe } from '../own-folder.ts';

/**
 * The folder for compiled code, in fed's cache. What is read from it is run, so it must be this user's alone.
 *
 * @param version of the program: the code of others is removed
 * @returns undefined where there is none that can be used
 */
export function codeFolder(env: Environment, version: string): string | undefined {
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const { HOME = '' } = env;
  if (!isAbsolute(HOME)) return undefined;
  try {
    const { cacheDirectory: cache } = fedPlaces({ env, cwd: process.cwd(), homeDirectory: HOME });
    const folder = join(cache, 'code', version);
    // Nothing is made in a folder of somebody else's (sudo that leaves HOME as it is).
    if (!isOwn(nearestExisting(folder))) return undefined;
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    const isSafe = [cache, join(cache, 'code'), folder].every((each) => whyUnsafe(each) === undefined);
    if (made === folder && isSafe) forgetOtherVersions(join(cache, 'code'), version);
    return isSafe ? folder : undefined;
  } catch {
    return undefined;
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

function isOwn(folder: string): boolean {
  return process.getuid === undefined || statSync(folder).uid === process.getuid();
}

function forgetOtherVersions(folder: string, version: string): void {
  for (const other of readdirSync(folder)) {
    if (other !== version) rmSync(join(folder, other), { recursive: true, force: true });
  }
}
