/** Which store has the tokens of an account, and who can open them. */
import { createHmac, scrypt } from 'node:crypto';
import { join } from 'node:path';
import { type Credential, credentialOf, identityOf } from './config/identity.ts';
import type { FedPlaces } from './config/paths.ts';
import type { Account } from './ports/account.ts';
import type { Clock } from './ports/clock.ts';
import type { TokenStore } from './ports/memory.ts';
import { openDiskTokens } from './store/disk-tokens.ts';
import { type LocalKey, localKey } from './store/local-key.ts';
import { memoryTokens } from './store/memory.ts';
import { tokenKey } from './store/token-key.ts';

/** As strong as OWASP wants it for passwords. It takes 16 MiB of memory, and about a third of a second. */
const SCRYPT = { N: 2 ** 14, r: 8, p: 5 };
const IDENTITY_BYTES = 32;

/** Gives the store of an account's tokens. */
export type TokensOf = (account: Account) => Promise<TokenStore>;

interface DiskOptions {
  readonly places: FedPlaces;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}

/** Tokens on disk, for those who have this user's files and the account's credential. */
export function tokensOnDisk({ places, clock, warn }: DiskOptions): TokensOf {
  const folder = join(places.cacheDirectory, 'tokens');
  let reading: Promise<LocalKey | undefined> | undefined;
  const machineKey = async (): Promise<LocalKey | undefined> => {
    const key = localKey({ directory: places.stateDirectory, warn });
    if (key?.isNew) {
      const { removeOlderTokens } = await import('./store/older-tokens.ts');
      removeOlderTokens(folder, places.stateDirectory);
    }
    return key;
  };
  return async (account) => {
    reading ??= machineKey();
    const machine = await reading;
    if (machine === undefined) return memoryTokens({ clock });
    const identity = identityOf(account);
    // With one-time passcodes alone there is nothing that lasts, and the key of the machine must do.
    const credential = credentialOf(account)?.bytes ?? new Uint8Array();
    const key = tokenKey(machine.bytes, identity, credential);
    return openDiskTokens({ directory: join(folder, identity), key, clock, warn });
  };
}

/**
 * Tokens in stores that others may use, too: they belong to those who have the credential, and not to those who say so.
 * Without one that lasts this cannot be shown, and they stay in this process.
 *
 * @param tokens the store of an identity
 */
export function tokensInShared(tokens: (identity: string) => TokenStore, clock: Clock): TokensOf {
  return async (account) => {
    const credential = credentialOf(account);
    if (credential === undefined) return memoryTokens({ clock });
    return tokens(await provenIdentity(identityOf(account), credential));
  };
}

/** An identity that only those can name who have its credential. */
function provenIdentity(identity: string, { bytes, isRandom }: Credential): Promise<string> {
  if (isRandom) return Promise.resolve(createHmac('sha256', bytes).update(`fed ${identity}`).digest('hex'));
  return new Promise((resolve, reject) => {
    scrypt(bytes, identity, IDENTITY_BYTES, SCRYPT, (error, made) =>
      error ? reject(error) : resolve(made.toString('hex')),
    );
  });
}
