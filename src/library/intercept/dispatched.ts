/** What undici is asked to send, in the words of the engine. */
import { stringify } from 'node:querystring';
import type { Dispatcher } from 'undici';
import { UsageError } from '../../errors.ts';
import type { Narrowing } from '../../federation/roster.ts';
import { type HeaderPairs, headerValue, type RequestBody } from '../../ports/http.ts';

/** Where the caller wants it: these headers, or undici's own option `fed`. */
const PROVIDER = 'x-fed-provider';
const PROJECT = 'x-fed-project';
const REGION = 'x-fed-region';
const OURS = [PROVIDER, PROJECT, REGION];

/** Larger bodies than this are not looked into. */
const READ_LIMIT = 1024 * 1024;

export interface Dispatched {
  readonly options: Dispatcher.DispatchOptions;
  readonly headers: HeaderPairs;
  /** The caller's token. Absent: the request is not for a cloud. */
  readonly token: string | undefined;
  /** Where the caller says that it goes. */
  readonly wanted: Narrowing;
}

/** Take a request apart; what only concerns us is taken out. */
export function dispatchedOf(options: Dispatcher.DispatchOptions): Dispatched {
  const all = headerPairs(options.headers);
  const headers = all.filter(([name]) => !OURS.includes(name.toLowerCase()));
  const { fed, ...others } = options as Dispatcher.DispatchOptions & {
    fed?: { provider?: string; project?: string; region?: string };
  };
  const provider = fed?.provider ?? headerValue(all, PROVIDER);
  const project = fed?.project ?? headerValue(all, PROJECT);
  const region = fed?.region ?? headerValue(all, REGION);
  const changed = fed !== undefined || headers.length < all.length;
  return {
    options: changed ? { ...others, headers: headers.flat() } : options,
    headers,
    token: headerValue(headers, 'x-auth-token'),
    wanted: {
      ...(provider !== undefined && { providers: [provider] }),
      ...(project !== undefined && { projects: [project] }),
      ...(region !== undefined && { regions: [region] }),
    },
  };
}

/** The URL that would be called; undefined where that is more than a request to a service. */
export function urlOf({ origin, path, query, method, upgrade }: Dispatcher.DispatchOptions): string | undefined {
  if (origin === undefined || method === 'CONNECT' || upgrade) return undefined;
  if (typeof path !== 'string' || !path.startsWith('/')) return undefined;
  const base = `${typeof origin === 'string' ? origin.replace(/\/$/, '') : origin.origin}${path}`;
  const more = query === undefined || query === null ? '' : stringify(query);
  return more === '' ? base : `${base}${base.includes('?') ? '&' : '?'}${more}`;
}

function headerPairs(headers: Dispatcher.DispatchOptions['headers']): HeaderPairs {
  if (headers === undefined || headers === null) return [];
  if (Array.isArray(headers)) {
    const flat = headers as string[];
    return flat.flatMap((name, at) => (at % 2 === 0 ? [[String(name), String(flat[at + 1])] as const] : []));
  }
  const entries =
    Symbol.iterator in headers
      ? [...(headers as Iterable<[string, string | string[] | undefined]>)]
      : Object.entries(headers);
  return entries.flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [value].flat().map((each) => [name, String(each)] as const),
  );
}

/**
 * The body in a form that the engine takes. One that is JSON and not too large is read, for what it names.
 * @throws UsageError for a form
 */
export async function bodyOf({ options, headers }: Dispatched): Promise<RequestBody | undefined> {
  const body = options.body as unknown;
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  const stream = streamOf(body);
  if (!isSmallJson(headers)) return stream;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function streamOf(body: unknown): AsyncIterable<Uint8Array> {
  if (body instanceof Blob) return body.stream() as AsyncIterable<Uint8Array>;
  if (typeof body === 'object' && body !== null && (Symbol.asyncIterator in body || Symbol.iterator in body)) {
    // Looking at the class itself would load fetch.
    if (Object.prototype.toString.call(body) !== '[object FormData]')
      return bytesOf(body as AsyncIterable<Uint8Array | string>);
  }
  throw new UsageError('Such a body cannot be sent to another cloud: give a string, bytes, or a stream of bytes.');
}

async function* bytesOf(body: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

function isSmallJson(headers: HeaderPairs): boolean {
  const length = Number(headerValue(headers, 'content-length') ?? Number.NaN);
  return length <= READ_LIMIT && /json/i.test(headerValue(headers, 'content-type') ?? '');
}
