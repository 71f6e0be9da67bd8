/**
 * A memcached server over its text protocol. The clients on npm do not do what is needed here: those that are kept up
 * choose a server at random, or by a modulus (one server more moves nearly every key), or need a newer Node.
 */
import { createConnection, type Socket } from 'node:net';
import type { CacheEntry, CacheServer } from './cache.ts';
import type { ServerPlace } from './cache-url.ts';
import { MemcachedReplies, type MemcachedReply } from './memcached-replies.ts';

const CONNECT_MS = 2000;
/** memcached takes no longer lines from everybody; a key has at most 50 characters. */
const KEYS_IN_LINE = 20;
const LINE_END = '\r\n';

/** Connects when it is first asked. */
export function memcachedServer(place: ServerPlace): CacheServer {
  return new MemcachedServer(place);
}

interface Awaited {
  readonly resolve: (reply: MemcachedReply) => void;
  readonly reject: (error: Error) => void;
}

/** A connection, and who waits for an answer on it: they come in the order of the questions. */
interface Connection {
  readonly socket: Socket;
  readonly awaited: Awaited[];
}

class MemcachedServer implements CacheServer {
  readonly #place: ServerPlace;
  #connection: Connection | undefined;

  constructor(place: ServerPlace) {
    this.#place = place;
  }

  async get(keys: readonly string[]): Promise<ReadonlyArray<Buffer | undefined>> {
    const lines: Array<readonly string[]> = [];
    for (let start = 0; start < keys.length; start += KEYS_IN_LINE) lines.push(keys.slice(start, start + KEYS_IN_LINE));
    const replies = await Promise.all(lines.map((each) => this.#ask(`get ${each.join(' ')}${LINE_END}`)));
    const found = replies.map((reply) => {
      if (reply.kind !== 'values') throw this.#unexpected(reply);
      return reply.values;
    });
    return keys.map((key, at) => found[Math.floor(at / KEYS_IN_LINE)]?.get(key));
  }

  set(entries: readonly CacheEntry[], seconds: number): Promise<readonly boolean[]> {
    return Promise.all(entries.map((entry) => this.#store('set', entry, seconds)));
  }

  add(entry: CacheEntry, seconds: number): Promise<boolean> {
    return this.#store('add', entry, seconds);
  }

  async delete(keys: readonly string[]): Promise<void> {
    const replies = await Promise.all(keys.map((key) => this.#ask(`delete ${key}${LINE_END}`)));
    for (const reply of replies) if (reply.kind !== 'word') throw this.#unexpected(reply);
  }

  disconnect(): void {
    if (this.#connection?.socket.connecting === false) this.close();
  }

  close(): void {
    this.#connection?.socket.destroy(new Error('the connection was given up'));
  }

  async #store(command: 'set' | 'add', { key, value }: CacheEntry, seconds: number): Promise<boolean> {
    const reply = await this.#ask(`${command} ${key} 0 ${seconds} ${value.length}${LINE_END}`, value);
    // The value is too large, or there is no memory for it: that is an answer, and the next may be taken.
    if (reply.kind === 'error' && reply.word === 'SERVER_ERROR') return false;
    if (reply.kind !== 'word') throw this.#unexpected(reply);
    return reply.word === 'STORED';
  }

  #ask(line: string, value?: Buffer): Promise<MemcachedReply> {
    return new Promise((resolve, reject) => {
      this.#connection ??= this.#connect();
      const { socket, awaited } = this.#connection;
      awaited.push({ resolve, reject });
      if (socket.writableCorked === 0) {
        socket.cork();
        process.nextTick(() => socket.uncork());
      }
      socket.write(line, 'latin1');
      if (value !== undefined) {
        socket.write(value);
        socket.write(LINE_END, 'latin1');
      }
    });
  }

  #connect(): Connection {
    // An idle connection is no reason for a process to go on.
    const socket = createConnection({ ...this.#place, noDelay: true }).unref();
    const connection: Connection = { socket, awaited: [] };
    const replies = new MemcachedReplies();
    let why: Error | undefined;
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${CONNECT_MS} ms`)), CONNECT_MS);
    timer.unref();
    socket.once('connect', () => clearTimeout(timer));
    socket.on('data', (chunk) => {
      try {
        for (const reply of replies.take(chunk)) {
          const first = connection.awaited.shift();
          if (first === undefined) throw new Error('memcached answers what it was not asked');
          first.resolve(reply);
        }
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', (error) => {
      why = error;
    });
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      if (this.#connection === connection) this.#connection = undefined;
      for (const { reject } of connection.awaited.splice(0)) reject(why ?? new Error('the connection was closed'));
    });
    return connection;
  }

  /** An answer that does not fit the question: nothing that follows can be trusted to fit. */
  #unexpected(reply: MemcachedReply): Error {
    const error = new Error(
      reply.kind === 'error'
        ? `memcached says: ${reply.word} ${reply.text}`.trim()
        : 'memcached answers something else',
    );
    this.#connection?.socket.destroy(error);
    return error;
  }
}
