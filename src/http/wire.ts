import type { BodySink, HeaderPairs, Taker } from '../ports/http.ts';
import type { Dialer } from './dial.ts';
import type { DialTarget } from './dial-target.ts';
import type { Stop } from './stop.ts';

/** Where a request leads and what its head says, checked and complete but for `Host` and the length. */
export interface WireHead {
  readonly method: string;
  readonly secure: boolean;
  /** Without brackets around an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** Scheme, host and port; the last always. */
  readonly origin: string;
  /** What the `Host` header says. */
  readonly host: string;
  /** Path and query, byte for byte as the caller gave them. */
  readonly path: string;
  /** The caller's headers but `Host`, `Content-Length` and those that belong to the connection. */
  readonly headers: HeaderPairs;
}

/** One request as an engine puts it on the wire. */
export interface WireRequest {
  readonly to: WireHead;
  readonly body: AsyncIterable<Uint8Array> | undefined;
  /** Bytes of the body; undefined for none, or for one of unknown length, which is sent in chunks. */
  readonly length: number | undefined;
  readonly dialer: Dialer;
  /** Ends everything at once. */
  readonly stop: Stop;
}

/** An answer's head, and its body as it comes: never decoded, and an error when it ends too early. */
export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderPairs;
  readonly body: AsyncIterator<Uint8Array>;
  /**
   * Where it can be done, instead of `body`: give `length` bytes, the whole of it, to `take`, past the parser. The
   * connection can then only be abandoned.
   */
  pour?(length: number, take: Taker): Promise<void>;
  /** The body in the other way, see `ResponseBody`. */
  flow(sink: BodySink): () => void;
  /** Close the connection without reading the rest. */
  abandon(): void;
}

/**
 * An HTTP client. Its errors are its own; failures.ts makes ours of them. The body is not touched before there is a
 * connection, and never again after `stop` ended it.
 */
export interface Engine {
  /** Fails at once when `stop` ends it, however far it has come. */
  exchange(request: WireRequest): Promise<WireResponse>;
  /** Connect to where a request will go in a moment, if that can be done ahead. That it fails is left to the request. */
  preconnect?(target: DialTarget, dialer: Dialer): void;
  /** Close every connection, idle or not. */
  close(): Promise<void>;
}

/** Name and value in turns, as Node and undici give raw headers. */
export function pairsOf(raw: readonly string[]): HeaderPairs {
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return pairs;
}
