import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the server saw it; the body grows while it arrives. */
export interface Recorded {
  readonly method: string;
  readonly url: string;
  /** As on the wire: order, case and repetitions. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
  /** Whether the body came to its end. */
  complete: boolean;
}

/** Answers one request. `request` can be read by the handler itself when the route says `raw: true`. */
export type Handler = (request: IncomingMessage, response: ServerResponse, recorded: Recorded) => void | Promise<void>;

export interface TestServer {
  /** `http://127.0.0.1:PORT` or `https://…`. */
  readonly origin: string;
  readonly port: number;
  readonly requests: readonly Recorded[];
  /** Connections that were ever made. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export interface TestServerOptions {
  readonly tls?: ServerOptions;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
  /** Call the handler at once and leave the body to it, instead of reading it first. */
  readonly unread?: boolean;
}

/**
 * A loopback server that does what a test tells it. `handle` is one handler for everything, or handlers by path;
 * any other path is answered 404.
 */
export async function startServer(
  handle: Handler | Readonly<Record<string, Handler>>,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const requests: Recorded[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const listener: RequestListener = (request, response) => {
    const recorded = record(request);
    requests.push(recorded);
    const handler = typeof handle === 'function' ? handle : handle[(request.url ?? '').replace(/\?.*$/s, '')];
    const answer = (): void => {
      Promise.resolve(
        handler === undefined ? status(404)(request, response, recorded) : handler(request, response, recorded),
      ).catch((error: Error) => response.destroy(error));
    };
    if (options.unread === true) answer();
    else read(request, recorded, answer);
  };
  const server = options.tls === undefined ? createHttp(listener) : createHttps(options.tls, listener);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${options.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function record(request: IncomingMessage): Recorded {
  const headers: [string, string][] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    headers.push([request.rawHeaders[i] ?? '', request.rawHeaders[i + 1] ?? '']);
  }
  return { method: request.method ?? '', url: request.url ?? '', headers, body: Buffer.alloc(0), complete: false };
}

function read(request: IncomingMessage, recorded: Recorded, then: () => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('error', () => {});
  request.on('end', () => {
    recorded.body = Buffer.concat(chunks);
    recorded.complete = true;
    then();
  });
}

/** Answers with JSON. */
export function json(body: unknown, code = 200, headers: Readonly<Record<string, string | string[]>> = {}): Handler {
  return (_request, response) => {
    response.writeHead(code, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** Answers with a status and nothing else. */
export function status(code: number, headers: Readonly<Record<string, string | string[]>> = {}): Handler {
  return (_request, response) => {
    response.writeHead(code, { 'Content-Length': '0', ...headers }).end();
  };
}

/** Takes the request and never answers. */
export function hang(): Handler {
  return () => {};
}

/** Writes these bytes on the connection, whatever HTTP says, and closes it unless told to keep it. */
export function raw(bytes: string | Buffer, { keep = false }: { readonly keep?: boolean } = {}): Handler {
  return ({ socket }) => {
    if (keep) socket.write(bytes);
    else socket.end(bytes);
  };
}

/** Closes the connection without an answer. */
export function cut(): Handler {
  return ({ socket }) => {
    socket.destroy();
  };
}

/** One handler after the other, the last one for ever. */
export function inTurn(...handlers: readonly Handler[]): Handler {
  let next = 0;
  return (request, response, recorded) => {
    const handler = handlers[Math.min(next, handlers.length - 1)];
    next += 1;
    return handler?.(request, response, recorded);
  };
}
