import type { IncomingMessage } from 'node:http';
import { Pieces } from '../http/pieces.ts';
import { pairsOf } from '../http/wire.ts';
import type { HeaderPairs, RequestBody } from '../ports/http.ts';
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
  if (maxBodyBytes !== undefined && length !== undefined && Number(length) > maxBodyBytes) {
    throw new Refusal(413, `The body has more than ${maxBodyBytes} bytes, which is this proxy's limit (--max-body).`);
  }
  const header = (name: string) => {
    const value = message.headers[name.toLowerCase()];
    return Array.isArray(value) ? value[0] : value;
  };
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
      const has = length === undefined ? message.headers['transfer-encoding'] !== undefined : Number(length) > 0;
      // Where a body's length is known to be nothing, no line says otherwise to the provider.
      if (!has) return { headers: length === undefined ? headers : without(headers, 'content-length') };
      const stream = limited(message, arrival);
      const isJson = /\bjson\b/i.test(header('content-type') ?? '');
      const isLarge = length !== undefined && Number(length) > LOOKED_INTO;
      if (!isJson || isLarge) return { headers, body: stream };
      return held(without(headers, 'content-length'), stream);
    },
  };
}

/** Read a body while it is small; a large one of unknown length goes on as a stream. */
async function held(headers: HeaderPairs, stream: AsyncIterable<Uint8Array>): Promise<HeldBody> {
  const iterator = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= LOOKED_INTO) {
    const { done, value } = await iterator.next();
    if (done) return { headers, body: Buffer.concat(chunks) };
    chunks.push(value);
    size += value.byteLength;
  }
  return {
    headers,
    body: (async function* () {
      yield* chunks;
      yield* { [Symbol.asyncIterator]: () => iterator };
    })(),
  };
}

async function* limited(message: IncomingMessage, { maxBodyBytes, wanted }: Arrival): AsyncGenerator<Uint8Array> {
  wanted();
  let size = 0;
  for await (const chunk of new Pieces(message)) {
    size += chunk.byteLength;
    if (maxBodyBytes !== undefined && size > maxBodyBytes) {
      throw new Refusal(413, `The body has more than ${maxBodyBytes} bytes, which is this proxy's limit (--max-body).`);
    }
    yield chunk;
  }
}
