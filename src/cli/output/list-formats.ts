import type { ColumnKind } from '../../services/types.ts';
import { inLocale } from '../locale.ts';
import type { Environment, OutStream, Terminal } from '../terminal.ts';
import { humanText } from './cell.ts';
import type { OutputColumn } from './columns.ts';
import { WHOLE } from './layout.ts';
import { type Narrowable, narrowed } from './narrow.ts';
import type { Row } from './row.ts';
import { type Painter, statusPainter } from './status-color.ts';
import { measureTable, type Table, type TableOptions, tableText } from './table.ts';
import { visibleJson, visibleLines } from './visible.ts';
import { yamlText } from './yaml.ts';

/** Characters that are written at once. */
const BLOCK = 64 * 1024;

/** Write many small texts in blocks, no faster than they are read. */
async function writeAll(out: OutStream, texts: Iterable<string>): Promise<void> {
  let block = '';
  for (const text of texts) {
    block += text;
    if (block.length < BLOCK) continue;
    await out.write(block);
    block = '';
  }
  if (block !== '') await out.write(block);
}

/** `[…]`, indented by two as cliff does it, or in one line. */
export async function printJsonList(out: OutStream, items: readonly unknown[], noindent: boolean): Promise<void> {
  const safe = out.isTTY ? visibleJson : (json: string) => json;
  function* texts(): Generator<string> {
    const [before, between, after] = noindent ? ['', ',', ''] : ['\n  ', ',\n  ', '\n'];
    yield '[';
    for (const [index, item] of items.entries()) {
      const json = noindent ? JSON.stringify(item) : JSON.stringify(item, null, 2).replaceAll('\n', '\n  ');
      yield `${index === 0 ? before : between}${safe(json)}`;
    }
    yield items.length === 0 ? ']\n' : `${after}]\n`;
  }
  await writeAll(out, texts());
}

/** A sequence, item by item. */
export async function printYamlList(out: OutStream, items: readonly unknown[]): Promise<void> {
  if (items.length === 0) return void (await out.write('[]\n'));
  function* texts(): Generator<string> {
    for (const item of items) yield yamlText([item]);
  }
  await writeAll(out, texts());
}

export interface TableChoices {
  readonly maxWidth?: number | undefined;
  readonly printEmpty?: boolean | undefined;
  /** Columns that were asked for by name: none of them is left out. */
  readonly selected?: readonly string[] | undefined;
}

/** The narrowest that a column of a list is made, as cliff does it. */
const LIST_MINIMUM = 8;

const toTheRight: ReadonlySet<ColumnKind> = new Set<ColumnKind>(['number', 'bytes']);

/** A table of rows; nothing at all for no rows. */
export async function printTable(
  terminal: Terminal,
  rows: readonly Row[],
  columns: readonly OutputColumn[],
  { maxWidth, printEmpty = false, selected: names = [] }: TableChoices,
): Promise<void> {
  if (rows.length === 0 && !printEmpty) return;
  const selected = names.length > 0;
  const { stdout } = terminal;
  const painter = stdout.color ? await statusPainter() : undefined;
  const own = columns.findIndex(({ kind }) => kind === 'id');
  const table: Narrowable = {
    titles: columns.map(({ title }) => visibleLines(title)),
    rows: rows.map((row) => columns.map(({ value, kind }) => visibleLines(humanText(value(row), kind)))),
    right: columns.map(({ kind }) => toTheRight.has(kind)),
    // An id is for copying, and a status is one word.
    precious: columns.map(({ kind }) => (kind === 'id' ? WHOLE : kind === 'status' ? 1 : 0)),
    paint: painter && paintRows(painter, rows, columns),
    references: columns.map(({ kind }, index) => index !== own && kind !== 'text'),
    ranks: columns.map(({ rank }) => rank),
  };
  const total = tableWidth(terminal, maxWidth);
  const options = { total, minimum: LIST_MINIMUM, people: stdout.isTTY };
  if (total === undefined || !stdout.isTTY) return writeTable(stdout, table, options);
  const mark = inLocale('…', terminal.env);
  const shown = narrowed(table, { total, keepAll: selected, mark, measure: await measureTable(table) });
  await writeTable(stdout, shown.table, options);
  if (shown.hidden.length > 0 && !terminal.quiet) terminal.stderr.write(`${hiddenNote(shown.hidden)}\n`);
}

async function writeTable(stdout: OutStream, table: Table, options: TableOptions): Promise<void> {
  for await (const block of tableText(table, options)) await stdout.write(block);
}

function hiddenNote(titles: readonly string[]): string {
  const count = titles.length === 1 ? '1 column' : `${titles.length} columns`;
  return `${count} hidden: ${titles.join(', ')}; --max-width 0 or -f json shows all`;
}

function paintRows(painter: Painter, rows: readonly Row[], columns: readonly OutputColumn[]) {
  return (line: string, row: number, column: number): string => {
    const [item, shown] = [rows[row], columns[column]];
    return item === undefined || shown === undefined ? line : painter(line, shown.value(item), shown.kind);
  };
}

/**
 * How wide a table may be: `--max-width` (0: as wide as it is), else CLIFF_MAX_TERM_WIDTH, else the terminal's width
 * (unless CLIFF_FIT_WIDTH=0); undefined, as wide as it is, in a pipe.
 */
export function tableWidth(terminal: Terminal, maxWidth: number | undefined): number | undefined {
  if (maxWidth === 0) return undefined;
  const limit = maxWidth ?? integer(terminal.env, 'CLIFF_MAX_TERM_WIDTH');
  if (limit !== undefined && limit > 0) return limit;
  return integer(terminal.env, 'CLIFF_FIT_WIDTH') === 0 ? undefined : terminal.stdout.columns;
}

function integer(env: Environment, name: string): number | undefined {
  const value = env[name];
  return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : undefined;
}
