import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** One request, as a service sees it. */
export interface Exchange {
  readonly method: string;
  /** Percent-encoded, without the query, from the root of the server. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** `http://` or `https://` and the host that the client named: services build their links from it. */
  readonly origin: string;
  readonly requestId: string;
  /** The body as it comes. */
  readonly stream: IncomingMessage;
  /** The whole body. */
  body(): Promise<Buffer>;
  /** Filled in by the service: for the log. */
  seen: { user?: string; project?: string };
}

export function exchangeOf(request: IncomingMessage): Exchange {
  const target = request.url ?? '/';
  const cut = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: cut < 0 ? target : target.slice(0, cut),
    query: new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1)),
    headers: request.headers,
    origin: `${'encrypted' in request.socket ? 'https' : 'http'}://${request.headers.host ?? '127.0.0.1'}`,
    requestId: `req-${randomUUID()}`,
    stream: request,
    body: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    seen: {},
  };
}

/** The one value of a header that is sent once. */
export function header(exchange: Exchange, name: string): string | undefined {
  const value = exchange.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** A JSON body; `undefined` if it is none. */
export async function jsonBody(exchange: Exchange): Promise<unknown> {
  try {
    return JSON.parse((await exchange.body()).toString('utf8'));
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value that keys lead to, one after the other. */
export function dig(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = isRecord(found) ? found[key] : undefined;
  return found;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
