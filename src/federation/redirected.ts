import { headerValue, type SendResponse } from '../ports/http.ts';

/** What an answer that leads elsewhere means. */
export interface Redirected {
  readonly reason: string;
  readonly hint?: string;
}

/**
 * What to say of an answer that leads elsewhere. Nothing goes there: a token belongs to the addresses of its catalog.
 *
 * An address with the same end is the same thing at another place, which the catalog should name; a login page is not.
 *
 * @returns undefined for every other answer
 */
export function redirectedBy({ status, headers, url }: SendResponse): Redirected | undefined {
  if (status < 300 || status > 399) return undefined;
  const location = headerValue(headers, 'location') ?? '';
  if (location === '' || !URL.canParse(location, url)) return undefined;
  const from = new URL(url);
  const to = new URL(location, url);
  const isSame = lastSegment(from) === lastSegment(to);
  const leads = `${plain(from)} redirects (${status}) to ${plain(to)}`;
  return {
    reason: isSame ? `${leads}; its catalog should name that address` : leads,
    ...(from.protocol === 'http:' && to.protocol === 'https:' && { hint: HTTPS }),
  };
}

const HTTPS =
  'The address in the catalog is http, and the service wants https. fed sends no token to where a redirect leads: ' +
  "the cloud's operator should write https into the catalog.";

function lastSegment({ pathname }: URL): string | undefined {
  return pathname.replace(/\/+$/, '').split('/').at(-1);
}

function plain({ origin, pathname }: URL): string {
  return origin + pathname;
}
