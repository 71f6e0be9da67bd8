/**
 * Sealing what leaves the process: encrypted and authenticated (AES-256-GCM), under a random key. Who reads a sealed
 * text without its key cannot use it, and cannot change it, or swap one for another, unnoticed.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 1;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER = /^fed tokens (\d+) ([0-9a-f]{16}) (\d{1,16})\n/;
/** No header is longer. */
export const HEADER_BYTES = 64;

export interface SealKey {
  /** Says whether a text was sealed with this key, and nothing about the key: 16 hexadecimal digits. */
  readonly id: string;
  readonly secret: Uint8Array;
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
