import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { DialTarget } from './dial-target.ts';
import type { Intake } from './intake.ts';
import type { HttpProxy } from './proxy-variables.ts';
import type { TlsSettings } from './trust.ts';

/** How far a connection had come when it failed. */
export interface DialStage {
  /** `proxy` once there was a connection to the proxy, `tls` once there was one to the host. */
  readonly stage: 'tcp' | 'proxy' | 'tls';
  readonly timedOut: boolean;
  /** The proxy on the way. */
  readonly proxy: HttpProxy | undefined;
}

type DialCallback = (error: Error | null, socket: Socket | null) => void;

/**
 * Opens connections for both engines, so that deadlines, trust, proxies and errors are the same for both. One for
 * each connection profile.
 */
export interface Dialer {
  /**
   * A socket that is being connected, or undefined when it comes by `callback`, connected, because it needs a tunnel
   * first. An error before there is a connection has a stage (see `dialStageOf`).
   *
   * @param intake what arrives comes through it, where nothing is encrypted
   */
  dial(target: DialTarget, callback: DialCallback, intake?: Intake): Socket | undefined;
  /** Give up the connections that are still being made. */
  close(): void;
}

export interface DialerOptions {
  /** For name resolution, TCP and TLS together. */
  readonly timeoutMs: number;
  /** Absent: plain TCP. */
  readonly tls: TlsSettings | undefined;
  readonly proxyFor: (target: DialTarget) => HttpProxy | undefined;
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

export function createDialer({ timeoutMs, tls, proxyFor }: DialerOptions): Dialer {
  const underway = new Set<Socket>();

  function dial(target: DialTarget, callback: DialCallback, intake?: Intake): Socket | undefined {
    const proxy = proxyFor(target);
    if (proxy === undefined || tls === undefined) return direct(proxy ?? target, tls, proxy, intake);
    tunnelled(target, tls, proxy).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
    return undefined;
  }

  function direct(
    target: DialTarget,
    secured: TlsSettings | undefined,
    proxy: HttpProxy | undefined,
    intake?: Intake,
  ): Socket {
    const socket =
      secured === undefined
        ? connectTcp({ host: target.hostname, port: target.port, onread: intake?.onread })
        : secured.connect({ ...tlsOptions(secured, target), port: target.port });
    if (secured === undefined) intake?.attach(socket);
    socket.setNoDelay(true).setKeepAlive(true, 60_000);
    let stage: DialStage['stage'] = 'tcp';
    const settle = guard(socket, () => ({ stage, proxy }), timeoutMs);
    socket.once('connect', () => {
      stage = 'tls';
    });
    connections.set(
      socket,
      new Promise((resolve) => {
        socket.once(secured === undefined ? 'connect' : 'secureConnect', () => {
          settle();
          resolve();
        });
      }),
    );
    return socket;
  }

  async function tunnelled(target: DialTarget, secured: TlsSettings, proxy: HttpProxy): Promise<Socket> {
    const started = performance.now();
    const plain = direct(proxy, undefined, proxy);
    await new Promise((resolve, reject) => {
      plain.once('error', reject);
      void connected(plain).then(resolve);
    });
    const left = Math.max(1, timeoutMs - (performance.now() - started));
    const settlePlain = guard(plain, () => ({ stage: 'proxy', proxy }), left);
    const { openTunnel } = await import('./tunnel.ts');
    await openTunnel(plain, target, proxy).catch((error: Error) => {
      if (!stages.has(error)) stages.set(error, { stage: 'proxy', timedOut: false, proxy });
      plain.destroy();
      throw error;
    });
    settlePlain();
    const socket = secured.connect({ ...tlsOptions(secured, target), socket: plain.on('error', () => {}) });
    const settle = guard(socket, () => ({ stage: 'tls', proxy }), left);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject).once('secureConnect', resolve);
    });
    settle();
    return socket;
  }

  /** Mark the errors of a socket as those of a connection that is not there yet, and end it after `ms`. */
  function guard(socket: Socket, at: () => Omit<DialStage, 'timedOut'>, ms: number): () => void {
    const failed = (error: Error): void => {
      if (!stages.has(error)) stages.set(error, { ...at(), timedOut: false });
    };
    let isSettled = false;
    const expire = (): void => {
      if (isSettled) return;
      const late = new Error('the connect deadline passed');
      stages.set(late, { ...at(), timedOut: true });
      socket.destroy(late);
    };
    // Not at once, as in idle-watch.ts: the process may have been stopped while the connection came about.
    const timer = setTimeout(() => setImmediate(expire), ms).unref();
    const settle = (): void => {
      isSettled = true;
      clearTimeout(timer);
      underway.delete(socket);
      socket.removeListener('error', failed);
    };
    underway.add(socket);
    // Not taken away by an error: others may still have to hear of it.
    socket.on('error', failed).once('close', () => {
      clearTimeout(timer);
      underway.delete(socket);
    });
    return settle;
  }

  return {
    dial,
    close() {
      for (const socket of underway) socket.destroy();
    },
  };
}

function tlsOptions({ options }: TlsSettings, { hostname }: DialTarget) {
  // RFC 6066 section 3: an address is not a server name.
  return { ...options, host: hostname, ...(isIP(hostname) === 0 ? { servername: hostname } : {}) };
}
