import type { Terminal } from '../terminal.ts';
import { KnownColumns, type ListedColumns, type OutputColumn } from './columns.ts';
import { type LineFormat, lineFormat, objectOf } from './line-formats.ts';
import { printJsonList, printTable, printYamlList } from './list-formats.ts';
import type { ListFormat, Quote, Row } from './row.ts';
import { inOrder, sortRows } from './sort.ts';
import { visible } from './visible.ts';

export interface ListPrinterOptions extends ListedColumns {
  readonly terminal: Terminal;
  readonly format: ListFormat;
  /** `-c`: titles or the API's names of fields; empty: the columns of the list. */
  readonly selected?: readonly string[] | undefined;
  readonly sortColumns?: readonly string[] | undefined;
  readonly sortDescending?: boolean | undefined;
  /** Print the first so many rows only: of the sorted ones, else by `order`. Rows are printed when all have come then. */
  readonly limit?: number | undefined;
  /** `--max-width`: columns of the terminal; 0 or less: none. Default: CLIFF_MAX_TERM_WIDTH. */
  readonly maxWidth?: number | undefined;
  /** Print a table without rows, too. */
  readonly printEmpty?: boolean | undefined;
  /** JSON in one line. */
  readonly noindent?: boolean | undefined;
  readonly quote?: Quote | undefined;
  /** What people are told on a terminal when there are no rows: `no servers`. */
  readonly emptyNote?: string | undefined;
}

/** Prints a list, the rows as they come where the format and the sorting allow it. */
export interface ListPrinter {
  /** Whether rows are printed as they come. */
  readonly streams: boolean;
  /** Give rows. Wait for the promise, if there is one, before giving more. */
  add(rows: readonly Row[]): Promise<void> | undefined;
  /**
   * Print what has not been printed yet.
   * @throws UsageError for a column that no row has; nothing has been printed then
   */
  finish(): Promise<void>;
}

/** Make a printer. `ndjson`, `csv` and `value` print rows as they come unless these are to be sorted or chosen from. */
export function createListPrinter(options: ListPrinterOptions): ListPrinter {
  const { format, quote = 'nonnumeric', selected = [], terminal } = options;
  const known = new KnownColumns(options);
  const lines = lineFormat(format, {
    quote,
    narrowed: selected.length > 0,
    forTerminal: terminal.stdout.isTTY,
  });
  return lines !== undefined && (options.sortColumns ?? []).length === 0 && options.limit === undefined
    ? new StreamingPrinter(options, known, lines)
    : new CollectingPrinter(options, known, lines);
}

abstract class Printer implements ListPrinter {
  abstract readonly streams: boolean;
  protected readonly options: ListPrinterOptions;
  protected readonly known: KnownColumns;
  protected readonly names: readonly string[];
  #rows = 0;

  constructor(options: ListPrinterOptions, known: KnownColumns) {
    this.options = options;
    this.known = known;
    this.names = options.selected ?? [];
  }

  add(rows: readonly Row[]): Promise<void> | undefined {
    this.#rows += rows.length;
    const asked = [...this.names, ...(this.options.sortColumns ?? [])];
    for (const row of rows) {
      if (this.known.knows(asked)) break;
      this.known.observe(row.item);
    }
    return this.take(rows);
  }

  async finish(): Promise<void> {
    if (this.#rows > 0 && !this.known.knows(this.names)) throw this.known.unknown(this.names);
    await this.end();
    if (this.#rows > 0) return;
    // Which fields the API has is seen in rows alone.
    for (const name of this.names.filter((each) => !this.known.knows([each]))) {
      this.options.terminal.warn(`whether there is a column "${name}" is not known, as there are no rows`);
    }
    const { emptyNote, terminal, format } = this.options;
    if (emptyNote !== undefined && format === 'table' && terminal.stderr.isTTY && !terminal.quiet) {
      terminal.stderr.write(`${visible(emptyNote)}\n`);
    }
  }

  protected abstract take(rows: readonly Row[]): Promise<void> | undefined;
  protected abstract end(): Promise<void>;
}

/** Writes rows as they come, once every column that was asked for has been seen. */
class StreamingPrinter extends Printer {
  readonly streams = true;
  readonly #format: LineFormat;
  #held: Row[] = [];
  #begun = false;

  constructor(options: ListPrinterOptions, known: KnownColumns, format: LineFormat) {
    super(options, known);
    this.#format = format;
  }

  protected take(rows: readonly Row[]): Promise<void> | undefined {
    if (this.#begun) return this.#write(rows);
    this.#held.push(...rows);
    return this.known.knows(this.names) ? this.#writeHeld() : undefined;
  }

  protected async end(): Promise<void> {
    if (!this.#begun) await this.#writeHeld();
  }

  #writeHeld(): Promise<void> | undefined {
    const held = this.#held;
    this.#held = [];
    this.#begun = true;
    return this.#write(held, this.#format.head(this.known.selected(this.names)));
  }

  #write(rows: readonly Row[], before = ''): Promise<void> | undefined {
    const columns = this.known.selected(this.names);
    const text = before + rows.map((row) => this.#format.line(row, columns)).join('');
    return text === '' ? undefined : this.options.terminal.stdout.write(text);
  }
}

/** Keeps rows until all are there. */
class CollectingPrinter extends Printer {
  readonly streams = false;
  readonly #lines: LineFormat | undefined;
  readonly #collected: Row[] = [];

  constructor(options: ListPrinterOptions, known: KnownColumns, lines: LineFormat | undefined) {
    super(options, known);
    this.#lines = lines;
  }

  protected take(rows: readonly Row[]): undefined {
    for (const row of rows) this.#collected.push(row);
  }

  protected async end(): Promise<void> {
    const { format, terminal, noindent = false } = this.options;
    if (format === 'table' && this.#collected.some(({ isRegional }) => isRegional === true)) this.known.showRegion();
    const columns = this.known.selected(this.names);
    const sorted = sortRows(inOrder(this.#collected), this.#sortColumns(), this.options.sortDescending === true);
    const rows = sorted.slice(0, this.options.limit);
    const objects = () => rows.map((row) => objectOf(row, columns, this.names.length > 0));
    if (format === 'json') await printJsonList(terminal.stdout, objects(), noindent);
    else if (format === 'yaml') await printYamlList(terminal.stdout, objects());
    else if (format === 'table') await printTable(terminal, rows, columns, this.options);
    else await this.#printLines(rows, columns);
  }

  async #printLines(rows: readonly Row[], columns: readonly OutputColumn[]): Promise<void> {
    if (this.#lines === undefined) return;
    await this.options.terminal.stdout.write(this.#lines.head(columns));
    for (const row of rows) await this.options.terminal.stdout.write(this.#lines.line(row, columns));
  }

  /** Unknown ones are ignored, as cliff does it, but not silently. */
  #sortColumns(): OutputColumn[] {
    return (this.options.sortColumns ?? []).flatMap((name) => {
      const columns = this.known.named(name);
      if (columns.length === 0 && this.#collected.length > 0) {
        this.options.terminal.warn(`not sorted by "${name}": there is no such column`);
      }
      return columns;
    });
  }
}
