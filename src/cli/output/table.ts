import { fitWidths } from './layout.ts';
import { isAscii, type Measure, measureOf } from './measure.ts';

/** A table of texts, as `openstack` draws it. */
export interface Table {
  readonly titles: readonly string[];
  /** Cells that are safe for a terminal; line breaks in them are kept. */
  readonly rows: ReadonlyArray<readonly string[]>;
  /** Columns that stand to the right. */
  readonly right: readonly boolean[];
  /** How much it harms to break each column's text into lines: 0 gives first when the table must fit, 2 not at all. */
  readonly precious: readonly number[];
  /** Colours a line of a cell, without changing its width. */
  readonly paint?: ((line: string, row: number, column: number) => string) | undefined;
}

export interface TableOptions {
  /** Make it fit this many columns of a terminal; undefined: as wide as it is. */
  readonly total?: number | undefined;
  /** The narrowest that fitting makes a column. */
  readonly minimum: number;
  /** Whether people look at it: short tables are drawn by cli-table3 then. */
  readonly people: boolean;
}

/**
 * From here on the own writer draws: cli-table3 takes half a second for 1,000 rows and time that grows faster than
 * the rows, padding by hand some milliseconds.
 */
const MOST_ROWS_FOR_CLI_TABLE = 200;

/**
 * Whether cli-table3's own, older measure may see a text's width differently: marks, emoji, invisible and unassigned
 * characters, single jamo, symbols that have become wide since, and all but ideographs beyond the first plane.
 */
function isMeasuredDifferently(text: string): boolean {
  if (isAscii(text)) return false;
  // Made here, as it takes V8 two milliseconds to look up all these properties.
  return /[\p{M}\p{Cf}\p{Cn}\p{Cs}\p{DI}\p{Emoji_Presentation}\p{ExtPict}\u1100-\u11ff\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\u{10000}-\u{1ffff}]/u.test(
    text,
  );
}

const ROWS_PER_BLOCK = 500;

interface Drawing extends Table {
  readonly widths: readonly number[];
  readonly measure: Measure;
}

/** The table's text in blocks. Both ways to draw it give the same text. */
export async function* tableText(table: Table, options: TableOptions): AsyncGenerator<string, void> {
  const drawing = await layOut(table, options);
  if (options.people && suitsCliTable(table)) yield await drawWithCliTable(drawing);
  else yield* drawByHand(drawing);
}

function* texts({ titles, rows }: Table): Generator<string> {
  yield* titles;
  for (const row of rows) yield* row;
}

/** The measure for a table's texts. */
export function measureTable(table: Table): Promise<Measure> {
  return measureOf(texts(table));
}

/** The width of each column whose texts are not broken. */
export function naturalWidths(table: Table, measure: Measure): number[] {
  const natural = table.titles.map((title) => measure.width(title));
  for (const row of table.rows) {
    for (const [column, cell] of row.entries()) {
      for (const line of cell.includes('\n') ? cell.split('\n') : [cell]) {
        natural[column] = Math.max(natural[column] ?? 0, measure.width(line));
      }
    }
  }
  return natural;
}

async function layOut(table: Table, { total, minimum }: TableOptions): Promise<Drawing> {
  const measure = await measureTable(table);
  const natural = naturalWidths(table, measure);
  const widths = total === undefined ? natural : fitWidths({ natural, precious: table.precious, total, minimum });
  return { ...table, widths, measure };
}

/** A cell's text in lines that fit its column. */
function linesOf({ widths, measure }: Drawing, cell: string, column: number): string[] {
  const width = widths[column] ?? 0;
  return cell.split('\n').flatMap((line) => measure.wrap(line, width));
}

/** A row's cells in lines, coloured. Row -1 is the head. */
function cellsOf(
  drawing: Drawing,
  cells: readonly string[],
  row: number,
): Array<{ lines: string[]; colored: string[] }> {
  const { paint } = drawing;
  return cells.map((cell, column) => {
    const lines = linesOf(drawing, cell, column);
    const colored = paint === undefined || row < 0 ? lines : lines.map((line) => paint(line, row, column));
    return { lines, colored };
  });
}

function* drawByHand(drawing: Drawing): Generator<string, void> {
  const { titles, rows, widths, right, measure } = drawing;
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;

  function drawRow(texts: readonly string[], row: number): string {
    const cells = cellsOf(drawing, texts, row);
    const height = Math.max(1, ...cells.map(({ lines }) => lines.length));
    let drawn = '';
    for (let at = 0; at < height; at += 1) {
      const padded = cells.map(({ lines, colored }, column) => {
        const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - measure.width(lines[at] ?? '')));
        return right[column] ? `${space}${colored[at] ?? ''}` : `${colored[at] ?? ''}${space}`;
      });
      drawn += `| ${padded.join(' | ')} |\n`;
    }
    return drawn;
  }

  let block = rule + drawRow(titles, -1) + rule;
  for (const [index, row] of rows.entries()) {
    block += drawRow(row, index);
    if ((index + 1) % ROWS_PER_BLOCK === 0) {
      yield block;
      block = '';
    }
  }
  yield block + rule;
}

function suitsCliTable(table: Table): boolean {
  if (table.rows.length === 0 || table.rows.length > MOST_ROWS_FOR_CLI_TABLE) return false;
  for (const text of texts(table)) if (isMeasuredDifferently(text)) return false;
  return true;
}

async function drawWithCliTable(drawing: Drawing): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const { titles, rows, widths, right } = drawing;
  const joined = (cells: readonly string[], row: number) =>
    cellsOf(drawing, cells, row).map(({ colored }) => colored.join('\n'));
  const corners = ['top-mid', 'top-left', 'top-right', 'bottom-mid', 'bottom-left', 'bottom-right'] as const;
  const crossings = ['left-mid', 'mid-mid', 'right-mid'] as const;
  const table = new CliTable({
    head: joined(titles, -1),
    colWidths: widths.map((width) => width + 2),
    colAligns: right.map((flag) => (flag ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
    chars: {
      ...Object.fromEntries([...corners, ...crossings].map((name) => [name, '+'])),
      top: '-',
      bottom: '-',
      mid: '-',
      left: '|',
      right: '|',
      middle: '|',
    },
  });
  table.push(...rows.map((row, index) => joined(row, index)));
  return `${table.toString()}\n`;
}
