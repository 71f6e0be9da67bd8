/** Several servers as one cache, by consistent hashing: a server more or less moves only its own share of the keys. */
import { createHash } from 'node:crypto';
import type { CacheAnswer, SharedCache } from './cache.ts';

/** So many points on the ring for each server: shares differ by about a tenth then. */
const POINTS = 160;
const POINTS_OF_DIGEST = 8;

/**
 * Where a server is away its share of the keys is not kept meanwhile. They do not move to the others, as processes
 * that see servers come and go at different times would find different values under one key.
 *
 * @param servers by name; the names decide where a key goes, so all processes must use the same, in any order
 */
export function ringOf(servers: ReadonlyMap<string, SharedCache>): SharedCache {
  const [only] = servers.values();
  if (servers.size === 1 && only !== undefined) return only;
  const points: Array<{ at: number; name: string; server: SharedCache }> = [];
  for (const [name, server] of servers) {
    for (let index = 0; index < POINTS / POINTS_OF_DIGEST; index += 1) {
      const digest = createHash('sha256').update(`${name} ${index}`).digest();
      for (let point = 0; point < POINTS_OF_DIGEST; point += 1) {
        points.push({ at: digest.readUInt32BE(4 * point), name, server });
      }
    }
  }
  points.sort((one, other) => one.at - other.at || (one.name < other.name ? -1 : 1));
  const serverOf = (key: string): SharedCache => {
    const at = createHash('sha256').update(key).digest().readUInt32BE(0);
    let [low, high] = [0, points.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((points[middle]?.at ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    const point = points[low % points.length];
    if (point === undefined) throw new Error('A ring has servers.');
    return point.server;
  };
  return {
    get: async (keys) => {
      const answers = new Array<CacheAnswer>(keys.length).fill('cannot say');
      await shared(keys, serverOf, async (server, places) => {
        const own = await server.get(places.map((at) => keys[at] ?? ''));
        for (const [index, at] of places.entries()) answers[at] = own[index] ?? 'cannot say';
      });
      return answers;
    },
    set: async (entries, seconds) => {
      const kept = new Array<boolean>(entries.length).fill(false);
      const keys = entries.map(({ key }) => key);
      await shared(keys, serverOf, async (server, places) => {
        const own = await server.set(
          places.flatMap((at) => entries[at] ?? []),
          seconds,
        );
        for (const [index, at] of places.entries()) kept[at] = own[index] === true;
      });
      return kept;
    },
    add: (entry, seconds) => serverOf(entry.key).add(entry, seconds),
    delete: (keys) => shared(keys, serverOf, (server, places) => server.delete(places.map((at) => keys[at] ?? ''))),
    close: async () => {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/** Have each server do its share, told as places in `keys`. */
async function shared(
  keys: readonly string[],
  serverOf: (key: string) => SharedCache,
  work: (server: SharedCache, places: readonly number[]) => Promise<void>,
): Promise<void> {
  const shares = new Map<SharedCache, number[]>();
  for (const [at, key] of keys.entries()) {
    const server = serverOf(key);
    const share = shares.get(server);
    if (share === undefined) shares.set(server, [at]);
    else share.push(at);
  }
  await Promise.all([...shares].map(([server, places]) => work(server, places)));
}
