import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { TlsSettings } from './trust.ts';

export interface DialTarget {
  readonly hostname: string;
  readonly port: number;
}

/** No connection came about, so nothing was sent. */
export class DialFailure extends Error {
  override readonly name = 'DialFailure';
  /** `tls` once TCP had been connected. */
  readonly stage: 'tcp' | 'tls';
  readonly timedOut: boolean;

  constructor(stage: 'tcp' | 'tls', cause: unknown, timedOut = false) {
    super('no connection', { cause });
    this.stage = stage;
    this.timedOut = timedOut;
  }
}

export type DialCallback = (failure: DialFailure | null, socket: Socket | null) => void;

/**
 * Opens connections for both engines, so that deadlines, trust and errors are the same for both. One for each
 * connection profile.
 */
export interface Dialer {
  dial(target: DialTarget, callback: DialCallback): void;
  /** Give up the connections that are still being made. */
  close(): void;
}

/**
 * @param timeoutMs for name resolution, TCP and TLS together
 * @param tls absent: plain TCP
 */
export function createDialer(timeoutMs: number, tls?: TlsSettings): Dialer {
  const underway = new Set<(cause: Error) => void>();

  function dial(target: DialTarget, callback: DialCallback): void {
    let stage: 'tcp' | 'tls' = 'tcp';
    let socket = connectTcp({
      host: target.hostname,
      port: target.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
    });
    const settle = (failure: DialFailure | null): void => {
      if (!underway.delete(giveUp)) return;
      clearTimeout(timer);
      if (failure !== null) socket.destroy();
      callback(failure, failure === null ? socket : null);
    };
    const giveUp = (cause: unknown): void => settle(new DialFailure(stage, cause));
    const timer = setTimeout(() => settle(new DialFailure(stage, undefined, true)), timeoutMs);
    const watch = (): Socket => socket.on('error', giveUp).on('close', () => giveUp(new Error('closed')));
    underway.add(giveUp);
    watch().once('connect', () => {
      if (tls === undefined) {
        settle(null);
        return;
      }
      stage = 'tls';
      socket = tls.connect({
        socket,
        host: target.hostname,
        // RFC 6066 section 3: an address is not a server name.
        ...(isIP(target.hostname) === 0 ? { servername: target.hostname } : {}),
        ...tls.options,
      });
      watch().once('secureConnect', () => settle(null));
    });
  }

  return {
    dial,
    close() {
      for (const giveUp of [...underway]) giveUp(new Error('closed'));
    },
  };
}
