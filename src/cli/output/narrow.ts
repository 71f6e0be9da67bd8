import { AROUND } from './layout.ts';
import type { Measure } from './measure.ts';
import { naturalWidths, type Table } from './table.ts';

/** Ids that services make, alone or among other text. */
const LONG_IDS = /\b([0-9a-f]{8})(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24,56})\b/gi;

/** A text is broken into lines of this width rather than that a column is left out for it. */
const COMFORTABLE = 20;

/** Columns of this rank and below, which say what, how and where something is, are worth narrower lines. */
const WANTED = 3;
const TIGHT = 12;

/** Columns of this rank and below are never left out. */
const NEEDED = 1;

export interface Narrowable extends Table {
  /** Which columns hold ids of other things than the rows themselves. */
  readonly references: readonly boolean[];
  /** How soon each column is left out: the highest first. */
  readonly ranks: readonly number[];
}

export interface NarrowOptions {
  /** Columns of the terminal. */
  readonly total: number;
  readonly measure: Measure;
  /** What stands for the rest of an id that is shortened. */
  readonly mark?: string;
  /** Whether all columns were asked for. */
  readonly keepAll: boolean;
}

export interface Narrowed {
  readonly table: Table;
  /** The titles of the columns that are left out. */
  readonly hidden: readonly string[];
}

/**
 * Make a table narrower for people, before its texts have to be broken into short lines: ids of other things are
 * shortened to what tells them apart, then columns in which nothing stands are left out, and then others by rank. What
 * is asked for with `-c` stays.
 */
export function narrowed(table: Narrowable, { total, measure, keepAll, mark = '…' }: NarrowOptions): Narrowed {
  const natural = naturalWidths(table, measure);
  const all = natural.map((_, column) => column);
  const fits = (columns: readonly number[], widths: readonly number[]) =>
    columns.reduce((sum, column) => sum + (widths[column] ?? 0) + AROUND, 1) <= total;
  if (fits(all, natural)) return { table, hidden: [] };
  const shortened = {
    ...table,
    rows: table.rows.map((row) => row.map((cell, column) => (table.references[column] ? shortIds(cell, mark) : cell))),
  };
  const widths = naturalWidths(shortened, measure);
  if (keepAll || fits(all, widths)) return { table: shortened, hidden: [] };
  const brokenTo = (line: number) =>
    widths.map((width, column) => (table.precious[column] === 0 ? Math.min(width, line) : width));
  let kept = all.filter((column) => shortened.rows.some((row) => row[column] !== ''));
  for (;;) {
    const last = Math.max(...kept.map((column) => table.ranks[column] ?? 0));
    if (last <= NEEDED || fits(kept, brokenTo(last <= WANTED ? TIGHT : COMFORTABLE))) break;
    kept = kept.filter((column) => table.ranks[column] !== last);
  }
  const hidden = table.titles.filter((_, column) => !kept.includes(column));
  return { table: only(shortened, kept), hidden };
}

/** A table of some of its columns. */
function only(table: Table, kept: readonly number[]): Table {
  const pick = <T>(cells: readonly T[]): T[] => cells.filter((_, column) => kept.includes(column));
  const { paint } = table;
  return {
    titles: pick(table.titles),
    rows: table.rows.map(pick),
    right: pick(table.right),
    precious: pick(table.precious),
    paint: paint && ((line, row, column) => paint(line, row, kept[column] ?? column)),
  };
}

function shortIds(cell: string, mark: string): string {
  return cell.replace(LONG_IDS, `$1${mark}`);
}
