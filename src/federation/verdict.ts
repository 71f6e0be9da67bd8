import { messageOf } from '../keystone/service-message.ts';
import { headerValue, readBytes, type SendResponse } from '../ports/http.ts';
import type { AbsenceSign } from '../services/types.ts';
import { identify, identityIn, isSameId } from './identity.ts';
import { valueAt } from './pointer.ts';
import { redirectedBy } from './redirected.ts';
import type { Named } from './resource.ts';

/** What a scope said to a probe. */
export type Verdict =
  | {
      readonly kind: 'here';
      /** The id as the resource's own body spells it. */
      readonly id: string;
      /** The resource, without the key around it. */
      readonly item: Readonly<Record<string, unknown>>;
      readonly response: SendResponse;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'absent'; readonly response: SendResponse; readonly bytes: Uint8Array }
  | {
      readonly kind: 'unsaid';
      readonly status: number;
      readonly reason: string;
      readonly hint?: string;
      readonly isRefusal?: boolean;
    };

/** A resource's description is small; more than this is none. */
const LIMIT = 32 * 1024 * 1024;

/**
 * Read the answer to a GET of a resource's show path.
 *
 * Here is only what carries the id that was asked for. Not here is only a 404 that names it, otherwise than as a part of
 * a path, or that looks as the service's description says: services, extensions and microversions that are missing
 * answer 404 as well, often in the same typed JSON, and never name the id (peers.md 1.3: 188 of 188); what stands before
 * a service quotes the path.
 */
export async function verdictOf(named: Named, response: SendResponse): Promise<Verdict> {
  return verdictOn(named, response, await readBytes(response.body, LIMIT));
}

/** The same, of a body that was read already. */
export function verdictOn(named: Named, response: SendResponse, bytes: Uint8Array): Verdict {
  const text = new TextDecoder().decode(bytes);
  const contentType = headerValue(response.headers, 'content-type') ?? '';
  const shown = shownIn(named, response, contentType, text);
  if (shown !== undefined) return { kind: 'here', ...shown, response, bytes };
  if (response.status === 200) return { kind: 'unsaid', status: 200, reason: notIt(named, contentType, text) };
  const { message } = messageOf(contentType, text);
  if (response.status === 404) {
    if (isAbsence(named, response, contentType, text)) return { kind: 'absent', response, bytes };
    const what = message ? `: ${message}` : '';
    return { kind: 'unsaid', status: 404, reason: `this kind of resource is not supported there (404${what})` };
  }
  const redirected = redirectedBy(response);
  if (redirected !== undefined) return { kind: 'unsaid', status: response.status, ...redirected };
  return {
    kind: 'unsaid',
    status: response.status,
    reason: `it answered ${response.status}${message ? `: ${message}` : ''}`,
    isRefusal: isRefusal(response),
  };
}

/**
 * Whether an answer is the service's word on the request: a 4xx in JSON. A 401 is none: the token that was refused is
 * not the client's.
 */
export function isRefusal({ status, headers }: SendResponse): boolean {
  return status >= 400 && status < 500 && status !== 401 && isJson(headerValue(headers, 'content-type') ?? '');
}

export function isJson(contentType: string): boolean {
  return /\bjson\b/i.test(contentType);
}

interface Shown {
  readonly id: string;
  readonly item: Readonly<Record<string, unknown>>;
}

function shownIn(named: Named, response: SendResponse, contentType: string, text: string): Shown | undefined {
  const { status, headers } = response;
  const { shownBy, redirects } = named.reading ?? {};
  if (shownBy !== undefined) {
    const isShown = status >= 200 && status <= 299 && headerValue(headers, shownBy) !== undefined;
    return isShown ? { id: named.id, item: {} } : undefined;
  }
  if (redirects === true && status >= 300 && status <= 399) {
    return redirectedTo(named, headerValue(headers, 'location') ?? '');
  }
  if (status !== 200 || !isJson(contentType)) return undefined;
  return identify(named, parsed(text));
}

/** A stack's name leads to its name and id. */
function redirectedTo({ id }: Named, location: string): Shown | undefined {
  const segments = (location.split(/[?#]/)[0] ?? '').split('/').slice(-2).map(decodedOrAsItIs);
  const last = segments.at(-1);
  return last !== undefined && segments.some((each) => isSameId(each, id)) ? { id: last, item: {} } : undefined;
}

function decodedOrAsItIs(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function notIt(named: Named, contentType: string, text: string): string {
  const other = isJson(contentType) ? identityIn(named, parsed(text)) : undefined;
  if (other !== undefined) return `it answered with another ${named.typeName} (${other})`;
  return `it answered 200 without a ${named.typeName} (${contentType.split(';')[0] || 'no content type'})`;
}

function isAbsence(named: Named, { headers }: SendResponse, contentType: string, text: string): boolean {
  const body = isJson(contentType) ? parsed(text) : undefined;
  if (body !== undefined && namesId(body, named.id)) return true;
  return (named.reading?.absence ?? []).some((sign) => isSeen(sign, headers, body));
}

function isSeen(sign: AbsenceSign, headers: SendResponse['headers'], body: unknown): boolean {
  if ('header' in sign) return headerValue(headers, sign.header) !== undefined;
  const found = valueAt(body, sign.pointer);
  return typeof found === 'string' && new RegExp(sign.pattern).test(found);
}

/**
 * Whether an error's text names an id: as a word of its own, and not behind a slash, where it is a piece of the path that
 * was asked for.
 */
function namesId(value: unknown, id: string): boolean {
  if (typeof value === 'string') return hasWord(value.toLowerCase(), id.toLowerCase());
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((each) => namesId(each, id));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const next = text.slice(at + word.length, at + word.length + 2);
    if (!/[\w/.-]/.test(text.charAt(at - 1)) && !/^(?:[\w-]|\.\w)/.test(next)) return true;
  }
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
