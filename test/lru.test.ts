import { describe, expect, it } from 'vitest';
import { Lru } from '../src/lru.ts';

const held = (lru: Lru<number>) => [...lru.entries()];

describe('what was used last', () => {
  it('is kept, and what was not used for the longest time is forgotten', () => {
    const lru = new Lru<number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    lru.get('a');
    lru.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => lru.get(key))).toEqual([1, undefined, 3]);
    expect(lru.size).toBe(2);
  });

  it('is in the order of its last use, whatever is asked for, set again or deleted', () => {
    const lru = new Lru<number>();
    for (const [at, key] of ['a', 'b', 'c', 'd'].entries()) lru.set(key, at);
    lru.get('d');
    lru.get('a');
    lru.set('b', 7);
    expect(held(lru)).toEqual([
      ['c', 2],
      ['d', 3],
      ['a', 0],
      ['b', 7],
    ]);
    lru.delete('d');
    lru.delete('b');
    lru.delete('c');
    lru.delete('nothing');
    expect(held(lru)).toEqual([['a', 0]]);
    lru.delete('a');
    lru.set('e', 9);
    expect(held(lru)).toEqual([['e', 9]]);
  });

  it('may be deleted while one goes through it', () => {
    const lru = new Lru<number>();
    for (const [at, key] of ['a', 'b', 'c'].entries()) lru.set(key, at);
    for (const [key] of lru.entries()) if (key !== 'b') lru.delete(key);
    expect(held(lru)).toEqual([['b', 1]]);
  });
});
