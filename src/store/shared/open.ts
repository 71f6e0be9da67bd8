/** The memory of a long-running process that acts for many users: shared with other processes, or its own. */
import type { Clock } from '../../ports/clock.ts';
import type { LocationStore, TokenStore } from '../../ports/memory.ts';
import { memoryLocationsOf, memoryTokensOf } from '../memory.ts';

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
  /** The file with the keys that seal what leaves the process, one a line, the one in use first… */
  readonly keyFile?: string | undefined;
  /** …or the keys themselves, as such a file has them. */
  readonly keyText?: string | undefined;
  /** Gets one line when the cache goes away, and one when it is back. */
  readonly warn: (message: string) => void;
  readonly clock: Clock;
}

/**
 * Memory in memcached, Redis or Valkey, shared by all processes that have the same keys.
 *
 * No connection is made yet. The cache being slow, away, emptied or full of garbage costs speed only.
 *
 * @throws ConfigError when the URL or the keys cannot be used
 */
export function openSharedMemory(options: SharedMemoryOptions): Promise<SharedMemory> {
  return Promise.reject(new Error(`not yet: ${options.url}`));
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
