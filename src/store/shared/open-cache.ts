/** The cache that a URL names. */
import type { SharedCache } from './cache.ts';
import { parseCacheUrl, placeText } from './cache-url.ts';
import { guarded } from './guard.ts';
import { ringOf } from './ring.ts';

const TIMEOUT_MS = 150;

export interface OpenCacheOptions {
  /** Gets one line when a server goes away, and one when it is back. */
  readonly warn: (message: string) => void;
  /** How long to wait for an answer; 150 ms unless said. */
  readonly timeoutMs?: number | undefined;
  /** How long a server that failed is left alone; 5 s unless said. */
  readonly pauseMs?: number | undefined;
}

/**
 * Open the cache at a URL. No connection is made yet.
 *
 * @throws ConfigError
 */
export async function openSharedCache(url: string, options: OpenCacheOptions): Promise<SharedCache> {
  const address = parseCacheUrl(url);
  const { warn, timeoutMs = TIMEOUT_MS, pauseMs } = options;
  if (address.kind === 'redis') {
    const { redisServer } = await import('./redis.ts');
    const name = `${address.tls ? 'rediss' : 'redis'}://${placeText(address.server)}/${address.database}`;
    return guarded(await redisServer(address), { name, timeoutMs, pauseMs, warn });
  }
  const { memcachedServer } = await import('./memcached.ts');
  return ringOf(
    new Map(
      address.servers.map((place) => {
        const name = placeText(place);
        return [name, guarded(memcachedServer(place), { name: `memcached://${name}`, timeoutMs, pauseMs, warn })];
      }),
    ),
  );
}
