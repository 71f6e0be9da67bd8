import type { OutputColumn } from './columns.ts';
import type { Row } from './row.ts';

/** Numbers before texts, each among themselves; everything else by its JSON. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  const [x, y] = [comparable(a), comparable(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function comparable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** By `order`, then as they came. */
export function inOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
}

/** By these columns, the first one first; what has no value comes last in both directions. */
export function sortRows(rows: readonly Row[], columns: readonly OutputColumn[], descending: boolean): Row[] {
  if (columns.length === 0) return [...rows];
  const keyed = rows.map((row) => ({ row, values: columns.map((column) => column.value(row)) }));
  const direction = descending ? -1 : 1;
  keyed.sort((a, b) => {
    for (const [at, left] of a.values.entries()) {
      const right = b.values[at];
      if (isNothing(left) || isNothing(right)) {
        if (isNothing(left) === isNothing(right)) continue;
        return isNothing(left) ? 1 : -1;
      }
      const order = compareValues(left, right);
      if (order !== 0) return order * direction;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}
