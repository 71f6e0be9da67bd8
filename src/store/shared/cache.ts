/** A cache that several processes share: what the stores need of memcached, Redis and Valkey, and no more. */

/** What a cache says about a key. It cannot say when it is slow, away, or closed. */
export type CacheAnswer = Buffer | 'absent' | 'cannot say';

/** Nothing that it does throws or rejects, and nothing takes longer than its deadline. */
export interface SharedCache {
  /** One answer for each key, in their order. */
  get(keys: readonly string[]): Promise<readonly CacheAnswer[]>;
  /**
   * @param seconds how long to keep it, {@link MAX_SECONDS} at most
   * @returns whether it is kept
   */
  set(key: string, value: Buffer, seconds: number): Promise<boolean>;
  /** Set it unless there is a value. @returns whether this call set it; undefined when the cache cannot say */
  add(key: string, value: Buffer, seconds: number): Promise<boolean | undefined>;
  delete(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** memcached takes anything longer for a date. */
export const MAX_SECONDS = 30 * 24 * 60 * 60;

/** One server, without any patience: what it does rejects with the reason when it fails. */
export interface CacheServer {
  get(keys: readonly string[]): Promise<ReadonlyArray<Buffer | undefined>>;
  /** @returns false when the server does not want it: it is too large */
  set(key: string, value: Buffer, seconds: number): Promise<boolean>;
  add(key: string, value: Buffer, seconds: number): Promise<boolean>;
  delete(keys: readonly string[]): Promise<void>;
  /** Give up the connection; the next call makes another. One that is being made goes on. */
  disconnect(): void;
  close(): void;
}
