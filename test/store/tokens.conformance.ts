/** What every store of tokens does, wherever it keeps them. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { TokenStore } from '../../src/ports/memory.ts';

/** A clock that stands still until it is set. */
export class StandingClock {
  time = Date.UTC(2025, 0, 1);

  now(): number {
    return this.time;
  }
}

/** @param open gives an empty store, anew for each test */
export function tokensConformance(title: string, open: (clock: StandingClock) => TokenStore): void {
  describe(title, () => {
    let clock: StandingClock;
    let store: TokenStore;
    let soon: number;
    beforeEach(() => {
      clock = new StandingClock();
      store = open(clock);
      soon = clock.time + 1000;
    });

    it('knows nothing at first', async () => {
      expect(await store.get('home')).toBeUndefined();
    });

    it('gives back what was put, under its key only', async () => {
      const value = { secret: 'gAAAA…', roles: ['member', 'läser'], deep: [{ null: null, number: 1.5, yes: true }] };
      await store.put('sp-a\nproject', value, soon);
      await store.put('sp-a', 'text', soon);
      expect(await store.get('sp-a\nproject')).toEqual(value);
      expect(await store.get('sp-a')).toBe('text');
      expect(await store.get('sp-a\n')).toBeUndefined();
    });

    it('gives back the last value', async () => {
      await store.put('home', 1, soon);
      await store.put('home', 2, soon);
      expect(await store.get('home')).toBe(2);
    });

    it('gives nothing from the moment on at which it expires', async () => {
      await store.put('home', 1, soon);
      clock.time = soon - 1;
      expect(await store.get('home')).toBe(1);
      clock.time = soon;
      expect(await store.get('home')).toBeUndefined();
      await store.put('home', 2, soon + 1);
      expect(await store.get('home')).toBe(2);
    });

    it('forgets one key', async () => {
      await store.put('home', 1, soon);
      await store.put('sp-a', 2, soon);
      await store.forget('home');
      await store.forget('unknown');
      expect(await store.get('home')).toBeUndefined();
      expect(await store.get('sp-a')).toBe(2);
    });

    it('knows nothing after it was cleared, and learns again', async () => {
      await store.clear();
      await store.put('home', 1, soon);
      await store.put('sp-a', 2, soon);
      await store.clear();
      expect(await store.get('home')).toBeUndefined();
      expect(await store.get('sp-a')).toBeUndefined();
      await store.put('home', 3, soon);
      expect(await store.get('home')).toBe(3);
    });

    it('does not take changes of a value after it was put', async () => {
      const value = { roles: ['member'] };
      await store.put('home', value, soon);
      value.roles.push('admin');
      expect(await store.get('home')).toEqual({ roles: ['member'] });
    });

    it.each(['__proto__', '', 'a/../b', 'line\nbreak', '東京', 'k'.repeat(5000)])(
      'is safe with the key %j',
      async (key) => {
        await store.put(key, { key }, soon);
        expect(await store.get(key)).toEqual({ key });
        await store.forget(key);
        expect(await store.get(key)).toBeUndefined();
      },
    );

    it('keeps the tokens of many keys', async () => {
      for (let index = 0; index < 250; index += 1) await store.put(`key ${index}`, index, soon + index);
      expect(await store.get('key 0')).toBe(0);
      expect(await store.get('key 249')).toBe(249);
    });
  });
}
