import { describe, expect, it } from 'vitest';
import { fitWidths } from '../../../src/cli/output/layout.ts';
import { measureOf } from '../../../src/cli/output/measure.ts';

describe('the measure of texts', () => {
  it('counts wide, combining and joined characters as terminals draw them', async () => {
    const { width } = await measureOf(['世']);
    expect(['abc', '世界', 'e\u0301', '👩‍👩‍👧', '', 'ﾊﾞ'].map(width)).toEqual([3, 4, 1, 2, 0, 2]);
  });

  it('wraps at spaces and drops them at the ends of lines', async () => {
    const { wrap } = await measureOf([]);
    expect(wrap('one two  three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrap('fits', 8)).toEqual(['fits']);
    expect(wrap('', 8)).toEqual(['']);
  });

  it('wraps behind hyphens and equal signs, and cuts what is still too long', async () => {
    const { wrap } = await measureOf([]);
    expect(wrap('27490531-a8f5-4f7d-8281-fc839a69246a', 14)).toEqual(['27490531-a8f5-', '4f7d-8281-', 'fc839a69246a']);
    expect(wrap('net=10.0.0.12', 10)).toEqual(['net=', '10.0.0.12']);
    expect(wrap('abcdefghijklmnopqrst', 8)).toEqual(['abcdefgh', 'ijklmnop', 'qrst']);
  });

  it('never cuts a character that is made of several', async () => {
    const { wrap, width } = await measureOf(['世']);
    const family = '👩‍👩‍👧';
    expect(wrap(family.repeat(5), 5)).toEqual([family.repeat(2), family.repeat(2), family]);
    expect(wrap('世界世界世', 5)).toEqual(['世界', '世界', '世']);
    const combined = 'e\u0301'.repeat(20);
    expect(wrap(combined, 8)).toEqual(['e\u0301'.repeat(8), 'e\u0301'.repeat(8), 'e\u0301'.repeat(4)]);
    expect(wrap(combined, 8).every((line) => width(line) <= 8)).toBe(true);
  });

  it('gives a character that is wider than the column a line of its own', async () => {
    const { wrap, width } = await measureOf(['世']);
    const syllable = '\u1100\u1100\u1161';
    expect(width(syllable)).toBe(4);
    expect(wrap(`${syllable}${syllable}a`, 3)).toEqual([syllable, syllable, 'a']);
  });

  it('loses nothing but spaces', async () => {
    const { wrap } = await measureOf([]);
    const text = "ip_address='10.1.0.1', subnet_id='1e309c17-323c-43fe-8c95-d05b9021d3b7' --- === x";
    for (let width = 2; width < 40; width += 1) {
      const lines = wrap(text, width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      expect(lines.every((line) => line.length <= width)).toBe(true);
    }
  });
});

describe('the widths of columns', () => {
  const widthsFor = (natural: number[], total: number, precious = natural.map(() => 0), minimum = 8) =>
    fitWidths({ natural, precious, total, minimum });

  it('are as the texts would like where there is room', () => {
    expect(widthsFor([36, 10], 53)).toEqual([36, 10]);
  });

  it('are taken from the widest columns, and the last of them gets what is over', () => {
    expect(widthsFor([40, 6, 40], 60)).toEqual([22, 6, 22]);
    expect(widthsFor([40, 6, 40], 61)).toEqual([22, 6, 23]);
  });

  it('never go below the minimum: the table is wider than the terminal then', () => {
    expect(widthsFor(Array(10).fill(20), 40)).toEqual(Array(10).fill(8));
    expect(widthsFor([3, 20, 20], 10)).toEqual([3, 8, 8]);
  });

  it('are taken from precious columns last', () => {
    expect(widthsFor([36, 30, 30], 100, [1, 0, 0])).toEqual([36, 27, 27]);
    expect(widthsFor([36, 36, 30], 80, [2, 1, 0])).toEqual([36, 17, 17]);
  });

  it('are never taken from ids, unless these are longer than any that a service makes', () => {
    expect(widthsFor([36, 36, 30], 60, [2, 2, 0])).toEqual([36, 36, 8]);
    expect(widthsFor([200, 30], 80, [2, 0])).toEqual([43, 30]);
  });
});
