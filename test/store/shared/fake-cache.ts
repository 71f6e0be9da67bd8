import type { CacheAnswer, SharedCache } from '../../../src/store/shared/cache.ts';

export interface FakeCache extends SharedCache {
  readonly held: Map<string, Buffer>;
  /** Whether it cannot say anything, and keeps nothing. */
  isAway: boolean;
  isClosed: boolean;
}

/** A cache in memory that goes away when it is told. */
export function fakeCache(): FakeCache {
  const held = new Map<string, Buffer>();
  const cache: FakeCache = {
    held,
    isAway: false,
    isClosed: false,
    get: (keys) =>
      Promise.resolve(keys.map((key): CacheAnswer => (cache.isAway ? 'cannot say' : (held.get(key) ?? 'absent')))),
    set: (entries) => {
      if (!cache.isAway) for (const { key, value } of entries) held.set(key, value);
      return Promise.resolve(entries.map(() => !cache.isAway));
    },
    add: ({ key, value }) => {
      if (cache.isAway) return Promise.resolve(undefined);
      const isNew = !held.has(key);
      if (isNew) held.set(key, value);
      return Promise.resolve(isNew);
    },
    delete: (keys) => {
      if (!cache.isAway) for (const key of keys) held.delete(key);
      return Promise.resolve();
    },
    close: () => {
      cache.isClosed = true;
      return Promise.resolve();
    },
  };
  return cache;
}
