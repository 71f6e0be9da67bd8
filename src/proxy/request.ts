import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import { Pieces } from '../http/pieces.ts';
import { pairsOf } from '../http/wire.ts';
import type { HeaderPairs, RequestBody } from '../ports/http.ts';
import type { BodyBudget, BodyInMemory } from './body-budget.ts';
import type { ClientGone } from './client-gone.ts';
import { without } from './headers.ts';
import { normalPath } from './normal-path.ts';
import { Refusal } from './refusal.ts';

/** A client's request, as the proxy's parts see it. */
export interface ProxyRequest {
  readonly method: string;
  /** Below the proxy's prefix, percent-encoded as it came: begins with `/`. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly headers: HeaderPairs;
  /** The region that the path's beginning names, as an endpoint of the catalog does that is for one region. */
  readonly region: string | undefined;
  /**
   * The proxy's own address as this client is to use it, with the prefix, with the region where the path names one, and
   * without a trailing slash.
   */
  readonly base: string;
  readonly gone: ClientGone;
  /** The first value of a header, in any case. */
  header(name: string): string | undefined;
  /**
   * The body. What is JSON and not large is held in memory, as it may name resources and can be sent once more; all
   * else is a stream. Undefined where there is none.
   */
  body(): HeldBody | Promise<HeldBody>;
  /**
   * All of the body, whatever it is.
   * @param limit the most bytes that it may have
   * @throws Refusal 413 for a larger one
   */
  wholeBody(limit: number): HeldBody | Promise<HeldBody>;
}

/** A body with the headers that describe it. */
export interface HeldBody {
  readonly headers: HeaderPairs;
  readonly body?: RequestBody;
}

/** JSON bodies up to this many bytes are looked into. */
const LOOKED_INTO = 4 * 1024 * 1024;

/** What the server knows of a request. */
export interface Arrival {
  /** The path and query below the prefix. */
  readonly below: string;
  readonly base: string;
  readonly gone: ClientGone;
  /** Undefined for any. */
  readonly maxBodyBytes: number | undefined;
  /** Called before the body is read: a client may wait until it is asked for it. */
  readonly wanted: () => void;
  /** The memory that bodies are read into. */
  readonly budget: BodyBudget;
  /**
   * Called before a body is read into memory: until it is there, the request does not count.
   * @returns to be called when it is there. That throws where there are too many requests by then
   */
  readonly incomplete: () => () => void;
}

/** Where the proxy's endpoints are that are for one region only. */
export function regionalBase(base: string, region: string): string {
  return `${base}/regions/${encodeURIComponent(region)}`;
}

function regionNamed(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, `${segment} is not a valid percent-encoded path segment.`);
  }
}

