/**
 * How the engine sends a request and sees the answer, without knowing any HTTP client.
 *
 * Headers are pairs, in order and with repetitions, so that what a provider sends can be passed on as it came
 * (several `Set-Cookie` lines are the case that every map-shaped header object gets wrong).
 */
import { withoutSecrets } from '../secrets.ts';

/**
 * Header lines as they are on the wire: order, case and repetitions are kept. Each character is one byte (ISO 8859-1),
 * both ways.
 */
export type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>;

export type HeaderPair = HeaderPairs[number];

/**
 * A body to send: all of it, or a stream that can be read once. A stream is not touched before there is a connection,
 * and one of which something was taken is closed (`return`) when the rest is not wanted.
 */
export type RequestBody = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * How to reach a host: what clouds.yaml calls `cacert`, `cert`, `key` and `verify`. Each is an absolute path, or has what
 * would be in the file ({@link isPem}): then no message may show it.
 */
export interface ConnectionProfile {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** True only when the user switched verification off. */
  readonly insecure?: boolean;
}

/** Whether it is the content of a file in PEM format, and not its path. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/** What a request is for: messages, traces and progress say it. */
export interface Purpose {
  /** The provider's name, `home` for home. */
  readonly provider: string;
  /** The project's name or id at that provider, when the request is made in a scope. */
  readonly project?: string;
  /** A word or two: `authenticate`, `assertion`, `present`, `federated-token`, `projects`, `scope`, `show`, `probe`… */
  readonly step: string;
}

/** What is used of an AbortSignal; every AbortSignal is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Says which addresses of a host a request may go to. */
export interface Reach {
  /** Requests whose reach has the same name may share connections. */
  readonly name: string;
  /**
   * The addresses that may be connected to, of those that the host has; none are known where a proxy on the way looks
   * the host up.
   * @throws FedError where nothing may be sent there
   */
  within(hostname: string, addresses: readonly string[]): Promise<readonly string[]>;
}

export interface SendRequest {
  readonly method: string;
  /** Absolute http: or https: URL. */
  readonly url: string;
  readonly headers: HeaderPairs;
  readonly body?: RequestBody | undefined;
  readonly connection: ConnectionProfile;
  readonly purpose: Purpose;
  /**
   * `auto` (the default) repeats what is safe to repeat; `never` sends at most once, whatever happens
   * (an assertion that is presented twice is refused as a replay).
   */
  readonly retry?: 'auto' | 'never';
  readonly signal?: CancelSignal | undefined;
  /** Absent: wherever the URL leads. */
  readonly reach?: Reach | undefined;
}

/** What a body is poured into. A piece is its own until what it gives is settled: then the memory serves the next. */
export type Taker = (piece: Uint8Array) => Promise<void> | undefined;

/** Takes a body as it comes, piece by piece, without a promise for each. Ends with `end` or `failed`, once. */
export interface BodySink {
  /** @returns false when no more is wanted until the source is told to go on; it may still give a little */
  data(chunk: Uint8Array): boolean;
  end(): void;
  failed(error: Error): void;
}

/** A body that arrives as it is read. Whoever gets a response either reads its body to the end or discards it. */
export interface ResponseBody extends AsyncIterable<Uint8Array> {
  /**
   * Where there is such a way, one that a large body takes in half the time: instead of iterating, give all of it to
   * `take`, which is waited for. What that throws ends it.
   */
  pour?(take: Taker): Promise<void>;
  /**
   * The whole of it is wanted before anything is made of it: it has a deadline from the beginning of the request to its
   * end, where it otherwise may take its time as long as something comes.
   */
  expectEnd?(): void;
  /** Give the connection back (or close it) without reading the rest. */
  discard(): void;
  /**
   * Let it flow into a sink instead of iterating it: what has come already is given at once. Absent where somebody reads
   * along.
   * @returns how to go on after the sink wanted no more
   */
  flow?(sink: BodySink): () => void;
}

export interface SendResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderPairs;
  readonly body: ResponseBody;
  /** The URL that was called. */
  readonly url: string;
}

/**
 * Send one request. Redirects are never followed, cookies never kept, and any status is an answer.
 *
 * @throws TransportError when no complete response head came: name resolution, connection, TLS, a deadline, an
 *   abort. While the body is read the same error can be thrown by its iterator.
 */
export type Send = (request: SendRequest) => Promise<SendResponse>;

/**
 * Open a connection to where a request will go in a moment, so that the request need not wait for it. Nothing is sent,
 * and nothing comes of it if that fails.
 */
export type Preconnect = (url: string, connection: ConnectionProfile) => void;

/** The first value of a header, whatever the case of its name. */
export function headerValue(headers: HeaderPairs, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const header of headers) {
    if (header[0].length === wanted.length && header[0].toLowerCase() === wanted) return header[1];
  }
  return undefined;
}

const REQUEST_IDS = ['x-openstack-request-id', 'x-compute-request-id', 'x-trans-id'];

/** A service's own name for a request, from its answer; undefined for none, and for what is not like one. */
export function requestIdIn(headers: HeaderPairs): string | undefined {
  for (const name of REQUEST_IDS) {
    const id = headerValue(headers, name);
    if (id !== undefined) return /^[\w.:-]{1,100}$/.test(id) && withoutSecrets(id) === id ? id : undefined;
  }
  return undefined;
}

/** All values of a header, in order. */
export function headerValues(headers: HeaderPairs, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

/**
 * Read a body that fed itself wants, at most `limit` bytes of it (the rest is discarded), before the deadline for whole
 * answers.
 *
 * @param limit bytes; default 64 MiB
 */
export function readBytes(body: ResponseBody, limit: number = 64 * 1024 * 1024): Promise<Uint8Array> {
  body.expectEnd?.();
  return gathered(body, limit);
}

/** The bytes of a body, at most `limit` of them, however long they take. */
export async function gathered(body: ResponseBody, limit: number = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let left = limit;
  for await (const chunk of body) {
    chunks.push(chunk.byteLength > left ? chunk.subarray(0, left) : chunk);
    left -= chunk.byteLength;
    if (left <= 0) {
      body.discard();
      break;
    }
  }
  const [only, another] = chunks;
  if (only !== undefined && another === undefined) return only;
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Read a body as UTF-8 text; see `readBytes`. */
export async function readText(body: ResponseBody, limit?: number): Promise<string> {
  return new TextDecoder().decode(await readBytes(body, limit));
}

/** Give a body to `take`, piece by piece, on the fastest way that it has. @throws what either throws */
export async function pourInto(take: Taker, body: AsyncIterable<Uint8Array> | ResponseBody): Promise<void> {
  if ('pour' in body && body.pour !== undefined) return body.pour(take);
  for await (const piece of body) await take(piece);
}

/** A body that was read already, as a body. */
export function bodyOf(bytes: Uint8Array): ResponseBody {
  return {
    async *[Symbol.asyncIterator]() {
      if (bytes.byteLength > 0) yield await Promise.resolve(bytes);
    },
    discard() {},
  };
}
