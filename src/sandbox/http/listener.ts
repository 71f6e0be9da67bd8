import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A sandbox never listens anywhere else. */
const LOOPBACK = '127.0.0.1';

/** A port of the loopback interface that can be shut and opened again. */
export class Listener {
  readonly #listener: RequestListener;
  #server: Server | undefined;
  #port = 0;
  #closed = false;

  constructor(listener: RequestListener) {
    this.#listener = listener;
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.#port}`;
  }

  /** Listen on a free port, or again on the one that it had. */
  async open(): Promise<void> {
    if (this.#server !== undefined || this.#closed) return;
    const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, this.#listener);
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, LOOPBACK, 1024, resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
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
