import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Dispatcher, Agent as UndiciAgent } from 'undici';
import { connected, type Dialer } from './dial.ts';
import { PoolAnswer } from './pool-answer.ts';
import type { Engine, WireRequest, WireResponse } from './wire.ts';

type MakeDispatcher = (options: UndiciAgent.Options) => Dispatcher;

/** The engine on undici, for processes that live long enough (see sender.ts). */
export async function loadPool(): Promise<Engine> {
  // Bundled, a CommonJS package that is loaded late has its default export only.
  const { default: undici } = await import('undici');
  return createPool((options) => new undici.Agent(options));
}

/** @param make one dispatcher for each connection profile; tests give undici's MockAgent */
export function createPool(make: MakeDispatcher): Engine {
  const dispatchers = new Map<Dialer, Dispatcher>();

  function dispatcherFor(dialer: Dialer): Dispatcher {
    const known = dispatchers.get(dialer);
    if (known !== undefined) return known;
    const dispatcher = make({
      connect: ({ hostname, port, protocol }, callback) => {
        const target = { hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
        const done = (error: Error | null, made: Socket | null): void => {
          if (made === null) callback(error ?? new Error('no connection'), null);
          else callback(null, made);
        };
        const socket = dialer.dial(target, done);
        if (socket === undefined) return;
        const failed = (error: Error): void => done(error, null);
        socket.once('error', failed);
        void connected(socket).then(() => {
          socket.removeListener('error', failed);
          done(null, socket);
        });
      },
      // The deadlines are kept by idle-watch.ts and dial.ts, for both engines alike.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    dispatchers.set(dialer, dispatcher);
    return dispatcher;
  }

  /** Handed to the dispatcher itself: undici's `request` makes a stream and an abort listener of each answer. */
  function exchange(wire: WireRequest): Promise<WireResponse> {
    const { to } = wire;
    const headers = ['Host', to.host];
    for (const [name, value] of to.headers) headers.push(name, value);
    if (wire.length !== undefined) headers.push('Content-Length', String(wire.length));
    const options: Dispatcher.DispatchOptions = {
      origin: to.origin,
      path: to.path,
      method: to.method as Dispatcher.HttpMethod,
      headers,
      // undici takes any async iterable, which its types do not say.
      body: (wire.body ?? null) as Readable | null,
      // undici closes the connection after a HEAD unless it is told that it may stay.
      reset: false,
    };
    return new Promise((resolve, reject) => {
      dispatcherFor(wire.dialer).dispatch(options, new PoolAnswer(wire.stop, resolve, reject));
    });
  }

  return {
    exchange,
    close() {
      // The sockets are destroyed at once; that undici has seen them all close is of no interest.
      for (const dispatcher of dispatchers.values()) dispatcher.destroy().catch(() => {});
      dispatchers.clear();
      return Promise.resolve();
    },
  };
}
