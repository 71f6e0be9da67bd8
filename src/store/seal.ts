/**
 * Sealing what is kept on disk: encrypted and authenticated (AES-256-GCM), under a key that is derived from the
 * user's own credential and never stored.
 *
 * What it protects against: whoever gets to read the files without knowing the credential (a backup, a stolen disk, a
 * shared home directory, another tool's bundle of "all my dot files") cannot use what is in them, and cannot change
 * them, or swap one for another, unnoticed. The derivation is slow (scrypt) so that the files do not become a way to
 * guess the password quickly: a guess costs what it costs here, 6 ms of a core and 1 MiB of memory.
 *
 * What it does not protect against: programs that run as the same user, or as root. They can read the credential where
 * `fed` reads it. Nor does it make a guessable password good: where that matters use an application credential, whose
 * secret nobody guesses.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scrypt } from 'node:crypto';

const VERSION = 1;
const CIPHER = 'aes-256-gcm';
/**
 * The strongest that a fresh process does in about 10 ms, beside its other work of starting up. The same work with
 * N = 2^12 and p = 1 needs four times the memory, and where fresh memory is slow (virtual machines) twice the time.
 */
const SCRYPT = { N: 2 ** 10, r: 8, p: 4 };
const KEY_BYTES = 32;
const ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER = /^fed tokens (\d+) ([0-9a-f]{16}) (\d{1,16})\n/;
/** No header is longer. */
export const HEADER_BYTES = 64;

export interface SealKey {
  /** Says whether a file was sealed with this key, and nothing about the key. */
  readonly id: string;
  readonly secret: Uint8Array;
}

/**
 * The key of a credential.
 *
 * @param credential a password or a secret, as bytes
 * @param isRandom whether it cannot be guessed anyway (random bytes); then nothing slow is done
 */
export function deriveKey(credential: Uint8Array, salt: Uint8Array, isRandom: boolean): Promise<SealKey> {
  const length = KEY_BYTES + ID_BYTES;
  const split = (derived: Uint8Array): SealKey => ({
    secret: derived.subarray(0, KEY_BYTES),
    id: Buffer.from(derived.subarray(KEY_BYTES)).toString('hex'),
  });
  if (isRandom) {
    return Promise.resolve(split(new Uint8Array(hkdfSync('sha256', credential, salt, 'fed tokens', length))));
  }
  return new Promise((resolve, reject) => {
    scrypt(credential, salt, length, SCRYPT, (error, derived) => (error ? reject(error) : resolve(split(derived))));
  });
}

/** What a sealed file says of itself to everybody. It is trusted only once the file was opened. */
export interface SealedHeader {
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** In bytes. */
  readonly length: number;
}

/** The header of a sealed file, or undefined for a file that is damaged or of another version. */
export function readSealedHeader(content: Buffer): SealedHeader | undefined {
  const match = HEADER.exec(content.toString('latin1', 0, HEADER_BYTES));
  const [line, version, keyId, expiresAt] = match ?? [];
  if (line === undefined || keyId === undefined || Number(version) !== VERSION) return undefined;
  return { keyId, expiresAt: Number(expiresAt), length: line.length };
}

/**
 * Seal a text. The header and `name` are bound to it: it opens only under this name, with this expiry.
 *
 * @param expiresAt milliseconds since the epoch
 */
export function seal(key: SealKey, name: string, expiresAt: number, text: string): Buffer {
  const expiry = Math.min(Math.max(0, Math.floor(expiresAt)), Number.MAX_SAFE_INTEGER);
  const header = `fed tokens ${VERSION} ${key.id} ${expiry}\n`;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(header + name));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from(header), nonce, cipher.getAuthTag(), sealed]);
}

/** The text that was sealed, or undefined when the file is not what {@link seal} made with this key and name. */
export function unseal(key: SealKey, name: string, header: SealedHeader, content: Buffer): string | undefined {
  const nonceEnd = header.length + NONCE_BYTES;
  const tagEnd = nonceEnd + TAG_BYTES;
  if (content.length < tagEnd) return undefined;
  const nonce = content.subarray(header.length, nonceEnd);
  const decipher = createDecipheriv(CIPHER, key.secret, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([content.subarray(0, header.length), Buffer.from(name)]));
  decipher.setAuthTag(content.subarray(nonceEnd, tagEnd));
  try {
    return Buffer.concat([decipher.update(content.subarray(tagEnd)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
