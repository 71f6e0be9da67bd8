import type { ResourceType } from '../../resources/types.ts';
import type { RankedScope } from '../ask.ts';
import { valueAt } from '../pointer.ts';

/** An item of a scope's listing. */
export interface Entry {
  readonly scope: RankedScope;
  /** What a marker would be; empty for an item without one. */
  readonly id: string;
  /** As it stands in the listing, with what is around it (key pairs). */
  readonly element: unknown;
  readonly item: unknown;
}

export function entryOf(type: ResourceType, scope: RankedScope, element: unknown): Entry {
  const item = type.elementKey === undefined ? element : (valueAt(element, `/${type.elementKey}`) ?? element);
  return { scope, id: idOf(type, item), element, item };
}

export function idOf(type: ResourceType, item: unknown): string {
  const id = valueAt(item, `/${type.idField}`);
  return typeof id === 'string' || typeof id === 'number' ? `${id}` : '';
}

/** Services take ids in any case, and give them in lower case. */
export function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
