import type { ColumnKind } from '../../services/types.ts';
import { machineText } from './cell.ts';
import type { Quote } from './row.ts';

export interface CsvCell {
  readonly value: unknown;
  readonly kind?: ColumnKind;
}

/**
 * A record of CSV without its line break, as cliff writes it: `nonnumeric` (the default) puts everything in quotes
 * but numbers and truth values, and nothing stands for null. Quotes within quotes are doubled (RFC 4180); a
 * backslash is left alone, except with `none`, where it takes the special meaning from separators.
 */
export function csvLine(cells: readonly CsvCell[], quote: Quote): string {
  const fields = cells.map((cell) => csvField(cell, quote));
  // A lone empty field would be an empty line, which readers skip.
  return fields.length === 1 && fields[0] === '' && quote === 'minimal' ? '""' : fields.join(',');
}

function csvField({ value, kind }: CsvCell, quote: Quote): string {
  const text = machineText(value, kind, '');
  if (quote === 'none') return text.replace(/[\\",\r\n]/g, (character) => `\\${character}`);
  const isBare = typeof value === 'number' || typeof value === 'boolean';
  const needsQuotes = quote === 'all' || (quote === 'nonnumeric' && !isBare) || /[",\r\n]/.test(text);
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
