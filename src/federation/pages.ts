import { ProviderResponseError } from '../errors.ts';
import { messageOf } from '../keystone/service-message.ts';
import { headerValue, requestIdIn, type SendResponse } from '../ports/http.ts';
import type { ResourceType } from '../services/types.ts';
import { textAt, valueAt } from './pointer.ts';
import { redirectedBy } from './redirected.ts';
import type { Scope } from './scope.ts';
import { isJson, isRefusal } from './verdict.ts';

/** The page in an answer. @throws ProviderResponseError when it is no listing */
export function pageIn(type: ResourceType, scope: Scope, response: SendResponse, text: string): unknown {
  const at = whereabouts(scope, response);
  if (response.status !== 200) {
    const redirected = redirectedBy(response);
    if (redirected !== undefined) throw new ProviderResponseError(redirected.reason, { ...at, hint: redirected.hint });
    const { message } = messageOf(contentTypeOf(response), text);
    throw new ProviderResponseError(
      `listing ${type.plural} was answered with ${response.status}${message ? `: ${message}` : ''}`,
      { ...at, isRefusal: isRefusal(response) },
    );
  }
  const page = jsonIn(type, scope, response, text);
  if (itemsOf(page, type) === undefined) {
    throw new ProviderResponseError(`listing ${type.plural} gave JSON without "${type.listKey}"`, at);
  }
  return page;
}

/** What is thrown when the pages of a listing do not lead to its end. @param fault as a `PageTrail` says */
export function noEndOf(what: string, scope: Scope, response: SendResponse, fault: string): ProviderResponseError {
  return new ProviderResponseError(`the pages of ${what} come to no end: ${fault}`, whereabouts(scope, response));
}

/** The JSON in a part of a page. @throws ProviderResponseError when it is none */
export function jsonIn(type: ResourceType, scope: Scope, response: SendResponse, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const contentType = contentTypeOf(response);
    const what = isJson(contentType) ? 'broken JSON' : contentType.split(';')[0] || 'something without a type';
    throw new ProviderResponseError(`listing ${type.plural} was answered with ${what} instead of JSON`, {
      ...whereabouts(scope, response),
      cause,
    });
  }
}

function contentTypeOf({ headers }: SendResponse): string {
  return headerValue(headers, 'content-type') ?? '';
}

function whereabouts({ provider }: Scope, { status, headers }: SendResponse) {
  return { provider, status, requestId: requestIdIn(headers) };
}

/** The items of a page, without what stands around each. */
export function itemsOf(page: unknown, type: ResourceType): readonly unknown[] | undefined {
  const items = valueAt(page, `/${type.listKey}`);
  if (!Array.isArray(items)) return undefined;
  return type.elementKey === undefined ? items : items.map((each) => itemIn(each, type));
}

/** The item in an element of a page. */
export function itemIn(element: unknown, { elementKey }: ResourceType): unknown {
  return elementKey === undefined ? element : (valueAt(element, `/${elementKey}`) ?? element);
}

/** The query of the next page's link, in the service's own style; empty where the link has none. */
export function nextQuery(page: unknown, type: ResourceType): string | undefined {
  return queryOf(nextLink(page, type));
}

function queryOf(link: string | undefined): string | undefined {
  if (link === undefined) return undefined;
  const [address = ''] = link.split('#');
  const mark = address.indexOf('?');
  return mark === -1 ? '' : address.slice(mark + 1);
}

/** Where a page has its links, in the style of most services. */
export function linksKeyOf({ listKey, linksKey }: ResourceType): string {
  return linksKey ?? `${listKey}_links`;
}

function nextLink(page: unknown, type: ResourceType): string | undefined {
  switch (type.paging) {
    case 'links':
      return nextOf(valueAt(page, `/${linksKeyOf(type)}`));
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

/** The query of the next page's link in any service's style, for listings of types that the registry does not know. */
export function anyNextQuery(page: unknown): string | undefined {
  return queryOf(anyNextLink(page));
}

/** The items of a page of such a type: of the lists in it the first that holds no links. */
export function anyItemsOf(page: unknown): readonly unknown[] | undefined {
  if (typeof page !== 'object' || page === null) return undefined;
  const [items] = Object.entries(page).filter(([key, value]) => Array.isArray(value) && !/(^|_)links$/.test(key));
  return items?.[1] as readonly unknown[] | undefined;
}

function anyNextLink(page: unknown): string | undefined {
  if (typeof page !== 'object' || page === null) return undefined;
  const linksKey = Object.keys(page).find((key) => key.endsWith('_links'));
  return (
    (linksKey === undefined ? undefined : nextOf(valueAt(page, `/${linksKey}`))) ??
    nextOf(valueAt(page, '/links')) ??
    textAt(page, '/links/next') ??
    textAt(page, '/next')
  );
}
