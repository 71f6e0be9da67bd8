import type { Item } from '../stock/collection.ts';

/** Compares two items. */
export type Compare = (a: Item, b: Item) => number;

/** The youngest first; by id where both are as old. */
export const createdLast: Compare = byFields([
  ['created_at', 'desc'],
  ['id', 'desc'],
]);

/** By several fields; then by id, so that pages do not overlap. */
export function byFields(fields: readonly (readonly [field: string, direction: string])[]): Compare {
  return (a, b) => {
    for (const [field, direction] of fields) {
      const order = compareValues(a[field], b[field]);
      if (order !== 0) return direction === 'desc' ? -order : order;
    }
    return compareValues(a.id, b.id);
  };
}

/** Nothing comes before something, as in MySQL. */
function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).toLowerCase() < String(b).toLowerCase() ? -1 : 1;
}
