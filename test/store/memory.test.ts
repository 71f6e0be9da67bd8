import { describe, expect, it } from 'vitest';
import { memoryLocations, memoryTokens } from '../../src/store/memory.ts';
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
