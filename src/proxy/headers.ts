/** Which header lines pass the proxy, and which are its own affair. */
import type { HeaderPairs } from '../ports/http.ts';

/** RFC 9110, 7.6.1, and what older software adds to it. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Requests: credentials are replaced, the host is another, and what is compressed could not be read for learning.
 * `X-Forwarded-*` would make services write our clients' names for us into their links.
 */
const NOT_UPSTREAM = namesOf('host expect cookie accept-encoding forwarded', 'x-forwarded-', 'x-fed-', 'mm-');
const CREDENTIALS = namesOf('authorization x-auth-token x-service-token x-subject-token');

/** Answers: tokens and sessions of providers are not the client's. */
const NOT_DOWNSTREAM = namesOf('set-cookie set-cookie2 x-subject-token x-auth-token', 'x-fed-');
const COOKIES = namesOf('set-cookie set-cookie2');

/** Names of headers in lower case: these, and all that begin like that. */
type Names = (name: string) => boolean;

function namesOf(names: string, ...beginnings: readonly string[]): Names {
  const whole = new Set(names.split(' '));
  return (name) => whole.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}

/** The names that a `Connection` header makes hop-by-hop too. */
function namedByConnection(headers: HeaderPairs): Set<string> | undefined {
  const lines = headers.filter(([name]) => name.length === 10 && name.toLowerCase() === 'connection');
  if (lines.length === 0) return undefined;
  return new Set(lines.flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase())));
}

/** What is between client and cloud, and not between neighbours, but for these names. */
function endToEnd(headers: HeaderPairs, ...excepted: readonly Names[]): HeaderPairs {
  const named = namedByConnection(headers);
  return headers.filter((header) => {
    const name = header[0].toLowerCase();
    return !HOP_BY_HOP.has(name) && !named?.has(name) && !excepted.some((names) => names(name));
  });
}

/** Node's flat list of names and values as pairs, in order and in their own case. */
export function pairsOf(raw: readonly string[]): HeaderPairs {
  const pairs: Array<readonly [string, string]> = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return pairs;
}

/** What of a request's headers goes on to a provider; the token is added by the engine. */
export function upstreamHeaders(headers: HeaderPairs): HeaderPairs {
  return endToEnd(headers, NOT_UPSTREAM, CREDENTIALS);
}

/** What goes on to home's Keystone: the client's own credentials are meant for it. */
export function identityHeaders(headers: HeaderPairs): HeaderPairs {
  return endToEnd(headers, NOT_UPSTREAM);
}

/** What of a provider's answer goes back to the client. */
export function downstreamHeaders(headers: HeaderPairs): HeaderPairs {
  return endToEnd(headers, NOT_DOWNSTREAM);
}

/** What of home's Keystone's answer goes back: its tokens are for the client. */
export function identityAnswerHeaders(headers: HeaderPairs): HeaderPairs {
  return endToEnd(headers, COOKIES);
}

/** The same headers, without these. */
export function without(headers: HeaderPairs, ...names: readonly string[]): HeaderPairs {
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(([name]) => !unwanted.has(name.toLowerCase()));
}
