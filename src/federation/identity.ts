/** Which resource a body is about: whether it carries the id that was asked for, and which one it does carry. */

import type { ResourceType } from '../services/types.ts';
import { fieldOf } from './pointer.ts';
import type { ItemReading, Named } from './resource.ts';

type Item = Readonly<Record<string, unknown>>;

interface Identified {
  /** As the body spells it. */
  readonly id: string;
  /** Without the key around it. */
  readonly item: Item;
}

/** Fields of a resource of no known type that say which it is. */
const TELLING = /(^|_)(id|uuid|ref|name)$/;

/** UUIDs are the same in both cases, and with and without dashes; so are names where services compare them so. */
export function isSameId(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(id: string): string {
  const lower = id.toLowerCase();
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(lower) ? lower.replaceAll('-', '') : lower;
}

/**
 * The item of a body, if it is the one that was asked for: it carries the id, or it stands within the type's key and
 * carries none.
 */
export function identify({ type, id, reading }: Named, body: unknown): Identified | undefined {
  const idFields = fieldsOf(type, reading);
  const isHref = reading?.isHref === true;
  for (const item of candidatesIn(type, body)) {
    const ids = idsIn(item, idFields, isHref);
    const [first] = ids;
    if (ids.some((each) => isSameId(each, id))) return { id: first ?? id, item };
    if (type !== undefined) return first === undefined && type.itemKey !== null ? { id, item } : undefined;
    if (telling(item).some((each) => isSameId(each, id))) return { id: first ?? id, item };
  }
  return undefined;
}

/** The id that a body carries, whichever it is. */
export function identityIn({ type, reading }: Pick<Named, 'type' | 'reading'>, body: unknown): string | undefined {
  for (const item of candidatesIn(type, body)) {
    const [id] = idsIn(item, fieldsOf(type, reading), reading?.isHref === true);
    if (id !== undefined) return id;
  }
  return undefined;
}

function fieldsOf(type: ResourceType | undefined, reading: ItemReading | undefined): readonly string[] {
  return reading?.idFields ?? [type?.idField ?? 'id'];
}

/** What can be the item: of a type that is known what its key says, else the body itself, or the only thing in it. */
function candidatesIn(type: ResourceType | undefined, body: unknown): readonly Item[] {
  if (type !== undefined) return itemsOf([type.itemKey === null ? body : fieldOf(body, type.itemKey)]);
  const within = typeof body === 'object' && body !== null ? Object.values(body) : [];
  return itemsOf(within.length === 1 ? [body, within[0]] : [body]);
}

function itemsOf(values: readonly unknown[]): readonly Item[] {
  return values.filter((value): value is Item => typeof value === 'object' && value !== null && !Array.isArray(value));
}

function idsIn(item: Item, fields: readonly string[], isHref: boolean): string[] {
  return fields.flatMap((field) => textOf(fieldOf(item, field), isHref));
}

function telling(item: Item): string[] {
  return Object.entries(item).flatMap(([field, value]) => (TELLING.test(field) ? textOf(value, false) : []));
}

function textOf(value: unknown, isHref: boolean): string[] {
  if (typeof value === 'number') return [`${value}`];
  if (typeof value !== 'string' || value === '') return [];
  return [isHref ? (value.replace(/\/+$/, '').split('/').at(-1) ?? value) : value];
}
