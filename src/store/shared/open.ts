/** The memory of a long-running process that acts for many users: shared with other processes, or its own. */
import { ConfigError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LocationStore, TokenStore } from '../../ports/memory.ts';
import { memoryTokensOf } from '../memory.ts';
import { memoryLocationsOf } from '../memory-locations.ts';
import { Generations } from './generations.ts';
import { type Keyring, parseKeyring, readKeyring } from './keyring.ts';
import { sharedLocations } from './locations.ts';
import { openSharedCache } from './open-cache.ts';
import { SealedCache } from './sealed-cache.ts';
import { sharedTokens } from './tokens.ts';

/** Stores for any number of users. Nothing that a store does throws. */
export interface SharedMemory {
  /** @param identity whose tokens they are; two different strings never see each other's */
  tokens(identity: string): TokenStore;
  /** @param owner whose locations they are: home, user and home project in one string */
  locations(owner: string): LocationStore;
  /** Close connections. */
  close(): Promise<void>;
}

export interface SharedMemoryOptions {
  /** `memcached://host:port[,host:port…]`, `redis://`, `rediss://`, `valkey://` or `valkeys://` */
  readonly url: string;
  /** The keys that seal what leaves the process… */
  readonly keyring?: Keyring | undefined;
  /** …or the file that has them, one a line, the one that seals first… */
  readonly keyFile?: string | undefined;
  /** …or a text like such a file. */
  readonly keyText?: string | undefined;
  /** Gets one line when the cache goes away, and one when it is back. */
  readonly warn: (message: string) => void;
  readonly clock: Clock;
  /** How long to wait for an answer of the cache; 150 ms unless said. */
  readonly timeoutMs?: number | undefined;
  /** How long a cache that failed is left alone; 5 s unless said. */
  readonly pauseMs?: number | undefined;
  /** How soon a process sees what another changed; 5 s unless said, and 30 s for tokens. */
  readonly freshMs?: number | undefined;
}

/** How soon a process sees that another has forgotten a token or put another… */
const TOKENS_FRESH_MS = 30_000;
/** …has learned or forgotten a location that it knows otherwise, or has cleared everything. */
const FRESH_MS = 5000;
/** Beside the shared memory, what was used last stays in the process: so many tokens… */
const LOCAL_TOKENS = 1000;
/** …and the locations of so many ids, for all users together. */
const LOCAL_IDS = 20_000;

/**
 * Memory in memcached, Redis or Valkey, shared by all processes that have the same keys.
 *
 * No connection is made yet. The cache being slow, away, emptied or full of garbage costs speed only.
 *
 * @throws ConfigError when the URL or the keys cannot be used
 */
export async function openSharedMemory(options: SharedMemoryOptions): Promise<SharedMemory> {
  const { url, warn, clock, timeoutMs, pauseMs, freshMs = FRESH_MS } = options;
  const keyring = keyringOf(options);
  const cache = await openSharedCache(url, { warn, timeoutMs, pauseMs });
  const sealed = new SealedCache(cache, keyring, clock);
  const generations = new Generations(sealed, clock, freshMs);
  return {
    tokens: sharedTokens({
      cache: sealed,
      generations,
      clock,
      limit: LOCAL_TOKENS,
      freshMs: options.freshMs ?? TOKENS_FRESH_MS,
    }),
    locations: sharedLocations({ cache: sealed, generations, clock, limit: LOCAL_IDS, freshMs }),
    close: () => cache.close(),
  };
}

function keyringOf({ keyring, keyFile, keyText }: SharedMemoryOptions): Keyring {
  if (keyring !== undefined) return keyring;
  if (keyFile !== undefined) return readKeyring(keyFile);
  if (keyText !== undefined) return parseKeyring(keyText, 'The keys of the shared memory');
  throw new ConfigError('The shared memory has no key to seal tokens with.', {
    hint: 'Make one with openssl rand -base64 32, in a file of mode 0600 that all processes get.',
  });
}

/**
 * Memory of this process alone, of the same shape.
 *
 * @param options.locationsLimit so many locations are kept for all owners together
 * @param options.tokensLimit so many tokens are kept for all identities together
 */
export function memoryOnly(options: { clock: Clock; locationsLimit: number; tokensLimit: number }): SharedMemory {
  return {
    tokens: memoryTokensOf({ clock: options.clock, limit: options.tokensLimit }),
    locations: memoryLocationsOf({ limit: options.locationsLimit }),
    close: () => Promise.resolve(),
  };
}
