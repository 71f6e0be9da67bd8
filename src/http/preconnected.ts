import type { Socket } from 'node:net';
import type { Dialer } from './dial.ts';
import type { DialTarget } from './dial-target.ts';
import { Intake } from './intake.ts';

interface Ready {
  readonly target: DialTarget;
  readonly socket: Socket;
  /** Closes it. */
  readonly expiry: NodeJS.Timeout;
}

/**
 * Connections that a dialer makes ahead of the requests that will need them. One that fails, or that the other side
 * closes, is as if it had not been made.
 */
export class Preconnected {
  readonly #dialer: Dialer;
  readonly #unusedMs: number;
  readonly #ready = new Set<Ready>();

  /** @param unusedMs after which a connection that nobody took is closed */
  constructor(dialer: Dialer, unusedMs: number) {
    this.#dialer = dialer;
    this.#unusedMs = unusedMs;
  }

  open(target: DialTarget): void {
    const tunnelled = (_error: unknown, socket: Socket | null) => {
      if (socket !== null) this.#keep(target, socket);
    };
    const socket = this.#dialer.dial(target, tunnelled, new Intake());
    if (socket !== undefined) this.#keep(target, socket);
  }

  /** A connection to there, made or being made, that is the caller's from now on. */
  take({ hostname, port }: DialTarget): Socket | undefined {
    for (const ready of this.#ready) {
      if (ready.target.hostname !== hostname || ready.target.port !== port) continue;
      this.#leave(ready);
      return ready.socket.ref();
    }
    return undefined;
  }

  close(): void {
    for (const { socket } of this.#ready) socket.destroy();
  }

  /** It does not keep the process running until it is taken. */
  #keep(target: DialTarget, socket: Socket): void {
    const expiry = setTimeout(() => socket.destroy(), this.#unusedMs).unref();
    const ready = { target, socket, expiry };
    this.#ready.add(ready);
    // Whoever takes it listens, too.
    socket.on('error', () => {}).once('close', () => this.#leave(ready));
    socket.unref();
  }

  #leave(ready: Ready): void {
    clearTimeout(ready.expiry);
    this.#ready.delete(ready);
  }
}
