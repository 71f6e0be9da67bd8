import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Generations } from '../../../src/store/shared/generations.ts';
import { parseKeyring } from '../../../src/store/shared/keyring.ts';
import { sharedLocations } from '../../../src/store/shared/locations.ts';
import { SealedCache } from '../../../src/store/shared/sealed-cache.ts';
import { sharedTokens } from '../../../src/store/shared/tokens.ts';
import { allOf, entry, locationsConformance } from '../locations.conformance.ts';
import { StandingClock } from '../tokens.conformance.ts';
import { type FakeCache, fakeCache } from './fake-cache.ts';

const keyring = parseKeyring(randomBytes(32).toString('hex'), 'KEYS');
let cache: FakeCache;
let clock: StandingClock;
beforeEach(() => {
  cache = fakeCache();
  clock = new StandingClock();
});

/** The stores of one process, which look into the cache each time. */
function open(limit = 100) {
  const sealed = new SealedCache(cache, keyring, clock);
  const generations = new Generations(sealed, clock, 0);
  const options = { cache: sealed, generations, clock, freshMs: 0, limit };
  return { tokens: sharedTokens(options)('alice'), locations: sharedLocations(options)('alice') };
}

locationsConformance('locations shared through a cache', () => open(100_000).locations);

describe('a value that has lost a bit in the cache', () => {
  it('is no answer, whichever bit it is', async () => {
    await open().locations.put([entry('one', { region: 'north' })]);
    const [[key, value] = []] = [...cache.held].slice(-1);
    if (key === undefined || value === undefined) throw new Error('There is a value.');
    expect(await open().locations.find('one')).toEqual([entry('one', { region: 'north' })]);
    for (let bit = 0; bit < 8 * value.length; bit += 1) {
      const copy = Buffer.from(value);
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      cache.held.set(key, copy);
      expect(await open().locations.find('one')).toEqual([]);
    }
  });
});

describe('while the cache is away', () => {
  it('a process goes on with what it has, and with what it learns', async () => {
    const one = open();
    await one.locations.put([entry('before')]);
    await one.tokens.put('before', 1, clock.time + 1000);
    cache.isAway = true;
    await one.locations.put([entry('one'), entry('one', { type: 'volume' })]);
    await one.tokens.put('home', 2, clock.time + 1000);
    expect(await one.locations.find('before')).toEqual([entry('before')]);
    expect(await one.locations.find('one')).toHaveLength(2);
    expect([await one.tokens.get('before'), await one.tokens.get('home')]).toEqual([1, 2]);
    await one.locations.forget('server', 'one');
    await one.tokens.forget('home');
    expect(await one.locations.find('one')).toEqual([entry('one', { type: 'volume' })]);
    expect(await one.tokens.get('home')).toBeUndefined();
    clock.time += 1000;
    expect(await one.tokens.get('before')).toBeUndefined();
  });

  it('also when it was never there', async () => {
    cache.isAway = true;
    const one = open();
    await one.locations.put([entry('one')]);
    await one.tokens.put('home', 1, clock.time + 1000);
    expect(await one.locations.find('one')).toEqual([entry('one')]);
    expect(await one.tokens.get('home')).toBe(1);
    await one.locations.clear();
    expect(await one.locations.find('one')).toEqual([]);
  });

  it('a process keeps no more than its limit', async () => {
    cache.isAway = true;
    const one = open(3);
    await one.locations.put(['a', 'b', 'c', 'd', 'e'].map((id) => entry(id)));
    for (const key of ['a', 'b', 'c', 'd']) await one.tokens.put(key, key, clock.time + 1000);
    expect((await allOf(one.locations)).map(({ id }) => id)).toEqual(['c', 'd', 'e']);
    expect([await one.tokens.get('a'), await one.tokens.get('d')]).toEqual([undefined, 'd']);
  });
});

describe('when the cache is back', () => {
  it('what was learnt meanwhile is still there, and is told when it is learnt again', async () => {
    const [one, other] = [open(), open()];
    await one.locations.put([entry('before')]);
    cache.isAway = true;
    await one.locations.put([entry('one')]);
    cache.isAway = false;
    expect(await one.locations.find('one')).toEqual([entry('one')]);
    expect(await other.locations.find('one')).toEqual([]);
    await one.locations.put([entry('one')]);
    expect(await other.locations.find('one')).toEqual([entry('one')]);
  });

  it('a newer token is not given up for the older one that is there', async () => {
    const [one, other] = [open(), open()];
    await one.tokens.put('home', 'refused', clock.time + 1000);
    cache.isAway = true;
    await one.tokens.forget('home');
    await one.tokens.put('home', 'new', clock.time + 2000);
    cache.isAway = false;
    expect(await one.tokens.get('home')).toBe('new');
    await other.tokens.put('home', 'newer', clock.time + 3000);
    expect(await one.tokens.get('home')).toBe('newer');
  });

  it('everything that was cleared meanwhile is cleared for all', async () => {
    const [one, other] = [open(), open()];
    await one.locations.put([entry('one')]);
    await one.tokens.put('home', 1, clock.time + 1000);
    cache.isAway = true;
    await one.locations.clear();
    await one.tokens.clear();
    expect(await one.locations.find('one')).toEqual([]);
    cache.isAway = false;
    expect(await one.locations.find('one')).toEqual([]);
    expect(await one.tokens.get('home')).toBeUndefined();
    expect(await other.locations.find('one')).toEqual([]);
    expect(await other.tokens.get('home')).toBeUndefined();
  });
});
