import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransportError, UsageError } from '../../src/errors.ts';
import type { BodySink } from '../../src/ports/http.ts';
import { type Handler, startServer, status, type TestServer, type TestServerOptions } from '../support/server.ts';
import { bytesOf, ENGINES, failure, type Harness, harness, signal, streamOf } from './support.ts';

const PIECE = Buffer.alloc(64 * 1024, 'x');
/** What sockets and engines on both sides may hold of a stream, generously. */
const IN_FLIGHT = 24 * 1024 * 1024;

describe.each(ENGINES)('streams, by %s', (_name, make) => {
  let sender: Harness;
  let server: TestServer;

  async function serve(handler: Handler, options: TestServerOptions = {}): Promise<string> {
    server = await startServer(handler, { unread: true, ...options });
    return server.origin;
  }

  beforeEach(async () => {
    sender = harness(await make());
  });

  afterEach(async () => {
    await sender.close();
    await server?.close();
  });

  /** A source without end, which knows what was taken from it and whether it was closed. */
  function endless() {
    const closed = signal();
    const state = { taken: 0, closed: closed.fired };
    async function* generate(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          state.taken += PIECE.length;
          yield await Promise.resolve(PIECE);
        }
      } finally {
        closed.fire();
      }
    }
    return { state, body: generate() };
  }

  async function sizeOf(request: IncomingMessage): Promise<number> {
    let size = 0;
    for await (const chunk of request) size += (chunk as Buffer).length;
    return size;
  }

  it('takes no more from a source than a server reads that does not read', async () => {
    const impatient = harness(await make(), { idleTimeoutMs: 500 });
    const origin = await serve(() => {});
    const { state, body } = endless();
    const error = await failure(impatient.call(origin, { method: 'PUT', body }));
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(state.taken).toBeLessThan(IN_FLIGHT);
    await state.closed;
    await impatient.close();
  });

  it('takes no more from a server than is read', async () => {
    let written = 0;
    const full = signal();
    const origin = await serve((_request, response) => {
      const write = (): void => {
        for (;;) {
          written += PIECE.length;
          if (written > 4 * IN_FLIGHT || !response.write(PIECE)) break;
        }
        const stalled = setTimeout(full.fire, 500);
        response.once('drain', () => {
          clearTimeout(stalled);
          write();
        });
      };
      write();
    });
    const { body } = await sender.call(origin);
    const reader = body[Symbol.asyncIterator]();
    await reader.next();
    await full.fired;
    expect(written).toBeLessThan(IN_FLIGHT);
    body.discard();
  });

  it('passes a large body through both ways, byte for byte', async () => {
    const size = 256 * PIECE.length;
    const origin = await serve(async (request, response) => {
      response.writeHead(200, { 'X-Early': 'yes' });
      for await (const chunk of request)
        if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
      response.end();
    });
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 256; i += 1) yield await Promise.resolve(Buffer.alloc(PIECE.length, i));
    }
    const answer = await sender.call(origin, {
      method: 'PUT',
      body: source(),
      headers: [['Content-Length', String(size)]],
    });
    let at = 0;
    let wrong = 0;
    for await (const chunk of answer.body) {
      for (const byte of chunk) {
        if (byte !== (at >> 16) % 256) wrong += 1;
        at += 1;
      }
    }
    expect({ at, wrong }).toEqual({ at: size, wrong: 0 });
    expect(sender.events.at(-1)).toMatchObject({ type: 'end', sent: size, received: size });
  });

  it('gives an early refusal and stops the upload when the server closes the connection', async () => {
    const origin = await serve((request, response) => {
      request.once('data', () => {
        response.writeHead(413, { 'Content-Length': '9', Connection: 'close' });
        response.end('too large', () => request.socket.end());
      });
    });
    const { state, body } = endless();
    const answer = await sender.call(origin, { method: 'PUT', body });
    expect(answer.status).toBe(413);
    await state.closed;
    expect((await bytesOf(answer.body)).toString()).toBe('too large');
  });

  describe('to a server that answers at once and reads on for ever', () => {
    let reader: Server;
    let received: Buffer;
    let ended: Promise<void>;

    async function refusing(answer: string): Promise<string> {
      const over = signal();
      ended = over.fired;
      received = Buffer.alloc(0);
      reader = createServer((socket) => {
        socket.once('data', () => socket.write(answer));
        socket.on('data', (chunk) => {
          received = Buffer.concat([received, chunk]).subarray(-16);
        });
        socket.on('error', () => {}).on('close', () => over.fire());
      });
      await once(reader.listen(0, '127.0.0.1'), 'listening');
      return `http://127.0.0.1:${(reader.address() as AddressInfo).port}`;
    }

    afterEach(() => reader.close());

    it('stops the upload when it is refused, and gives the refusal', async () => {
      const origin = await refusing('HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large');
      const { state, body } = endless();
      const answer = await sender.call(origin, { method: 'PUT', body });
      await state.closed;
      const { taken } = state;
      expect((await bytesOf(answer.body)).toString()).toBe('too large');
      expect(state.taken).toBe(taken);
      await ended;
    });

    it('does not make the stopped upload look complete', async () => {
      const origin = await refusing('HTTP/1.1 401 Unauthorized\r\nContent-Length: 20\r\n\r\nno');
      const { body } = endless();
      const answer = await sender.call(origin, { method: 'POST', body });
      // Long enough for everything that was taken to go out, and for an end behind it.
      await new Promise((resolve) => setTimeout(resolve, 300));
      answer.body.discard();
      await ended;
      expect(received.length).toBeGreaterThan(0);
      expect(received.toString()).not.toContain('0\r\n\r\n');
    });

    it('goes on with the upload when it is not refused', async () => {
      const origin = await refusing('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n \r\n');
      const { state, body } = endless();
      const answer = await sender.call(origin, { method: 'PUT', body });
      const { taken } = state;
      await vi.waitFor(() => expect(state.taken).toBeGreaterThan(taken + 100 * PIECE.length), 15_000);
      answer.body.discard();
      await state.closed;
    });
  });

  it('gives the error of a source to the caller, and leaves nothing half sent as complete', async () => {
    const ended = signal<boolean>();
    const origin = await serve((request) => {
      request.on('close', () => ended.fire(request.complete)).on('error', () => {});
      request.resume();
    });
    const broken = new Error('the disk is gone');
    async function* source(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(PIECE);
      throw broken;
    }
    expect(await failure(sender.call(origin, { method: 'PUT', body: source() }))).toBe(broken);
    expect(await ended.fired).toBe(false);
    expect(sender.events.at(-1)).toMatchObject({ type: 'end', error: broken });
  });

  it.each([
    ['longer', 'abcdef'],
    ['shorter', 'ab'],
  ])('refuses a stream that is %s than its Content-Length', async (word, text) => {
    const origin = await serve((request) => void request.on('error', () => {}).resume());
    const error = await failure(
      sender.call(origin, { method: 'PUT', body: streamOf(text), headers: [['Content-Length', '4']] }),
    );
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(`${word} than its Content-Length, 4 bytes`);
  });

  it('takes nothing from a stream before there is a connection', async () => {
    const origin = await serve(() => {});
    await server.close();
    const { state, body } = endless();
    expect(await failure(sender.call(origin, { method: 'PUT', body }))).toMatchObject({ reason: 'connect' });
    expect(state.taken).toBe(0);
  });

  it('waits as long as its source does', async () => {
    const patient = harness(await make(), { idleTimeoutMs: 400 });
    const origin = await serve(async (request, response) => {
      response.end(String(await sizeOf(request)));
    });
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      yield Buffer.from('b');
    }
    const answer = await patient.call(origin, { method: 'PUT', body: slow() });
    expect((await bytesOf(answer.body)).toString()).toBe('2');
    await patient.close();
  });

  it('lets its reader take any time', async () => {
    const patient = harness(await make(), { idleTimeoutMs: 400 });
    const origin = await serve((_request, response) => void response.end(Buffer.alloc(4 * PIECE.length)));
    const { body } = await patient.call(origin);
    let size = 0;
    for await (const chunk of body) {
      if (size === 0) await new Promise((resolve) => setTimeout(resolve, 1_000));
      size += chunk.byteLength;
    }
    expect(size).toBe(4 * PIECE.length);
    await patient.close();
  });

  describe('an answer that is not read to its end', () => {
    it('keeps the connection when little is left', async () => {
      const origin = await serve((_request, response) => void response.end(Buffer.alloc(1_000)));
      for (let i = 0; i < 6; i += 1) {
        const drained = signal();
        (await sender.call(origin)).body.discard();
        setTimeout(drained.fire, 100);
        await drained.fired;
      }
      expect(server.connections()).toBeLessThanOrEqual(2);
    });

    it.each([
      ['discarded', 'discard'],
      ['left', 'break'],
    ])('closes the connection when much is left and it is %s', async (_what, how) => {
      const closed = signal();
      const origin = await serve((request, response) => {
        request.socket.on('close', () => closed.fire());
        response.writeHead(200, { 'Content-Length': String(1_000 * PIECE.length) }).write(PIECE);
      });
      const { body } = await sender.call(origin);
      if (how === 'discard') body.discard();
      else for await (const _chunk of body) break;
      await closed.fired;
      expect(sender.events.at(-1)).toMatchObject({ type: 'end', status: 200, error: undefined });
    });

    it('closes the connection when the rest does not come', async () => {
      const closed = signal();
      const origin = await serve((request, response) => {
        request.socket.on('close', () => closed.fire());
        response.write('a beginning');
      });
      (await sender.call(origin)).body.discard();
      await closed.fired;
    });

    it('gives nothing more after it was discarded', async () => {
      const origin = await serve((_request, response) => void response.end('body'));
      const { body } = await sender.call(origin);
      body.discard();
      expect(await bytesOf(body)).toHaveLength(0);
    });
  });

  it('never takes a body for complete that was cut before anybody read it', async () => {
    const origin = await serve((request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('a beginning', () => request.socket.destroy());
    });
    const { body } = await sender.call(origin);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await failure(bytesOf(body))).toMatchObject({ reason: 'reset' });
  });

  it('gives a whole body also when the connection ends before anybody reads it', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': '5', Connection: 'close' }).end('whole');
    });
    const { body } = await sender.call(origin);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await bytesOf(body)).toString()).toBe('whole');
  });

  describe('an answer that flows', () => {
    /** What a sink was given, and how it ended. */
    function sink(wants: (bytes: number) => boolean = () => true) {
      const { fired: over, fire } = signal<Error | 'end'>();
      const state = { text: '', bytes: 0, ends: 0 };
      const ended = (how: Error | 'end') => {
        state.ends += 1;
        fire(how);
      };
      const into: BodySink = {
        data(chunk) {
          state.bytes += chunk.byteLength;
          if (state.bytes < 1000) state.text += Buffer.from(chunk).toString();
          return wants(state.bytes);
        },
        end: () => ended('end'),
        failed: ended,
      };
      return { into, state, over };
    }

    it('gives all of it and ends, also what came before', async () => {
      const written = signal();
      const origin = await serve((_request, response) => {
        response.write('be');
        response.write('fore ', () => written.fire());
        setTimeout(() => response.end('and after'), 20);
      });
      const { body } = await sender.call(origin);
      await written.fired;
      const { into, state, over } = sink();
      body.flow?.(into);
      expect(await over).toBe('end');
      expect(state).toEqual({ text: 'before and after', bytes: 16, ends: 1 });
      expect(sender.events.at(-1)).toMatchObject({ type: 'end', received: 16, error: undefined });
    });

    it('ends at once where there is no body', async () => {
      const origin = await serve(status(204));
      const { into, over } = sink();
      (await sender.call(origin)).body.flow?.(into);
      expect(await over).toBe('end');
    });

    it('waits while its sink wants no more', async () => {
      let written = 0;
      const full = signal();
      const all = 4 * IN_FLIGHT;
      const origin = await serve((_request, response) => {
        const write = (): void => {
          while (written < all) {
            written += PIECE.length;
            if (!response.write(PIECE)) break;
          }
          if (written >= all) return void response.end();
          const stalled = setTimeout(full.fire, 500);
          response.once('drain', () => {
            clearTimeout(stalled);
            write();
          });
        };
        write();
      });
      let isOpen = false;
      const { into, state, over } = sink(() => isOpen);
      const goOn = (await sender.call(origin)).body.flow?.(into);
      await full.fired;
      expect(written).toBeLessThan(IN_FLIGHT);
      isOpen = true;
      goOn?.();
      expect(await over).toBe('end');
      expect(state.bytes).toBe(all);
    });

    it('says that it was cut', async () => {
      const origin = await serve((_request, response) => {
        response.writeHead(200, { 'Content-Length': '10' }).write('half', () => response.destroy());
      });
      const { into, state, over } = sink();
      (await sender.call(origin)).body.flow?.(into);
      expect(await over).toBeInstanceOf(TransportError);
      expect(state).toMatchObject({ text: 'half', ends: 1 });
    });

    it('says so also when it was cut before', async () => {
      const origin = await serve((_request, response) => {
        response.writeHead(200, { 'Content-Length': '10' }).write('half', () => response.destroy());
      });
      const { body } = await sender.call(origin);
      // Long enough to be sure that the connection is gone.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { into, over } = sink();
      body.flow?.(into);
      expect(await over).toBeInstanceOf(TransportError);
    });

    it('gives up a service that says no more', async () => {
      const impatient = harness(await make(), { idleTimeoutMs: 100 });
      const origin = await serve((_request, response) => void response.writeHead(200).write('a'));
      const { into, state, over } = sink();
      (await impatient.call(origin)).body.flow?.(into);
      expect(await over).toMatchObject({ reason: 'timeout' });
      expect(state.text).toBe('a');
      await impatient.close();
    });

    it('gives nothing more after it was discarded, and closes the connection', async () => {
      const closed = signal();
      const origin = await serve((request, response) => {
        request.socket.once('close', () => closed.fire());
        const write = (): void => {
          while (!response.destroyed && response.write(PIECE));
          response.once('drain', write);
        };
        write();
      });
      const { body } = await sender.call(origin);
      const { into, state } = sink(() => {
        body.discard();
        return true;
      });
      body.flow?.(into);
      await closed.fired;
      expect(state.ends).toBe(0);
      expect(state.bytes).toBeLessThanOrEqual(IN_FLIGHT);
    });

    it('is given out only once', async () => {
      const { body } = await sender.call(await serve(status(200)));
      body.flow?.(sink().into);
      expect(() => body.flow?.(sink().into)).toThrow('only once');
      expect(() => body[Symbol.asyncIterator]()).toThrow('only once');
    });
  });

  it('gives a body out only once', async () => {
    const origin = await serve((_request, response) => void response.end('body'));
    const { body } = await sender.call(origin);
    await bytesOf(body);
    expect(await failure(bytesOf(body))).toBeInstanceOf(Error);
  });

  it.each([
    ['a body with a length', { 'Content-Length': '1000000' }],
    ['a body in chunks', {}],
    ['a body in chunks on a connection that ends with it', { Connection: 'close' }],
    ['a body with a length on a connection that ends with it', { 'Content-Length': '1000000', Connection: 'close' }],
  ])('never takes %s that was cut for complete', async (_what, headers) => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, headers);
      response.write('a beginning', () => response.socket?.end());
    });
    const { body } = await sender.call(`${origin}/path?secret=1`);
    const seen: string[] = [];
    const error = await failure(
      (async () => {
        for await (const chunk of body) seen.push(Buffer.from(chunk).toString());
      })(),
    );
    expect(seen.join('')).toBe('a beginning');
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({
      reason: 'reset',
      provider: 'sp-a',
      url: `${origin}/path`,
      message: `the connection to 127.0.0.1:${server.port} broke after 11 bytes of the answer`,
    });
    expect(sender.events.at(-1)).toMatchObject({ type: 'end', received: 11, error });
  });
});

describe.each(ENGINES)('a stream that nobody took, by %s', (_name, make) => {
  it('is sent once somebody listens', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const before = await startServer(status(200));
    await before.close();
    const listening = signal<TestServer>();
    const sender = harness(await make(), {
      retries: 4,
      observe: ({ type, attempt }) => {
        if (type === 'retry' && attempt === 1)
          void startServer(status(200), { port: before.port }).then(listening.fire);
      },
    });
    const answer = await sender.call(before.origin, { method: 'PUT', body: streamOf('a', 'b') });
    const server = await listening.fired;
    expect(answer.status).toBe(200);
    expect(server.requests.map(({ body }) => body.toString())).toEqual(['ab']);
    await sender.close();
    await server.close();
  });
});
