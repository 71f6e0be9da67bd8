import { openSharedMemory as openStores } from '../store/shared/open.ts';
import type { MemoryStores } from './options.ts';

export interface SharedMemoryOptions {
  /** `memcached://host:port[,host:port…]`, `redis://`, `rediss://`, `valkey://` or `valkeys://`. */
  readonly url: string;
  /** The file with the keys that seal what leaves the process, one a line, the one that seals first… */
  readonly keyFile?: string;
  /** …or a text like such a file. */
  readonly keyText?: string;
  /** Told when the cache goes away, and when it is back. */
  readonly onWarning?: (message: string) => void;
  /** Milliseconds to wait for an answer of the cache; 150 unless said. */
  readonly timeoutMs?: number;
}

/** Memory that several processes share, for the option `memory` of any number of federations. */
export interface SharedMemory extends MemoryStores {
  /** Close the connections. No federation closes it, as others may use it, too. */
  close(): Promise<void>;
}

/**
 * Memory in memcached, Redis or Valkey, shared by all processes that have the same keys. No connection is made yet.
 * The cache being slow, away, emptied or full of garbage costs speed only.
 *
 * @throws ConfigError when the URL or the keys cannot be used
 */
export function openSharedMemory(options: SharedMemoryOptions): Promise<SharedMemory> {
  const { url, keyFile, keyText, onWarning, timeoutMs } = options;
  const warn = (message: string) => onWarning?.(message);
  return openStores({ url, keyFile, keyText, timeoutMs, warn, clock: { now: () => Date.now() } });
}
