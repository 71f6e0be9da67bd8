import { machineText } from './cell.ts';
import type { OutputColumn } from './columns.ts';
import { csvLine } from './csv.ts';
import type { ListFormat, Quote, Row } from './row.ts';
import { wholeJson, wholeObject } from './row.ts';
import { visible, visibleJson } from './visible.ts';

/** A format that writes a row as one line, whatever the others are. */
export interface LineFormat {
  /** What stands before the first row. */
  head(columns: readonly OutputColumn[]): string;
  line(row: Row, columns: readonly OutputColumn[]): string;
}

export interface LineFormatOptions {
  readonly quote: Quote;
  /** Whether `-c` was given: a row in JSON has the columns only then, and everything otherwise. */
  readonly narrowed: boolean;
  /** Whether a terminal reads it. Into a pipe goes what the clouds sent, line breaks included, as cliff does it. */
  readonly forTerminal: boolean;
}

/** The format's way to write a row; undefined for one that needs all rows first. */
export function lineFormat(format: ListFormat, options: LineFormatOptions): LineFormat | undefined {
  const { quote, narrowed, forTerminal } = options;
  const ended = (text: string) => `${forTerminal ? visible(text) : text}\n`;
  switch (format) {
    case 'value':
      return {
        head: () => '',
        line: (row, columns) =>
          ended(columns.map((column) => machineText(column.value(row), column.kind, 'None')).join(' ')),
      };
    case 'csv':
      return {
        head: (columns) =>
          ended(
            csvLine(
              columns.map(({ title }) => ({ value: title })),
              quote,
            ),
          ),
        line: (row, columns) =>
          ended(
            csvLine(
              columns.map((column) => ({ value: column.value(row), kind: column.kind })),
              quote,
            ),
          ),
      };
    case 'ndjson':
      return {
        head: () => '',
        line: (row, columns) => {
          const json = narrowed ? JSON.stringify(narrowObject(row, columns)) : wholeJson(row);
          return `${forTerminal ? visibleJson(json) : json}\n`;
        },
      };
    default:
      return undefined;
  }
}

/** A row in JSON, YAML and ndjson: whole, or narrowed to the fields of these columns. */
export function objectOf(row: Row, columns: readonly OutputColumn[], narrowed: boolean): Record<string, unknown> {
  return narrowed ? narrowObject(row, columns) : wholeObject(row);
}

function narrowObject(row: Row, columns: readonly OutputColumn[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column.key(row.item), column.field(row) ?? null]));
}
