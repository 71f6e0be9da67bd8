import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server. Where there are too many, the one that has waited longest for its client is closed: it is
 * idle, or its request has not come whole. One that is being answered never is.
 */
export class Connections {
  readonly #max: number;
  /** Connections that wait for their clients, in the order in which they began to. */
  readonly #waiting = new Map<string, Socket>();
  #open = 0;

  constructor(max: number) {
    this.#max = max;
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#open += 1;
      this.#waiting.set(peerOf(socket), socket);
      const peer = peerOf(socket);
      socket.once('close', () => {
        this.#open -= 1;
        this.#waiting.delete(peer);
      });
      if (this.#open > this.#max) this.#closeOldest(socket);
    });
  }

  /** What a request's own socket is: with TLS another than the one that was accepted. */
  working(socket: Socket, isWorking: boolean): void {
    const peer = peerOf(socket);
    if (isWorking) this.#waiting.delete(peer);
    else if (!socket.destroyed) this.#waiting.set(peer, socket);
  }

  #closeOldest(but: Socket): void {
    for (const [peer, socket] of this.#waiting) {
      if (socket === but) continue;
      this.#waiting.delete(peer);
      socket.destroy();
      return;
    }
  }
}

/** The same for both sockets of a connection with TLS. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
