import { describe, expect, it } from 'vitest';
import { KnownLines } from '../../src/store/known-lines.ts';
import { header, keyOf, lineOf } from '../../src/store/location-lines.ts';

/** More than there is room for at the beginning. */
const MANY = 20_000;

function remembered(index: number, provider = 'sp-a'): [key: string, line: string] {
  const key = keyOf('volume', `volume-${index}`);
  return [key, lineOf(key, { provider, projectId: 'p' }) ?? ''];
}

const indexes = Array.from({ length: MANY }, (_, index) => index);

describe('what a process knows that puts much', () => {
  it('is everything that it has learnt once', () => {
    const known = new KnownLines();
    expect(indexes.filter((index) => known.learn(...remembered(index)))).toHaveLength(MANY);
    expect(indexes.filter((index) => known.learn(...remembered(index)))).toHaveLength(0);
  });

  it('is the last that was said about each', () => {
    const known = new KnownLines();
    for (const index of indexes) known.learn(...remembered(index));
    expect(indexes.filter((index) => known.learn(...remembered(index, 'sp-b')))).toHaveLength(MANY);
    expect(known.learn(...remembered(1, 'sp-b'))).toBe(false);
    expect(known.learn(...remembered(1, 'sp-a'))).toBe(true);
  });

  it('is what files say, too', () => {
    const known = new KnownLines();
    const lines = indexes.map((index) => remembered(index)[1]);
    known.learnAll(Buffer.from(`${header(0)}${lines.join('\n')}\n`, 'latin1'));
    expect(indexes.filter((index) => known.learn(...remembered(index)))).toHaveLength(0);
    expect(known.learn(...remembered(MANY))).toBe(true);
  });
});
