import { describe, expect, it } from 'vitest';
import { remembering } from '../src/remembering.ts';

describe('a function that remembers', () => {
  it('makes a thing of each text once', () => {
    const made: string[] = [];
    const upper = remembering((text) => {
      made.push(text);
      return text.toUpperCase();
    });
    expect(['a', 'b', 'a', 'b', 'a'].map(upper)).toEqual(['A', 'B', 'A', 'B', 'A']);
    expect(made).toEqual(['a', 'b']);
  });

  it('asks anew where there was nothing, or an error', () => {
    let asked = 0;
    const some = remembering((text) => {
      asked += 1;
      if (asked === 1) throw new Error(text);
      return asked === 2 ? undefined : asked;
    });
    expect(() => some('x')).toThrow('x');
    expect([some('x'), some('x'), some('x')]).toEqual([undefined, 3, 3]);
  });

  it('does not grow without end', () => {
    let made = 0;
    const same = remembering((text) => {
      made += 1;
      return text;
    });
    for (let number = 0; number <= 1000; number += 1) same(`${number}`);
    same('0');
    same('1000');
    expect(made).toBe(1002);
  });
});
