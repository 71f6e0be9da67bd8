import type { SendResponse } from '../../ports/http.ts';
import type { ResourceType } from '../../resources/types.ts';
import type { RankedScope } from '../ask.ts';
import { bytesOf, textOf } from '../bytes.ts';
import { ElementScanner } from '../element-scanner.ts';
import { itemIn, jsonIn, pageIn } from '../pages.ts';
import { fieldOf } from '../pointer.ts';

/** An item of a scope's listing. */
export interface Entry {
  readonly scope: RankedScope;
  /** What a marker would be; empty for an item without one. */
  readonly id: string;
  /** Undefined where all that is done with it is to pass it on. */
  readonly item: unknown;
  /** JSON: as it stands in the listing, with what is around it (key pairs). */
  readonly bytes: Uint8Array;
}

/** A page of a scope's listing. */
export interface EntryPage {
  readonly entries: readonly Entry[];
  /** What else is at the top of the page. */
  readonly around: Readonly<Record<string, unknown>>;
}

/**
 * Read a page. Its elements stay as they came, so that they can be passed on without being written anew, which takes
 * several times as long as reading them.
 *
 * @throws ProviderResponseError when it is no page
 */
export function entriesIn(type: ResourceType, scope: RankedScope, response: SendResponse, body: Uint8Array): EntryPage {
  const scanner = new ElementScanner(type.listKey);
  const isPage = response.status === 200;
  const found = isPage ? scanner.push(body) : [];
  const page = pageIn(type, scope, response, isPage ? scanner.rest : new TextDecoder().decode(body));
  const { [type.listKey]: others, ...around } = page as Record<string, unknown>;
  // The scanner may not have recognized an array whose key is written in an unusual way.
  const elements =
    found.length > 0 ? found : (others as readonly unknown[]).map((each) => bytesOf(JSON.stringify(each)));
  const entries = elements.map((bytes) => {
    const text = textOf(bytes);
    const item = itemIn(jsonIn(type, scope, response, text), type);
    // What is no UTF-8 would make everybody's page unreadable: it is passed on as it was read.
    return { scope, id: idOf(type, item), item, bytes: text.includes('\ufffd') ? bytesOf(text) : bytes };
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
