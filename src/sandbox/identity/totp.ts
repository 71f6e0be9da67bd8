import { createHmac } from 'node:crypto';

/** Seconds for which one password holds. */
const STEP = 30;

/**
 * The one-time password of a moment (RFC 6238 with SHA-1 and six digits, as Keystone has it).
 *
 * @param secret base32
 * @param now milliseconds since the epoch
 */
export function totp(secret: string, now: number): string {
  return codeOf(secret, Math.floor(now / 1000 / STEP));
}

/** Whether the password is that of now or of the step before (`[totp] included_previous_windows = 1`). */
export function totpAccepts(secret: string, passcode: string, now: number): boolean {
  const step = Math.floor(now / 1000 / STEP);
  return passcode === codeOf(secret, step) || passcode === codeOf(secret, step - 1);
}

function codeOf(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const character of text.toUpperCase().replaceAll(/[=\s]/g, '')) {
    bits += Math.max(alphabet.indexOf(character), 0).toString(2).padStart(5, '0');
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
