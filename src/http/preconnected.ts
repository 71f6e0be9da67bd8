import type { Socket } from 'node:net';
import type { Dialer } from './dial.ts';
import type { DialTarget } from './dial-target.ts';
import { Intake } from './intake.ts';

/**
 * Connections that a dialer makes ahead of the requests that will need them. One that fails, or that the other side
 * closes, is as if it had not been made.
 */
export class Preconnected {
  readonly #dialer: Dialer;
  readonly #unusedMs: number;
  /** By target, each with what to do when it goes. */
  readonly #ready = new Map<string, Map<Socket, () => void>>();

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
  take(target: DialTarget): Socket | undefined {
    const [socket, leave] = this.#ready.get(keyOf(target))?.entries().next().value ?? [];
    leave?.();
    return socket?.ref();
  }

  close(): void {
    for (const sockets of this.#ready.values()) for (const socket of sockets.keys()) socket.destroy();
  }

  /** It does not keep the process running until it is taken. */
  #keep(target: DialTarget, socket: Socket): void {
    const key = keyOf(target);
    const sockets = this.#ready.get(key) ?? new Map<Socket, () => void>();
    const expiry = setTimeout(() => socket.destroy(), this.#unusedMs).unref();
    const leave = (): void => {
      clearTimeout(expiry);
      socket.removeListener('close', leave);
      sockets.delete(socket);
      if (sockets.size === 0) this.#ready.delete(key);
    };
    this.#ready.set(key, sockets.set(socket, leave));
    // Whoever takes it listens, too.
    socket.on('error', () => {}).once('close', leave);
    socket.unref();
  }
}

function keyOf({ hostname, port }: DialTarget): string {
  return `${hostname} ${port}`;
}
