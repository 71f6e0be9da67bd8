/** A key of this machine, for identities that have no lasting secret to seal tokens with. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createOnce, makePrivateDirectory, removeFile, whyUnsafe } from './private-files.ts';
import { createTrouble, type Trouble } from './trouble.ts';

const KEY = /^fed key 1 ([0-9a-f]{64})\n$/;
const OTHERS = 0o077;

/**
 * 32 random bytes, made once and kept in `directory` (0700) as `local-key` (0600): the credential for
 * `openDiskTokens` where a login has none, as with one-time passcodes. All processes get the same, also those that
 * ask at once.
 *
 * Whoever can read this file can open what is sealed with it, so it protects less than a credential: against a
 * copy of the tokens without the key. Keep the two in different directories.
 *
 * Never throws: where nothing can be kept, the key is good for this process only.
 *
 * @param options.warn gets one line when the key cannot be kept, or had to be replaced
 */
export function localKey(options: { directory: string; warn: (message: string) => void }): Promise<Uint8Array> {
  const trouble = createTrouble('Tokens', options.directory, options.warn);
  const reason = whyUnsafe(options.directory);
  if (reason !== undefined) {
    trouble.refused(reason);
    return Promise.resolve(randomBytes(32));
  }
  try {
    return Promise.resolve(keptKey(options.directory, trouble, options.warn));
  } catch (error) {
    trouble.failed(error);
    return Promise.resolve(randomBytes(32));
  }
}

function keptKey(directory: string, trouble: Trouble, warn: (message: string) => void): Uint8Array {
  const path = join(directory, 'local-key');
  if (existsSync(path)) {
    if ((statSync(path).mode & OTHERS) !== 0) {
      removeFile(path);
      warn(`${path} could be read by others; it was replaced, and tokens sealed with it will be obtained anew.`);
    } else {
      const key = keyIn(readFileSync(path));
      if (key !== undefined) return key;
      trouble.putAside(path, 'The key that tokens are sealed with is damaged or of another version of fed');
    }
  }
  makePrivateDirectory(directory);
  const key = keyIn(createOnce(path, `fed key 1 ${randomBytes(32).toString('hex')}\n`));
  if (key === undefined) throw new Error(`${path} is damaged`);
  return key;
}

function keyIn(content: Buffer): Uint8Array | undefined {
  const [, hex] = KEY.exec(content.toString('latin1')) ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}
