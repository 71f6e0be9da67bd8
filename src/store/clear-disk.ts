/** Clearing what is remembered on disk, of all users, under the hands of processes that go on remembering. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDiskLocations } from './disk-locations.ts';
import { openDiskTokens } from './disk-tokens.ts';
import { tokenKey } from './token-key.ts';

export interface DiskStores {
  /** The folder that has a folder of locations for each user and home project… */
  readonly locations: string;
  /** …and the one that has a folder of tokens for each identity. */
  readonly tokens: string;
}

/**
 * Clear every store in these folders, each as it clears itself. Folders stay, as others may be using them.
 *
 * @param warn gets one line for each folder that cannot be used, and is left as it is
 * @throws the system's error when a folder cannot be looked into
 */
export async function clearDiskStores(stores: DiskStores, warn: (message: string) => void): Promise<void> {
  for (const directory of foldersIn(stores.locations)) await openDiskLocations({ directory, warn }).clear();
  // Any key will do, as nothing is opened with it.
  const options = { key: tokenKey(randomBytes(32), '', Buffer.alloc(0)), clock: { now: () => Date.now() }, warn };
  for (const directory of foldersIn(stores.tokens)) await openDiskTokens({ ...options, directory }).clear();
}

function foldersIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((found) =>
    found.isDirectory() ? [join(directory, found.name)] : [],
  );
}
