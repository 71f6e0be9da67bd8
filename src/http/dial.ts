import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { TlsSettings } from './trust.ts';

export interface DialTarget {
  readonly hostname: string;
  readonly port: number;
}

/** How far a connection had come when it failed; `tls` once TCP was there. */
export interface DialStage {
  readonly stage: 'tcp' | 'tls';
  readonly timedOut: boolean;
}

/**
 * Opens connections for both engines, so that deadlines, trust and errors are the same for both. One for each
 * connection profile.
 */
export interface Dialer {
  /** A socket that is being connected; an error that it emits before it is has a stage (see `dialStageOf`). */
  dial(target: DialTarget): Socket;
  /** Give up the connections that are still being made. */
  close(): void;
}

const stages = new WeakMap<Error, DialStage>();
const connections = new WeakMap<Socket, Promise<void>>();

/** Undefined for an error of a connection that had been made: something may have been sent. */
export function dialStageOf(error: unknown): DialStage | undefined {
  return error instanceof Error ? stages.get(error) : undefined;
}

/** Fulfilled when a socket can be written to, at once for one that no dialer made; never when it fails. */
export function connected(socket: Socket): Promise<void> {
  return connections.get(socket) ?? Promise.resolve();
}

/**
 * @param timeoutMs for name resolution, TCP and TLS together
 * @param tls absent: plain TCP
 */
export function createDialer(timeoutMs: number, tls?: TlsSettings): Dialer {
  const underway = new Set<Socket>();

  function dial({ hostname, port }: DialTarget): Socket {
    const socket =
      tls === undefined
        ? connectTcp({ host: hostname, port })
        : tls.connect({
            host: hostname,
            port,
            // RFC 6066 section 3: an address is not a server name.
            ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
            ...tls.options,
          });
    socket.setNoDelay(true).setKeepAlive(true, 60_000);
    let stage: DialStage['stage'] = 'tcp';
    const failed = (error: Error): void => void stages.set(error, { stage, timedOut: false });
    const timer = setTimeout(() => {
      const late = new Error('the connect deadline passed');
      stages.set(late, { stage, timedOut: true });
      socket.removeListener('error', failed).destroy(late);
    }, timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      underway.delete(socket);
    };
    underway.add(socket);
    socket.on('error', failed).once('close', settle);
    socket.once('connect', () => {
      stage = 'tls';
    });
    connections.set(
      socket,
      new Promise((resolve) => {
        socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
          settle();
          socket.removeListener('error', failed);
          resolve();
        });
      }),
    );
    return socket;
  }

  return {
    dial,
    close() {
      for (const socket of underway) socket.destroy();
    },
  };
}
