import type { SendResponse } from '../../ports/http.ts';
import type { ResourceType } from '../../services/types.ts';
import type { RankedScope } from '../ask.ts';
import { itemIn } from '../pages.ts';
import { fieldOf } from '../pointer.ts';
import type { Placed } from './elements.ts';
import { readPage } from './read-page.ts';

/** An item of a scope's listing, with its place among the page's elements. */
export interface Entry extends Placed {
  readonly scope: RankedScope;
  /** What a marker would be; empty for an item without one. */
  readonly id: string;
  /** Undefined where all that is done with it is to pass it on. */
  readonly item: unknown;
}

/** A page of a scope's listing. */
export interface EntryPage {
  readonly entries: readonly Entry[];
  /** What else is at the top of the page. */
  readonly around: Readonly<Record<string, unknown>>;
}

/** Read a page. @throws ProviderResponseError when it is none */
export function entriesIn(type: ResourceType, scope: RankedScope, response: SendResponse, body: Uint8Array): EntryPage {
  const { elements, values, around } = readPage(type, scope, response, body);
  const entries = values.map((value, place) => {
    const item = itemIn(value, type);
    return { scope, id: idOf(type, item), item, elements, place };
  });
  return { entries, around };
}

export function idOf(type: ResourceType, item: unknown): string {
  const id = fieldOf(item, type.idField);
  return typeof id === 'string' || typeof id === 'number' ? `${id}` : '';
}

/** Services take ids in any case, and give them in lower case. */
export function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
