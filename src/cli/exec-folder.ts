/** A folder for the files that belong to one `fed exec`: for this user alone, and gone with it. */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { outputError } from './output-error.ts';
import type { Environment } from './terminal.ts';

const NAME = /^fed-exec-(\d+)\.(\d+)-/;
const FOR_OWNER = 0o700;

export interface ExecFolder {
  /** Write a file (0600). @returns its path */
  write(name: string, text: string): string;
  remove(): void;
}

/**
 * Make the folder (0700), where possible in the user's own folder of the session, which is in memory and ends with it.
 * What is left of a `fed exec` that was killed is removed.
 */
export function makeExecFolder(env: Environment): ExecFolder {
  const { XDG_RUNTIME_DIR: session = '' } = env;
  const parent = isAbsolute(session) && isForOwner(session) ? session : tmpdir();
  const folder = attempt(() => {
    removeLeftOvers(parent);
    return mkdtempSync(join(parent, `fed-exec-${process.pid}.${namespaceOfPids()}-`));
  });
  const remove = () => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  // Also where it ends before it was to: at the second signal, at a deadline.
  process.once('exit', remove);
  return {
    write: (name, text) => {
      const file = join(folder, name);
      attempt(() => writeFileSync(file, text, { mode: 0o600 }));
      return file;
    },
    remove,
  };
}

/** @throws OutputError */
function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw outputError('The files for the program cannot be written', cause);
  }
}

/** Where the system has several sets of process ids (containers), which one this is. */
function namespaceOfPids(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    return '0';
  }
}

function removeLeftOvers(parent: string): void {
  const here = namespaceOfPids();
  for (const name of readdirSync(parent)) {
    const [, pid, namespace] = NAME.exec(name) ?? [];
    if (pid === undefined || namespace !== here || isAlive(Number(pid))) continue;
    const folder = join(parent, name);
    if (isForOwner(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether it is a folder of this user that is closed to others. */
function isForOwner(folder: string): boolean {
  try {
    const stats = lstatSync(folder);
    return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o777) === FOR_OWNER;
  } catch {
    return false;
  }
}
