import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Reach } from '../ports/http.ts';
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
  /** What hosts are asked of before they are connected to. Absent: nothing. */
  readonly reach?: (() => Reach) | undefined;
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

export function createDialer({ timeoutMs, tls, proxyFor, reach }: DialerOptions): Dialer {
  const underway = new Set<Socket>();

  function dial(target: DialTarget, callback: DialCallback, intake?: Intake): Socket | undefined {
    const proxy = proxyFor(target);
    const isDirect = proxy === undefined || tls === undefined;
    if (isDirect && reach === undefined) return direct(proxy ?? target, tls, proxy, intake);
    const socket = reach === undefined ? undefined : withinReach(reach(), target, proxy, intake);
    (socket ?? tunnelled(target, tls as TlsSettings, proxy as HttpProxy)).then(
      (made) => callback(null, made),
      (error: Error) => callback(error, null),
    );
    return undefined;
  }

  /** A connection to one of the addresses that may be reached; where a proxy looks the host up, that has none to ask of. */
  async function withinReach(
    allowed: Reach,
    target: DialTarget,
    proxy: HttpProxy | undefined,
    intake?: Intake,
  ): Promise<Socket> {
    const { lookupWithin } = await import('./reached.ts');
    if (proxy !== undefined) {
      await allowed.within(target.hostname, isIP(target.hostname) === 0 ? [] : [target.hostname]);
      if (tls !== undefined) return tunnelled(target, tls, proxy);
    }
    const lookup = proxy === undefined ? await lookupWithin(allowed, target.hostname) : undefined;
    const socket = direct(proxy ?? target, tls, proxy, intake, lookup);
    await new Promise((resolve, reject) => {
      socket.once('error', reject);
      connected(socket).then(() => resolve(socket.removeListener('error', reject)));
    });
    return socket;
  }

  function direct(
    target: DialTarget,
    secured: TlsSettings | undefined,
    proxy: HttpProxy | undefined,
    intake?: Intake,
    lookup?: LookupFunction,
  ): Socket {
    const where = { port: target.port, ...(lookup !== undefined && { lookup }) };
    const socket =
      secured === undefined
        ? connectTcp({ ...where, host: target.hostname, onread: intake?.onread })
        : secured.connect({ ...tlsOptions(secured, target), ...where });
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
