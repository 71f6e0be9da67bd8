import { describe, expect, it } from 'vitest';
import { measureOf } from '../../../src/cli/output/measure.ts';
import { narrowed } from '../../../src/cli/output/narrow.ts';

const OWN = '8dcb59af-b9f9-4101-ac15-90f77d40f76a';
const OTHER = '33c17485-f509-4e59-bed2-c6dc49cb6cb3';

const table = {
  titles: ['ID', 'Name', 'Networks', 'Image', 'Volumes', 'Provider'],
  rows: [
    [OWN, 'web', '', OTHER, `Attached to ${OTHER} on /dev/vda`, 'home'],
    [OWN, 'a name of many, many words', '', 'not-an-id', '', 'sp-a'],
  ],
  right: [false, false, false, false, false, false],
  precious: [2, 0, 0, 2, 0, 0],
  references: [false, false, false, true, true, false],
  ranks: [0, 1, 10, 200, 12, 3],
  paint: (line: string, _: number, column: number) => `${column}:${line}`,
};

const measure = await measureOf(['']);
const at = (total: number, keepAll = false) => narrowed(table, { total, measure, keepAll });

describe('a table that does not fit', () => {
  it('is left as it is when it does', () => {
    expect(at(200)).toEqual({ table, hidden: [] });
  });

  it('has ids of other things shortened first, also among words, and never its own', () => {
    const { table: shown, hidden } = at(160);
    expect(hidden).toEqual([]);
    expect(shown.rows[0]).toEqual([OWN, 'web', '', '33c17485…', 'Attached to 33c17485… on /dev/vda', 'home']);
    expect(shown.rows[1]?.[3]).toBe('not-an-id');
  });

  it('then loses columns in which nothing stands, and the others keep their colours', () => {
    const { table: shown, hidden } = at(130);
    expect(hidden).toEqual(['Networks']);
    expect(shown.titles).toEqual(['ID', 'Name', 'Image', 'Volumes', 'Provider']);
    expect(shown.paint?.('x', 0, 2)).toBe('3:x');
  });

  it('then loses those of the highest ranks, before texts are broken into short lines', () => {
    expect(at(107).hidden).toEqual(['Networks', 'Image']);
    expect(at(80).hidden).toEqual(['Networks', 'Image', 'Volumes']);
    expect(at(50).hidden).toEqual(['Networks', 'Image', 'Volumes', 'Provider']);
    expect(at(20).table.titles).toEqual(['ID', 'Name']);
  });

  it('keeps the columns that were asked for', () => {
    expect(at(20, true).table.titles).toEqual(table.titles);
  });
});
