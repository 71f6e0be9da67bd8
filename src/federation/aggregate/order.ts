import { serviceOf } from '../../services/index.ts';
import type { ResourceType } from '../../services/types.ts';
import { valueAt } from '../pointer.ts';
import type { Entry } from './entry.ts';
import type { Parameters } from './query.ts';

interface SortKey {
  readonly pointer: string;
  readonly descending: boolean;
}

/** How a client wants a listing sorted. */
export type Order = readonly SortKey[];

/**
 * The order that a query asks for, as each service reads it (peers.md 1.5): Nova takes `sort_key` and `sort_dir`
 * repeated and ignores `sort`; Cinder takes `sort` or one key; Glance `sort` or repeated keys; Neutron repeated keys,
 * each with a direction. A direction that is missing is the first one, or the service's own. What is wrong with them is
 * for the service to say.
 *
 * @returns undefined when none is asked for
 */
export function orderOf(type: ResourceType, parameters: Parameters): Order | undefined {
  const { sorting } = type;
  if (sorting === undefined) return undefined;
  const values = (wanted: string) => parameters.filter(([name]) => name === wanted).map(([, value]) => value.trim());
  const [sort] = serviceOf(type.service)?.listing?.sort === true ? values('sort') : [];
  const directions = values('sort_dir');
  const keys = values('sort_key');
  if (sort === undefined && keys.length === 0 && directions.length === 0) return undefined;
  const pairs =
    sort === undefined
      ? (keys.length === 0 ? [sorting.key] : keys).map((key, at) => [key, directions[at] ?? directions[0]] as const)
      : sort.split(',').map((part) => part.split(':') as [string, string?]);
  return pairs.map(([key, direction]) => ({
    pointer: sorting.pointers[key.trim()] ?? `/${key.trim()}`,
    descending: (direction?.trim() ?? sorting.direction) === 'desc',
  }));
}

/** The top-level fields that have to be there to compare. */
export function fieldsOf(order: Order): string[] {
  return order.map(({ pointer }) => pointer.split('/')[1] ?? '');
}

/** What an entry is compared by. */
export interface Ranked {
  readonly values: readonly unknown[];
  readonly rank: number;
}

export function ranked(order: Order, entry: Pick<Entry, 'item' | 'scope'>): Ranked {
  return { values: order.map(({ pointer }) => comparable(valueAt(entry.item, pointer))), rank: entry.scope.rank };
}

/**
 * As databases under OpenStack compare: numbers as numbers, texts (times in ISO 8601 among them) without regard to case
 * and accents as MariaDB's usual collations, nothing below everything. Equals stand in the federation's order.
 */
export function compare(order: Order, a: Ranked, b: Ranked): number {
  for (const [at, { descending }] of order.entries()) {
    const difference = compareValues(a.values[at], b.values[at]);
    if (difference !== 0) return descending ? -difference : difference;
  }
  return a.rank - b.rank;
}

function comparable(value: unknown): unknown {
  // Upper case, as the collations do: it matters for what stands between the cases, such as `_`.
  if (typeof value === 'string') return value.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase();
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

function compareValues(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [one, other] = [`${a}`, `${b}`];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
