import type { HeaderPairs } from '../ports/http.ts';
import type { Dialer } from './dial.ts';

/** One request as an engine puts it on the wire, checked and complete but for `Host` and the length. */
export interface WireRequest {
  readonly method: string;
  readonly secure: boolean;
  /** Without brackets around an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** What the `Host` header says. */
  readonly host: string;
  /** Path and query, byte for byte as the caller gave them. */
  readonly path: string;
  /** The caller's headers but `Host`, `Content-Length` and those that belong to the connection. */
  readonly headers: HeaderPairs;
  readonly body: AsyncIterable<Uint8Array> | undefined;
  /** Bytes of the body; undefined for none, or for one of unknown length, which is sent in chunks. */
  readonly length: number | undefined;
  readonly dialer: Dialer;
  /** Ends everything at once, with the error that the caller is to see as its reason. */
  readonly signal: AbortSignal;
}

/** An answer's head, and its body as it comes: never decoded, and an error when it ends too early. */
export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderPairs;
  readonly body: AsyncIterator<Uint8Array>;
  /** Close the connection without reading the rest. */
  abandon(): void;
}

/**
 * An HTTP client. Its errors are its own; failures.ts makes ours of them. The body is not touched before there is a
 * connection, and never again after `signal` fired.
 */
export interface Engine {
  exchange(request: WireRequest): Promise<WireResponse>;
  /** Close every connection, idle or not. */
  close(): Promise<void>;
}

/** Name and value in turns, as Node and undici give raw headers. */
export function pairsOf(raw: readonly string[]): HeaderPairs {
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return pairs;
}
