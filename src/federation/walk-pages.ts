import { readText, type SendResponse } from '../ports/http.ts';
import type { ResourceType, Service } from '../services/types.ts';
import { textOf } from './bytes.ts';
import { type Caller, NO_SERVICE } from './call.ts';
import { ElementScanner } from './element-scanner.ts';
import type { Gate } from './gate.ts';
import { PageTrail } from './page-trail.ts';
import { itemIn, itemsOf, jsonIn, nextQuery, noEndOf, pageIn } from './pages.ts';
import { textAt } from './pointer.ts';
import type { Scope } from './scope.ts';

/** What is listed, and what the walks over several scopes have in common. */
export interface Listing {
  readonly caller: Caller;
  readonly service: Service;
  readonly type: ResourceType;
  /** One walk at a time works on what it got; the others leave theirs where it comes from. */
  readonly turn: Gate;
}

export interface WalkOptions {
  /** Query parameters for the service, in order. */
  readonly query: ReadonlyArray<readonly [string, string]>;
  /** Items that are asked for at once; the service's own maximum may be lower. */
  readonly pageSize?: number;
  /** Items after which the walk ends. */
  readonly limit?: number;
  /** Told once, when the scope has given a page or some of its items. */
  readonly answered?: () => void;
  readonly signal?: AbortSignal;
}

/** What is neither an element nor a link: of a page that is larger, the rest is not read. */
const MOST_HELD = 64 * 1024 * 1024;

/**
 * Walk the pages of a type's listing in one scope. Items are given some at a time while a page arrives, so that neither
 * memory nor the first of them depends on how large it is; of a page that breaks off, those that came.
 *
 * Of a link to the next page only the query is used: hosts and schemes in links are often internal ones (behind a
 * TLS front Cinder and Nova answer with `http:`), and a link is never a reason to send a token somewhere else.
 *
 * @returns whether the provider has the service
 * @throws ProviderResponseError when a page is not a listing, or when the pages come to no end; TransportError,
 *   ProviderAuthError; what `visit` throws
 */
export async function walkPages(
  listing: Listing,
  scope: Scope,
  options: WalkOptions,
  visit: (items: readonly unknown[]) => Promise<void> | void,
): Promise<boolean> {
  const { type } = listing;
  const trail = new PageTrail();
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let query: string | undefined = firstQuery(type, options);
  while (query !== undefined && left > 0) {
    trail.ask(query);
    const response = await askForPage(listing, scope, query, options.signal);
    if (response === NO_SERVICE) return false;
    const isFirst = trail.asked === 1;
    const mustNot = (fault: string | undefined) => {
      if (fault !== undefined) throw noEndOf(type.plural, scope, response, fault);
    };
    let count = 0;
    const page = await readPage(listing, scope, response, async (items) => {
      if (count === 0) {
        mustNot(trail.faultOfHead(textAt(items[0], `/${type.idField}`)));
        if (isFirst) options.answered?.();
      }
      count += items.length;
      await visit(items.length > left ? items.slice(0, left) : items);
      left -= items.length;
      return left > 0;
    });
    if (isFirst && count === 0) options.answered?.();
    query = nextQuery(page, type);
    mustNot(trail.faultOfLink(query, count));
  }
  return true;
}

function firstQuery(type: ResourceType, { query, pageSize, limit }: WalkOptions): string {
  const parameters = new URLSearchParams(Object.entries(type.listQuery ?? {}));
  for (const [key, value] of query) parameters.append(key, value);
  const size = Math.min(pageSize ?? Number.POSITIVE_INFINITY, limit ?? Number.POSITIVE_INFINITY);
  if (type.paging !== 'none' && Number.isFinite(size) && !parameters.has('limit')) parameters.set('limit', `${size}`);
  return parameters.toString();
}

function askForPage(
  { caller, service, type }: Listing,
  scope: Scope,
  query: string,
  signal: AbortSignal | undefined,
): Promise<SendResponse | typeof NO_SERVICE> {
  return caller.call(scope, {
    method: 'GET',
    target: { service, path: type.paths.detail ?? type.paths.list, query },
    headers: [['Accept', 'application/json']],
    step: 'list',
    ...(type.microversion !== undefined && { microversion: type.microversion }),
    ...(signal !== undefined && { signal }),
  });
}

/**
 * Read a page, and give its items as they come.
 *
 * @param got says whether to go on
 * @returns the page without its items; undefined where it was not read to its end
 * @throws ProviderResponseError when it is no page; what reading and `got` throw
 */
async function readPage(
  { type, turn }: Listing,
  scope: Scope,
  response: SendResponse,
  got: (items: readonly unknown[]) => Promise<boolean>,
): Promise<unknown> {
  if (response.status !== 200) return pageIn(type, scope, response, await readText(response.body));
  response.body.expectEnd?.();
  const scanner = new ElementScanner(type.listKey);
  for await (const chunk of response.body) {
    const goOn = await turn.pass(async () => {
      const items = scanner.push(chunk).map((bytes) => itemIn(jsonIn(type, scope, response, textOf(bytes)), type));
      return items.length === 0 || (await got(items));
    });
    if (!goOn) return undefined;
    if (scanner.held > MOST_HELD) break;
  }
  const page = pageIn(type, scope, response, scanner.rest);
  // The scanner may not have recognized an array whose key is written in an unusual way.
  const others = itemsOf(page, type) ?? [];
  return others.length === 0 || (await got(others)) ? page : undefined;
}