/** @throws Refusal 413 for a body that says it is too large */
export function proxyRequest(message: IncomingMessage, arrival: Arrival): ProxyRequest {
  const { gone, maxBodyBytes } = arrival;
  const mark = arrival.below.indexOf('?');
  const whole = normalPath(mark === -1 ? arrival.below : arrival.below.slice(0, mark));
  const [, regional = '', region] = /^(\/regions\/([^/]+))\//.exec(whole) ?? [];
  const headers = pairsOf(message.rawHeaders);
  const length = message.headers['content-length'];
  if (maxBodyBytes !== undefined && length !== undefined && Number(length) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  const encoding = message.headers['transfer-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') {
    throw new Refusal(501, 'A Transfer-Encoding other than chunked is not served.');
  }
  const header = (name: string) => {
    const value = message.headers[name.toLowerCase()];
    return Array.isArray(value) ? value[0] : value;
  };
  const has = length === undefined ? message.headers['transfer-encoding'] !== undefined : Number(length) > 0;
  // Where a body's length is known to be nothing, no line says otherwise to the provider.
  const none = () => ({ headers: length === undefined ? headers : without(headers, 'content-length') });
  return {
    method: message.method ?? 'GET',
    path: whole.slice(regional.length).replace(/^\/{2,}/, '/'),
    query: mark === -1 ? '' : arrival.below.slice(mark + 1),
    headers,
    region: region === undefined ? undefined : regionNamed(region),
    base: `${arrival.base}${regional}`,
    gone,
    header,
    body() {
      if (!has) return none();
      const isJson = /\bjson\b/i.test(header('content-type') ?? '');
      const isLarge = length !== undefined && Number(length) > LOOKED_INTO;
      if (!isJson || isLarge) return { headers, body: streamOf(message, arrival) };
      return heldWhileSmall(message, arrival, without(headers, 'content-length'));
    },
    wholeBody(limit) {
      if (!has) return none();
      if (length !== undefined && Number(length) > limit) throw tooLarge(limit, '');
      return heldWhole(message, arrival, without(headers, 'content-length'), limit);
    },
  };
}

function tooLarge(limit: number, option = ' (--max-body)'): Refusal {
  return new Refusal(413, `The body has more than ${limit} bytes, which is this proxy's limit${option}.`);
}

async function heldWhole(
  message: IncomingMessage,
  arrival: Arrival,
  headers: HeaderPairs,
  limit: number,
): Promise<HeldBody> {
  const read = await readUpTo(message, arrival, limit);
  if (!read.isComplete) throw tooLarge(limit, '');
  return { headers, body: read.bytes };
}

/** Read a body while it is small; a large one of unknown length goes on as a stream. */
async function heldWhileSmall(message: IncomingMessage, arrival: Arrival, headers: HeaderPairs): Promise<HeldBody> {
  const { isComplete, bytes } = await readUpTo(message, arrival, LOOKED_INTO);
  return { headers, body: isComplete ? bytes : streamOf(message, arrival, bytes) };
}

interface Beginning {
  readonly isComplete: boolean;
  readonly bytes: Uint8Array;
}

/**
 * Read a body into memory until it ends, or has more than `limit` bytes: then the rest is left in the message.
 * @throws Refusal when it takes too long, or when there is no memory for it, or when there are too many requests then
 */
async function readUpTo(message: IncomingMessage, arrival: Arrival, limit: number): Promise<Beginning> {
  const { budget, gone, maxBodyBytes = Number.POSITIVE_INFINITY } = arrival;
  const there = arrival.incomplete();
  let end = (_why: Error): void => {};
  const body = budget.open((why) => end(why));
  const release = () => body.release();
  gone.addEventListener('abort', release);
  try {
    arrival.wanted();
    const isComplete = await new Promise<boolean>((resolve, reject) => {
      end = reject;
      take(message, body, limit, { resolve, reject });
    });
    body.complete();
    if (body.length > maxBodyBytes) throw tooLarge(maxBodyBytes);
    there();
    return { isComplete, bytes: body.bytes };
  } catch (error) {
    release();
    throw error;
  }
}

interface Outcome {
  resolve(isComplete: boolean): void;
  reject(error: unknown): void;
}

function take(message: IncomingMessage, body: BodyInMemory, limit: number, outcome: Outcome): void {
  const came = (piece: Uint8Array): void => {
    try {
      body.add(piece);
    } catch (error) {
      message.off('data', came).pause();
      outcome.reject(error);
    }
    if (body.length <= limit) return;
    message.off('data', came).pause();
    outcome.resolve(false);
  };
  finished(message, { writable: false }, (error) => (error ? outcome.reject(error) : outcome.resolve(true)));
  message.on('data', came);
}

/** @param first what was read already */
async function* streamOf(
  message: IncomingMessage,
  { maxBodyBytes, wanted }: Arrival,
  first?: Uint8Array,
): AsyncGenerator<Uint8Array> {
  if (first === undefined) wanted();
  else yield first;
  let size = first?.byteLength ?? 0;
  for await (const chunk of new Pieces(message)) {
    size += chunk.byteLength;
    if (maxBodyBytes !== undefined && size > maxBodyBytes) throw tooLarge(maxBodyBytes);
    yield chunk;
  }
}
