/** A cache that several processes share: what the stores need of memcached, Redis and Valkey, and no more. */

/** What a cache says about a key. It cannot say when it is slow, away, or closed. */
export type CacheAnswer = Buffer | 'absent' | 'cannot say';

export interface CacheEntry {
  readonly key: string;
  readonly value: Buffer;
}

/** Nothing that it does throws or rejects, and nothing takes longer than its deadline. */
export interface SharedCache {
  /** One answer for each key, in their order. */
  get(keys: readonly string[]): Promise<readonly CacheAnswer[]>;
  /**
   * @param seconds how long to keep them, {@link MAX_SECONDS} at most
   * @returns for each entry, in their order, whether it is kept
   */
  set(entries: readonly CacheEntry[], seconds: number): Promise<readonly boolean[]>;
  /** Set it unless there is a value. @returns whether this call set it; undefined when the cache cannot say */
  add(entry: CacheEntry, seconds: number): Promise<boolean | undefined>;
  delete(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** memcached takes anything longer for a date. */
export const MAX_SECONDS = 30 * 24 * 60 * 60;

/** One server, without any patience: what it does rejects with the reason when it fails. */
export interface CacheServer {
  get(keys: readonly string[]): Promise<ReadonlyArray<Buffer | undefined>>;
  /** @returns false for one that the server does not want: it is too large */
  set(entries: readonly CacheEntry[], seconds: number): Promise<readonly boolean[]>;
  add(entry: CacheEntry, seconds: number): Promise<boolean>;
  delete(keys: readonly string[]): Promise<void>;
  /** Give up the connection; the next call makes another. One that is being made goes on. */
  disconnect(): void;
  close(): void;
}
