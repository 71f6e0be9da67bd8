/** Whom files and folders belong to, and who can change them. */
import { existsSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const GROUP_MAY_WRITE = 0o020;
const ALL_MAY_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * Why nothing may be kept in a folder, in words that follow its name; undefined when there is no reason, which
 * includes a folder that does not exist yet. As ssh and gpg do, a folder of another user, or one into which others can
 * write, is not trusted, and neither is one below such a folder: they could put another in its place.
 */
export function whyUnsafe(directory: string): string | undefined {
  const user = process.getuid?.();
  try {
    const stats = statSync(directory, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) return 'is not a directory';
    if (user === undefined) return undefined;
    if (stats !== undefined && stats.uid !== user) return 'belongs to another user';
    if (stats !== undefined && (stats.mode & (GROUP_MAY_WRITE | ALL_MAY_WRITE)) !== 0) {
      return 'can be written by others (chmod 700 makes it usable)';
    }
    return whyUnsafeAbove(realpathSync(nearest(resolve(directory))), user, stats === undefined);
  } catch (error) {
    return `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Why a file is not to be believed, in words that follow its name. */
export function whyForeign({ uid, mode }: Stats): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  if (uid !== user && uid !== 0) return 'belongs to another user';
  return (mode & ALL_MAY_WRITE) === 0 ? undefined : 'can be written by everybody';
}

/** @param included whether the folder itself is one above what is meant */
function whyUnsafeAbove(folder: string, user: number, included: boolean): string | undefined {
  const parent = dirname(folder);
  const checked = included ? folder : parent;
  const { uid, gid, mode } = statSync(checked);
  if (uid !== user && uid !== 0) return `is below ${checked}, which belongs to another user`;
  // The group that has the user's number is the user's own, and with the sticky bit others cannot rename what is ours.
  const canOthers = (mode & ALL_MAY_WRITE) !== 0 || ((mode & GROUP_MAY_WRITE) !== 0 && gid !== user);
  if (canOthers && (mode & STICKY) === 0) return `is below ${checked}, which others can write to`;
  return parent === folder ? undefined : whyUnsafeAbove(parent, user, included);
}

function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path));
}
