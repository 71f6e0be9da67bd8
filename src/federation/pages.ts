import { ProviderResponseError } from '../errors.ts';
import { messageOf } from '../keystone/service-message.ts';
import { headerValue, readText, type SendResponse } from '../ports/http.ts';
import type { ResourceType, Service } from '../resources/types.ts';
import { type Caller, NO_SERVICE } from './call.ts';
import { textAt, valueAt } from './pointer.ts';
import type { Scope } from './scope.ts';
import { isJson } from './verdict.ts';

export interface PageOptions {
  /** Query parameters for the service, in order. */
  readonly query: ReadonlyArray<readonly [string, string]>;
  /** Items that are asked for at once; the service's own maximum may be lower. */
  readonly pageSize?: number;
  /** Items after which the walk ends. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/**
 * Walk the pages of a type's listing in one scope.
 *
 * Of a link to the next page only the query is used: hosts and schemes in links are often internal ones (behind a
 * TLS front Cinder and Nova answer with `http:`), and a link is never a reason to send a token somewhere else. A link
 * that repeats or a page that adds nothing ends the walk, as some services ignore markers.
 *
 * @throws ProviderResponseError when a page is not a listing; TransportError, ProviderAuthError
 */
export async function* pagesOf(
  caller: Caller,
  scope: Scope,
  service: Service,
  type: ResourceType,
  options: PageOptions,
): AsyncGenerator<readonly unknown[], void> {
  let query: string | undefined = firstQuery(type, options);
  const queries = new Set<string>();
  const heads = new Set<string>();
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  while (query !== undefined && !queries.has(query) && left > 0) {
    queries.add(query);
    const page = await onePage(caller, scope, service, type, query, options.signal);
    const items = itemsOf(page, type) ?? [];
    const head = textAt(items[0], `/${type.idField}`);
    if (items.length === 0 || (head !== undefined && heads.has(head))) return;
    if (head !== undefined) heads.add(head);
    yield items.length > left ? items.slice(0, left) : items;
    left -= items.length;
    query = nextQuery(page, type);
  }
}

function firstQuery(type: ResourceType, { query, pageSize, limit }: PageOptions): string {
  const parameters = new URLSearchParams(Object.entries(type.listQuery ?? {}));
  for (const [key, value] of query) parameters.append(key, value);
  const size = Math.min(pageSize ?? Number.POSITIVE_INFINITY, limit ?? Number.POSITIVE_INFINITY);
  if (type.paging !== 'none' && Number.isFinite(size) && !parameters.has('limit')) parameters.set('limit', `${size}`);
  return parameters.toString();
}

async function onePage(
  caller: Caller,
  scope: Scope,
  service: Service,
  type: ResourceType,
  query: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const response = await caller.call(scope, {
    method: 'GET',
    target: { service, path: type.paths.detail ?? type.paths.list, query },
    headers: [['Accept', 'application/json']],
    step: 'list',
    ...(type.microversion !== undefined && { microversion: type.microversion }),
    ...(signal !== undefined && { signal }),
  });
  if (response === NO_SERVICE) return { [type.listKey]: [] };
  return pageIn(type, scope, response, await readText(response.body));
}

/** The page in an answer. @throws ProviderResponseError when it is no listing */
export function pageIn(type: ResourceType, scope: Scope, response: SendResponse, text: string): unknown {
  const contentType = headerValue(response.headers, 'content-type') ?? '';
  const requestId = headerValue(response.headers, 'x-openstack-request-id');
  const at = { provider: scope.provider, status: response.status, requestId };
  if (response.status !== 200) {
    const { message } = messageOf(contentType, text);
    throw new ProviderResponseError(
      `listing ${type.plural} was answered with ${response.status}${message ? `: ${message}` : ''}`,
      at,
    );
  }
  let page: unknown;
  try {
    page = JSON.parse(text);
  } catch (cause) {
    const what = isJson(contentType) ? 'broken JSON' : contentType.split(';')[0] || 'something without a type';
    throw new ProviderResponseError(`listing ${type.plural} was answered with ${what} instead of JSON`, {
      ...at,
      cause,
    });
  }
  if (itemsOf(page, type) === undefined) {
    throw new ProviderResponseError(`listing ${type.plural} gave JSON without "${type.listKey}"`, at);
  }
  return page;
}

/** The items of a page, without what stands around each. */
export function itemsOf(page: unknown, type: ResourceType): readonly unknown[] | undefined {
  const items = valueAt(page, `/${type.listKey}`);
  if (!Array.isArray(items)) return undefined;
  const { elementKey } = type;
  return elementKey === undefined ? items : items.map((each) => valueAt(each, `/${elementKey}`) ?? each);
}

/** The query of the next page's link, in the service's own style. */
export function nextQuery(page: unknown, type: ResourceType): string | undefined {
  const link = nextLink(page, type);
  const mark = link?.indexOf('?') ?? -1;
  return link === undefined || mark === -1 ? undefined : link.slice(mark + 1).split('#')[0];
}

function nextLink(page: unknown, type: ResourceType): string | undefined {
  switch (type.paging) {
    case 'links':
      return nextOf(valueAt(page, `/${type.linksKey ?? `${type.listKey}_links`}`));
    case 'next':
      return textAt(page, '/next');
    case 'keystone':
      return textAt(page, '/links/next');
    case 'none':
      return undefined;
  }
}

/** Neutron has `previous` among the links too, even on the last page. */
function nextOf(links: unknown): string | undefined {
  const next: unknown = Array.isArray(links) ? links.find((link) => valueAt(link, '/rel') === 'next') : undefined;
  return textAt(next, '/href');
}

/** The link to the next page in a body of any service's style, for listings of types that the registry does not know. */
export function anyNextLink(page: unknown): string | undefined {
  if (typeof page !== 'object' || page === null) return undefined;
  const linksKey = Object.keys(page).find((key) => key.endsWith('_links'));
  return (
    (linksKey === undefined ? undefined : nextOf(valueAt(page, `/${linksKey}`))) ??
    nextOf(valueAt(page, '/links')) ??
    textAt(page, '/links/next') ??
    textAt(page, '/next')
  );
}
