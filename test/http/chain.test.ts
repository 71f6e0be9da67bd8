import { describe, expect, it } from 'vitest';
import { Chain } from '../../src/http/chain.ts';

describe('a chain', () => {
  it('holds what is in it and was not taken out, the latest first', () => {
    const chain = new Chain<string>();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => chain.add(name));
    for (const each of [b, d, b, d]) if (each !== undefined) chain.remove(each);
    expect(chain.values()).toEqual(['c', 'a']);
    for (const each of [a, c]) if (each !== undefined) chain.remove(each);
    expect(chain.values()).toEqual([]);
    chain.add('e');
    expect(chain.values()).toEqual(['e']);
  });
});
