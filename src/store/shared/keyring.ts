/**
 * The keys that seal what leaves the process. Whoever has them can read and forge it, whoever has not cannot even tell
 * whose it is: names in the cache are HMACs too.
 */
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import { ConfigError } from '../../errors.ts';
import type { SealKey } from '../seal.ts';

/** The first seals; all open what was sealed. */
export type Keyring = readonly [SharedKey, ...SharedKey[]];

const KEY_BYTES = 32;
/** 32 random bytes have fewer different ones once in more than 10^20 times. */
const DIFFERENT_BYTES = 12;
const HEX = /^(?:[0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const NOT_FOR_OTHERS = 0o027;
const HOW_TO_MAKE = 'Make a key with: openssl rand -base64 32';

/** One key. Everything that is kept under it has a name and a sealing key of its own, which only this key gives. */
export class SharedKey {
  readonly #id: string;
  readonly #secret: Buffer;

  constructor(secret: Uint8Array) {
    this.#secret = Buffer.from(hkdfSync('sha256', secret, '', 'fed shared memory 1', KEY_BYTES));
    this.#id = createHmac('sha256', this.#secret).update('id').digest('hex').slice(0, 16);
  }

  /**
   * The place of what `label` names. A sealing key is used for one name only, so that no number of values in the cache
   * brings a nonce of AES-GCM twice.
   */
  placeOf(label: string): Place {
    const derived = createHmac('sha512', this.#secret).update(`place ${label}`).digest();
    return {
      name: `fed:${derived.toString('base64url', 0, KEY_BYTES)}`,
      key: { id: this.#id, secret: derived.subarray(KEY_BYTES) },
    };
  }
}

/** Where a value is kept, and what it is sealed with. */
export interface Place {
  readonly name: string;
  readonly key: SealKey;
}

/**
 * Read keys from a text: one a line, in base64 or hexadecimal, `#` begins a comment.
 *
 * @param source what messages call the text
 * @throws ConfigError, which never has a key in it
 */
export function parseKeyring(text: string, source: string, file?: string): Keyring {
  const keys = new Map<string, SharedKey>();
  for (const [index, line] of text.split('\n').entries()) {
    const written = line.replace(/#.*/, '').trim();
    if (written === '') continue;
    const bytes = bytesOf(written);
    const wrong = whyNoKey(bytes);
    if (wrong !== undefined) {
      throw new ConfigError(`${source}, line ${index + 1}: the key ${wrong}.`, { hint: HOW_TO_MAKE, file });
    }
    // A key that is there twice is one key.
    const print = createHash('sha256').update(bytes).digest('hex');
    if (!keys.has(print)) keys.set(print, new SharedKey(bytes));
  }
  const [first, ...others] = keys.values();
  if (first === undefined) throw new ConfigError(`${source} has no key.`, { hint: HOW_TO_MAKE, file });
  return [first, ...others];
}

/**
 * Read keys from a file that is for its owner, and at most read by its group.
 *
 * @throws ConfigError
 */
export function readKeyring(file: string): Keyring {
  let text: string;
  let stats: Stats;
  try {
    stats = statSync(file);
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    // Somebody may have given the key itself.
    if (!existsSync(file)) {
      throw new ConfigError('The file with the keys of the shared memory does not exist.', {
        hint: `${HOW_TO_MAKE}. The keys themselves can be in FED_MEMORY_KEY.`,
      });
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`The keys of the shared memory cannot be read: ${why}.`, { cause, file, hint: HOW_TO_MAKE });
  }
  if (process.platform !== 'win32' && (stats.mode & NOT_FOR_OTHERS) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    throw new ConfigError(`${file} has keys, and others may read or change it (mode ${mode}).`, {
      hint: `chmod 600 ${file}, and replace keys that others may have read.`,
      file,
    });
  }
  return parseKeyring(text, file, file);
}

function bytesOf(written: string): Buffer {
  if (HEX.test(written) && written.length >= 2 * KEY_BYTES) return Buffer.from(written, 'hex');
  return BASE64.test(written) ? Buffer.from(written, 'base64') : Buffer.alloc(0);
}

function whyNoKey(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return 'is neither base64 nor hexadecimal';
  if (bytes.length < KEY_BYTES) return `has ${bytes.length} bytes, and needs ${KEY_BYTES}`;
  return new Set(bytes).size < DIFFERENT_BYTES ? 'is not random' : undefined;
}
