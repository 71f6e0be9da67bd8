import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A sandbox never listens anywhere else. */
const LOOPBACK = '127.0.0.1';

/** A certificate with its key, in PEM format. */
export interface KeyPair {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** A port of the loopback interface that can be shut and opened again. */
export class Listener {
  readonly #listener: RequestListener;
  #certificate: KeyPair | undefined;
  #server: Server | SecureServer | undefined;
  #port = 0;
  #closed = false;

  /** @param certificate that the server shows; without one it speaks plain HTTP */
  constructor(listener: RequestListener, certificate?: KeyPair) {
    this.#listener = listener;
    this.#certificate = certificate;
  }

  get url(): string {
    return `${this.#certificate === undefined ? 'http' : 'https'}://${LOOPBACK}:${this.#port}`;
  }

  /** Listen on a free port, or again on the one that it had. */
  async open(): Promise<void> {
    if (this.#server !== undefined || this.#closed) return;
    const settings = { keepAliveTimeout: 60_000, requestTimeout: 0 };
    const server =
      this.#certificate === undefined
        ? createServer(settings, this.#listener)
        : createSecureServer({ ...settings, ...this.#certificate }, this.#listener);
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, LOOPBACK, 1024, resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Show this certificate from now on, to new connections. */
  show(certificate: KeyPair): void {
    this.#certificate = certificate;
    const server = this.#server;
    if (server === undefined || !('setSecureContext' in server)) return;
    server.setSecureContext(certificate);
    server.closeIdleConnections();
  }

  /** Refuse connections from now on, and cut those that there are. */
  async shut(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** Shut it for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.shut();
  }
}
