import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Connections } from './connections.ts';
import { Front, type FrontOptions } from './front.ts';

export interface ProxyOptions extends Omit<FrontOptions, 'scheme' | 'over' | 'working'> {
  /** The address to listen on, and the port; 0 for a free one. */
  readonly host: string;
  readonly port: number;
  /** Milliseconds after which a client on whose connection nothing moves during a request is cut off. Default 10 minutes. */
  readonly clientIdleMs?: number;
  /** Milliseconds that the head of a request may take to arrive, from the connection's beginning on. Default 30 seconds. */
  readonly headersMs?: number;
  /** Connections at once: for one more, the one that has waited longest for its client is closed. Default 10,000. */
  readonly maxConnections?: number;
  /** The server's certificate and key in PEM; absent: HTTP. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

export interface RunningProxy {
  /** The address with the prefix, without a trailing slash: Identity is at `{url}/identity/v3`. */
  readonly url: string;
  /** Take no more connections, let what is in flight come to its end, and cut what is not over in time. */
  close(graceMs: number): Promise<void>;
}

const HEADERS_MS = 30_000;
/** Node looks so often whether a head is late. */
const HEADERS_CHECK_MS = 5_000;
const MAX_CONNECTIONS = 10_000;
const KEEP_ALIVE_MS = 75_000;
const CLIENT_IDLE_MS = 600_000;
/** Tokens with many roles are long, and so are some catalogs' endpoints in headers. */
const MAX_HEADER_BYTES = 64 * 1024;
/** Start the proxy. @throws what listening says: EADDRINUSE, EACCES */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const scheme = options.tls === undefined ? 'http' : 'https';
  const headersMs = options.headersMs ?? HEADERS_MS;
  const settings = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: headersMs,
    // Uploads may take hours: they end when nothing moves.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(headersMs, HEADERS_CHECK_MS),
  };
  const connections = new Connections(options.maxConnections ?? MAX_CONNECTIONS);
  let isClosing = false;
  // An answer whose head was out before the end began has kept its connection for another request.
  const over = () => isClosing && setImmediate(() => server.closeIdleConnections());
  const front = new Front({
    ...options,
    scheme,
    over,
    working: (connection, isWorking) => connections.working(connection, isWorking),
  });
  const handle = (request: IncomingMessage, response: ServerResponse) => void front.handle(request, response);
  const server = options.tls
    ? createTlsServer({ ...settings, handshakeTimeout: headersMs, ...options.tls }, handle)
    : createServer(settings, handle);
  connections.watch(server);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Longer than providers may take to answer: then it is they who are cut off, and the client is told.
  const providersIdleMs = options.composition.settings.values['idle-timeout'] * 1000;
  server.timeout = options.clientIdleMs ?? Math.max(CLIENT_IDLE_MS, 2 * providersIdleMs);
  // A client that asks first whether its body is wanted is answered when somebody reads it.
  server.on('checkContinue', handle);
  // Node gives the bare connection: it is answered as every request, and closed then.
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    response.shouldKeepAlive = false;
    response.once('finish', () => socket.end());
    socket.on('error', () => {});
    handle(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const url = `${scheme}://${host}:${port}${options.prefix}`;
  front.listening(options.publicUrl ?? url);
  const close = (graceMs: number) => {
    isClosing = true;
    return closed(server, front, graceMs);
  };
  return { url, close };
}

async function closed(server: Server, front: Front, graceMs: number): Promise<void> {
  front.stop();
  const over = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await over;
  clearTimeout(cut);
}
