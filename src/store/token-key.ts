/** The keys that tokens on disk are sealed with: one for each identity, all from one random key of this machine. */
import { createHmac } from 'node:crypto';
import type { SealKey } from './seal.ts';

/** So much of a key's id is a check of the credential… */
const CHECK_BYTES = 2;
/** …and so much says which key of which machine it is. */
const ID_BYTES = 6;

/**
 * The key of an identity, for those who have its credential.
 *
 * The secret comes from the machine's key alone. Of the credential there is a check of 16 bits in the key's id: another
 * password has another id but for one in 65,536, so a typo opens nothing, and who has the machine's key and a million
 * guesses is left with 15 of them, and nothing to tell which is right. The check is the same for each identity with this
 * credential, as several would add up; it is hidden with what only the machine's key gives, so that the files alone do
 * not tell who has the same password.
 *
 * @param machineKey random bytes
 * @param credential the password, or whatever else only the user knows; empty where nothing lasts
 */
export function tokenKey(machineKey: Uint8Array, identity: string, credential: Uint8Array): SealKey {
  const derive = (what: string, from: Uint8Array | string): Buffer =>
    createHmac('sha256', machineKey).update(`fed ${what} `).update(from).digest();
  const hidden = derive('check of identity', identity);
  const check = derive('check of credential', credential)
    .subarray(0, CHECK_BYTES)
    .map((byte, at) => byte ^ (hidden[at] ?? 0));
  return {
    id: derive('id', identity).toString('hex', 0, ID_BYTES) + Buffer.from(check).toString('hex'),
    secret: derive('seal', identity),
  };
}
