import type { Table } from './table.ts';

/** Ids that services make. */
const LONG_ID = /^([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^([0-9a-f]{8})[0-9a-f]{24,56}$/i;

export interface Narrowable extends Table {
  /** Which columns hold ids of other things than the rows themselves. */
  readonly references: readonly boolean[];
}

/**
 * Make a table narrower for people, before its texts have to be broken into lines: ids of other things are shortened
 * to what tells them apart, and then columns in which nothing stands are left out. What is asked for with `-c` stays.
 *
 * @param fits whether a table fits as it is
 */
export function narrowed(table: Narrowable, keepEmpty: boolean, fits: (table: Table) => boolean): Table {
  if (fits(table)) return table;
  const shortened = {
    ...table,
    rows: table.rows.map((row) => row.map((cell, column) => (table.references[column] ? shortId(cell) : cell))),
  };
  if (keepEmpty || fits(shortened)) return shortened;
  const kept = table.titles.map((_, column) => shortened.rows.some((row) => row[column] !== ''));
  const only = <T>(cells: readonly T[]): T[] => cells.filter((_, column) => kept[column]);
  const places = only(table.titles.map((_, column) => column));
  const { paint } = table;
  return {
    titles: only(shortened.titles),
    rows: shortened.rows.map(only),
    right: only(shortened.right),
    precious: only(shortened.precious),
    paint: paint && ((line, row, column) => paint(line, row, places[column] ?? column)),
  };
}

function shortId(cell: string): string {
  const [, dashed, , plain] = LONG_ID.exec(cell) ?? [];
  const head = dashed ?? plain;
  return head === undefined ? cell : `${head}…`;
}
