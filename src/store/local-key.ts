/** The key of this user on this machine, from which those come that tokens on disk are sealed with. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { whyUnsafe } from '../own-folder.ts';
import { createOnce, makePrivateDirectory, removeFile } from './private-files.ts';
import { createTrouble, type Trouble } from './trouble.ts';

const KEY = /^fed key 1 ([0-9a-f]{64})\n$/;
const OTHERS = 0o077;
const KEY_BYTES = 32;

export interface LocalKey {
  /** 32 random bytes. */
  readonly bytes: Uint8Array;
  /** Whether it was not there before: then nothing was sealed with it. */
  readonly isNew: boolean;
}

/**
 * The key that is made once and kept in `directory` (0700) as `token-key` (0600). All processes get the same, also
 * those that ask at once.
 *
 * Who can read this file can open what is sealed with it, so keep the two in different directories: who gets a copy of
 * the tokens alone has nothing.
 *
 * Never throws. Undefined where nothing can be kept: then tokens are for this process only.
 *
 * @param options.warn gets one line when the key cannot be kept, or had to be replaced
 */
export function localKey(options: { directory: string; warn: (message: string) => void }): LocalKey | undefined {
  const trouble = createTrouble('Tokens', options.directory, options.warn);
  const reason = whyUnsafe(options.directory);
  if (reason !== undefined) {
    trouble.refused(reason);
    return undefined;
  }
  try {
    return keptKey(options.directory, trouble, options.warn);
  } catch (error) {
    trouble.failed(error);
    return undefined;
  }
}

function keptKey(directory: string, trouble: Trouble, warn: (message: string) => void): LocalKey {
  const path = join(directory, 'token-key');
  if (existsSync(path)) {
    if ((statSync(path).mode & OTHERS) !== 0) {
      removeFile(path);
      warn(`${path} could be read by others; it was replaced, and tokens sealed with it will be obtained anew.`);
    } else {
      const bytes = keyIn(readFileSync(path));
      if (bytes !== undefined) return { bytes, isNew: false };
      trouble.putAside(path, 'The key that tokens are sealed with is damaged or of another version of fed');
    }
  }
  makePrivateDirectory(directory);
  const bytes = keyIn(createOnce(path, `fed key 1 ${randomBytes(KEY_BYTES).toString('hex')}\n`));
  if (bytes === undefined) throw new Error(`${path} is damaged`);
  return { bytes, isNew: true };
}

function keyIn(content: Buffer): Uint8Array | undefined {
  const [, hex] = KEY.exec(content.toString('latin1')) ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}
