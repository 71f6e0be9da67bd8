import { describe, expect, it } from 'vitest';
import { memoryLocations, memoryTokens, memoryTokensOf } from '../../src/store/memory.ts';
import { memoryLocationsOf } from '../../src/store/memory-locations.ts';
import { allOf, entry, locationsConformance } from './locations.conformance.ts';
import { StandingClock, tokensConformance } from './tokens.conformance.ts';

locationsConformance('locations in memory', () => memoryLocations({ limit: 100_000 }));
tokensConformance('tokens in memory', (clock) => memoryTokens({ clock }));

describe('the limit of locations in memory', () => {
  it('drops the ids that were not used for the longest time', async () => {
    const store = memoryLocations({ limit: 3 });
    await store.put([entry('a'), entry('b'), entry('c')]);
    await store.find('a');
    await store.put([entry('d')]);
    expect((await allOf(store)).map(({ id }) => id)).toEqual(['a', 'c', 'd']);
  });

  it('counts every type of an id', async () => {
    const store = memoryLocations({ limit: 2 });
    await store.put([entry('a'), entry('b'), entry('b', { type: 'volume' })]);
    expect(await store.find('a')).toEqual([]);
    expect(await store.find('b')).toHaveLength(2);
  });

  it('has room again for what was forgotten', async () => {
    const store = memoryLocations({ limit: 2 });
    await store.put([entry('a'), entry('b')]);
    await store.forget('server', 'a');
    await store.put([entry('c')]);
    expect((await allOf(store)).map(({ id }) => id)).toEqual(['b', 'c']);
  });
});

describe('tokens in memory', () => {
  it('gives out values that nobody can change', async () => {
    const store = memoryTokens({ clock: new StandingClock() });
    await store.put('home', { roles: ['member'] }, Number.MAX_SAFE_INTEGER);
    const value = await store.get('home');
    expect(Object.isFrozen(value)).toBe(true);
    expect(await store.get('home')).toBe(value);
  });
});

describe('the limit of tokens in memory', () => {
  it('drops those that were not used for the longest time', async () => {
    const store = memoryTokens({ clock: new StandingClock(), limit: 2 });
    await store.put('a', 1, Number.MAX_SAFE_INTEGER);
    await store.put('b', 2, Number.MAX_SAFE_INTEGER);
    await store.get('a');
    await store.put('c', 3, Number.MAX_SAFE_INTEGER);
    expect(await Promise.all(['a', 'b', 'c'].map((key) => store.get(key)))).toEqual([1, undefined, 3]);
  });
});

describe('memory for many', () => {
  it('keeps the tokens of identities apart, under one limit', async () => {
    const open = memoryTokensOf({ clock: new StandingClock(), limit: 2 });
    await open('alice').put('home', 1, Number.MAX_SAFE_INTEGER);
    await open('bob').put('home', 2, Number.MAX_SAFE_INTEGER);
    expect([await open('alice').get('home'), await open('bob').get('home')]).toEqual([1, 2]);
    await open('alice').clear();
    expect([await open('alice').get('home'), await open('bob').get('home')]).toEqual([undefined, 2]);
    await open('carol').put('home', 3, Number.MAX_SAFE_INTEGER);
    await open('dave').put('home', 4, Number.MAX_SAFE_INTEGER);
    expect(await open('bob').get('home')).toBeUndefined();
  });

  it('keeps the locations of owners apart, under one limit', async () => {
    const open = memoryLocationsOf({ limit: 2 });
    await open('alice').put([entry('one')]);
    await open('bob').put([entry('one', { provider: 'sp-b' })]);
    expect(await open('alice').find('one')).toEqual([entry('one')]);
    expect(await allOf(open('bob'))).toEqual([entry('one', { provider: 'sp-b' })]);
    await open('alice').clear();
    expect(await open('alice').find('one')).toEqual([]);
    await open('carol').put([entry('one'), entry('two')]);
    expect(await open('bob').find('one')).toEqual([]);
  });
});
