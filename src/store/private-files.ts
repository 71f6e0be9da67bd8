/** Files and folders that only their owner can read, whatever the umask says. */
import {
  chmodSync,
  closeSync,
  fchmodSync,
  linkSync,
  mkdirSync,
  open,
  openSync,
  readFileSync,
  rename,
  renameSync,
  statSync,
  unlinkSync,
  writeFile,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** The mode of every file that is kept. */
export const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;

/** The code of a system error (`ENOENT`), or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Make a directory and what is missing above it, each 0700. If the directory is there already it becomes 0700.
 *
 * @throws the system's error when it cannot be made
 */
export function makePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, PRIVATE_DIRECTORY);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && statSync(path).isDirectory()) {
      chmodSync(path, PRIVATE_DIRECTORY);
      return;
    }
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    makePrivateDirectory(parent);
    makePrivateDirectory(path);
    return;
  }
  chmodSync(path, PRIVATE_DIRECTORY);
}

/** Give an open file its mode where the umask took some of it, as far as the file system knows modes. */
export function ensurePrivate(fd: number, mode: number): void {
  if ((mode & 0o777) === PRIVATE_FILE) return;
  try {
    fchmodSync(fd, PRIVATE_FILE);
  } catch {
    // A file system without modes, or a file of somebody else: nothing more can be done here.
  }
}

/** A name beside `path` that no other process, thread or call uses. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
}

/** Whether a file's name is one that {@link temporaryName} gave. */
export function isTemporary(name: string): boolean {
  return name.endsWith('.tmp');
}

function writeTemporary(path: string, content: Uint8Array | string): string {
  const temporary = temporaryName(path);
  const fd = openSync(temporary, 'wx', PRIVATE_FILE);
  try {
    fchmodSync(fd, PRIVATE_FILE);
    writeFileSync(fd, content);
  } catch (error) {
    removeFile(temporary);
    throw error;
  } finally {
    closeSync(fd);
  }
  return temporary;
}

/**
 * Replace a file in one step: a reader sees the old content or the new one, never a part.
 *
 * @throws the system's error; nothing is left behind then
 */
export function replaceFile(path: string, content: Uint8Array | string): void {
  const temporary = writeTemporary(path, content);
  try {
    renameSync(temporary, path);
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
}

/**
 * The same beside everything else: in Node's own threads.
 *
 * @throws the system's error (the promise); nothing is left behind then
 */
export function replaceFileAside(path: string, content: Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  // Not fs/promises, which takes milliseconds to load.
  return new Promise((resolve, reject) => {
    const settle = (error: Error | null): void => {
      if (error === null) {
        resolve();
        return;
      }
      removeFile(temporary);
      reject(error);
    };
    open(temporary, 'wx', PRIVATE_FILE, (error, fd) => {
      if (error !== null) {
        settle(error);
        return;
      }
      fchmodSync(fd, PRIVATE_FILE);
      writeFile(fd, content, (failure) => {
        closeSync(fd);
        if (failure !== null) settle(failure);
        else rename(temporary, path, settle);
      });
    });
  });
}

/**
 * Make a file that is written once and never changed, and give its content: of many processes that do this at
 * once, all get the content of the one that came first.
 *
 * @throws the system's error
 */
export function createOnce(path: string, content: Uint8Array | string): Buffer {
  const temporary = writeTemporary(path, content);
  try {
    linkSync(temporary, path);
  } catch (error) {
    const code = errorCode(error);
    // Some file systems have no hard links; there the last of two processes that start at once would win.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') renameSync(temporary, path);
    else if (code !== 'EEXIST') throw error;
  } finally {
    removeFile(temporary);
  }
  return readFileSync(path);
}

/** Remove a file; whether it was there and is gone. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
