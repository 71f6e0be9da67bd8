/** Which header lines pass the proxy, and which are its own affair. */
import type { HeaderPair, HeaderPairs } from '../ports/http.ts';
import { remembering } from '../remembering.ts';

/** Headers between neighbours: RFC 9110, 7.6.1, and what older software adds to it. */
const HOP_BY_HOP = 1;
/**
 * Requests: the host is another, and what is compressed could not be read for learning. `X-Forwarded-*` would make
 * services write our clients' names for us into their links.
 */
const NOT_UPSTREAM = 2;
/** What says whose a request is: replaced for providers. */
const CREDENTIALS = 4;
/** Answers: tokens and sessions of providers are not the client's. */
const NOT_DOWNSTREAM = 8;
const COOKIES = 16;
/** The header that names others. */
const CONNECTION = 32;

/** Names of headers in lower case, or how they begin, of each kind. */
const KINDS: ReadonlyArray<readonly [kind: number, names: string, ...beginnings: readonly string[]]> = [
  [
    HOP_BY_HOP,
    'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade',
  ],
  [NOT_UPSTREAM, 'host expect cookie accept-encoding forwarded', 'x-forwarded-', 'x-fed-', 'mm-'],
  [CREDENTIALS, 'authorization x-auth-token x-service-token x-subject-token'],
  [NOT_DOWNSTREAM, 'set-cookie set-cookie2 x-subject-token x-auth-token', 'x-fed-'],
  [COOKIES, 'set-cookie set-cookie2'],
  [CONNECTION, 'connection'],
];

/** The kinds of a header, added up. */
const kindsOf = remembering((name) => {
  const lower = name.toLowerCase();
  return KINDS.filter(
    ([, names, ...beginnings]) =>
      names.split(' ').includes(lower) || beginnings.some((beginning) => lower.startsWith(beginning)),
  ).reduce((sum, [kind]) => sum + kind, 0);
});

/** What is between client and cloud, and not between neighbours, but for these kinds. A new list. */
function endToEnd(headers: HeaderPairs, excepted: number): HeaderPair[] {
  const unwanted = HOP_BY_HOP | excepted;
  const kept: HeaderPair[] = [];
  const named: string[] = [];
  for (const header of headers) {
    const kinds = kindsOf(header[0]);
    if ((kinds & CONNECTION) !== 0) named.push(...namedBy(header[1]));
    if ((kinds & unwanted) === 0) kept.push(header);
  }
  return named.length === 0 ? kept : [...without(kept, ...named)];
}

const NONE: readonly string[] = [];

/** The names that the value of a `Connection` header makes hop-by-hop, of those that are not anyway. */
function namedBy(value: string): readonly string[] {
  // Hardly anybody names anything.
  if (/^(keep-alive|close)$/i.test(value)) return NONE;
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'close' && (kindsOf(name) & HOP_BY_HOP) === 0);
}

/** What of a request's headers goes on to a provider; the token is added by the engine. */
export function upstreamHeaders(headers: HeaderPairs): HeaderPair[] {
  return endToEnd(headers, NOT_UPSTREAM | CREDENTIALS);
}

/** What goes on to home's Keystone: the client's own credentials are meant for it. */
export function identityHeaders(headers: HeaderPairs): HeaderPair[] {
  return endToEnd(headers, NOT_UPSTREAM);
}

/** What of a provider's answer goes back to the client. */
export function downstreamHeaders(headers: HeaderPairs): HeaderPair[] {
  return endToEnd(headers, NOT_DOWNSTREAM);
}

/** What of home's Keystone's answer goes back: its tokens are for the client. */
export function identityAnswerHeaders(headers: HeaderPairs): HeaderPair[] {
  return endToEnd(headers, COOKIES);
}

/** The same headers, without these. */
export function without(headers: HeaderPairs, ...names: readonly string[]): HeaderPairs {
  if (names.length === 0) return headers;
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(([name]) => !unwanted.has(name.toLowerCase()));
}
