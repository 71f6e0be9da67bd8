import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './private-files.ts';

/**
 * How much a directory and everything below it takes.
 *
 * @returns how many files there are and their lengths in bytes; zeros where nothing is kept yet
 * @throws the system's error when the directory cannot be read
 */
export async function diskUsage(directory: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  for (const path of await filesBelow(directory)) {
    const stats = await lstat(path).catch(ignoreGone);
    if (!stats?.isFile()) continue;
    files += 1;
    bytes += stats.size;
  }
  return { files, bytes };
}

async function filesBelow(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true }).catch(ignoreGone);
  return (names ?? []).map((name) => join(directory, name));
}

/** Other processes remove files meanwhile. */
function ignoreGone(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
}
