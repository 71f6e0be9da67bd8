/**
 * A lock between processes that nobody waits for: it is taken, or the work is left to whoever has it.
 *
 * It is a symbolic link that leads to its holder's name (process id and host) instead of to a file: so it is made with
 * the name in it in one step, and no kill can leave one of nobody's. It is stale when that process is gone, so that a
 * kill -9 blocks nobody, and after ten minutes in any case, for holders on other hosts and process ids that were given
 * anew: what it protects takes milliseconds.
 */
import { lstatSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode, removeFile, temporaryName } from './private-files.ts';

const STALE_AFTER_MS = 10 * 60 * 1000;

/**
 * Run `work` while holding the lock.
 *
 * @returns whether it ran: false when somebody else holds the lock, or no lock can be made here
 * @throws what `work` throws, after the lock was given back
 */
export function withLock(path: string, work: () => void): boolean {
  const holder = `${process.pid} ${hostname()}`;
  if (!take(path, holder)) {
    if (!breakIfStale(path) || !take(path, holder)) return false;
  }
  try {
    work();
  } finally {
    // Ten minutes may have passed (a stopped process): then the lock is another's.
    if (holderOf(path) === holder) removeFile(path);
  }
  return true;
}

function take(path: string, holder: string): boolean {
  try {
    symlinkSync(holder, path);
    return true;
  } catch {
    return false;
  }
}

function holderOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function breakIfStale(path: string): boolean {
  const holder = holderOf(path);
  if (holder === undefined) return true;
  if (!isStale(path, holder)) return false;
  // By renaming, of several processes that find it stale only one gets it; what was got is looked at again, as
  // another may have broken the lock and taken it since.
  const mine = temporaryName(path);
  try {
    renameSync(path, mine);
  } catch {
    return false;
  }
  const broken = holderOf(mine) === holder;
  if (!broken) {
    try {
      symlinkSync(holderOf(mine) ?? '', path);
    } catch {
      // A third took it meanwhile.
    }
  }
  removeFile(mine);
  return broken;
}

function isStale(path: string, holder: string): boolean {
  const age = Date.now() - (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  const [pid = '', host] = holder.split(' ');
  return age > STALE_AFTER_MS || (host === hostname() && !isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
