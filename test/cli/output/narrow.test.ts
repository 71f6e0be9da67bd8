import { describe, expect, it } from 'vitest';
import { narrowed } from '../../../src/cli/output/narrow.ts';

const OWN = '8dcb59af-b9f9-4101-ac15-90f77d40f76a';
const OTHER = '33c17485-f509-4e59-bed2-c6dc49cb6cb3';

const table = {
  titles: ['ID', 'Networks', 'Image'],
  rows: [
    [OWN, '', OTHER],
    [OWN, '', 'not-an-id'],
  ],
  right: [false, false, false],
  precious: [2, 0, 1],
  references: [false, false, true],
  paint: (line: string, _: number, column: number) => `${column}:${line}`,
};

describe('a table that does not fit', () => {
  it('is left as it is when it does', () => {
    expect(narrowed(table, false, () => true)).toBe(table);
  });

  it('has ids of other things shortened first, and never its own', () => {
    const { rows, titles } = narrowed(table, false, ({ rows: [row] }) => row?.[2] === '33c17485…');
    expect(titles).toEqual(['ID', 'Networks', 'Image']);
    expect(rows).toEqual([
      [OWN, '', '33c17485…'],
      [OWN, '', 'not-an-id'],
    ]);
  });

  it('then loses columns in which nothing stands, and the others keep their colours', () => {
    const shown = narrowed(table, false, () => false);
    expect(shown.titles).toEqual(['ID', 'Image']);
    expect(shown.rows[0]).toEqual([OWN, '33c17485…']);
    expect(shown.paint?.('x', 0, 1)).toBe('2:x');
  });

  it('keeps the columns that were asked for', () => {
    expect(narrowed(table, true, () => false).titles).toEqual(['ID', 'Networks', 'Image']);
  });
});
