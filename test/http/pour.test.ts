import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOneShot } from '../../src/http/one-shot.ts';
import { pourInto, type ResponseBody, type Taker } from '../../src/ports/http.ts';
import { type Handler, startServer, type TestServer } from '../support/server.ts';
import { ENGINES, failure, type Harness, harness, signal } from './support.ts';

const PIECE = 64 * 1024;
const LARGE = 128 * PIECE;
/** What sockets and engines on both sides may hold of a stream, generously. */
const IN_FLIGHT = 24 * 1024 * 1024;

/** Each piece is of its own number. */
async function send(response: ServerResponse, bytes: number): Promise<void> {
  for (let at = 0; at < bytes && !response.destroyed; at += PIECE) {
    const piece = Buffer.alloc(Math.min(PIECE, bytes - at), (at / PIECE) % 251);
    if (!response.write(piece)) await goneOn(response);
  }
}

/** That it takes more, or is closed. */
function goneOn(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.removeListener('drain', done).removeListener('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** Answers with so many bytes, or with the first of them and nothing more. */
function giving(length: number, first = length): Handler {
  return async (_request, response) => {
    response.writeHead(200, { 'Content-Length': String(length) });
    await send(response, first);
    if (first === length) response.end();
  };
}

describe.each(ENGINES)('a body that is poured, by %s', (_name, make) => {
  let sender: Harness;
  let server: TestServer;

  async function bodyFrom(handler: Handler): Promise<ResponseBody> {
    server = await startServer(handler, { unread: true });
    return (await sender.call(server.origin)).body;
  }

  beforeEach(async () => {
    sender = harness(await make());
  });

  afterEach(async () => {
    await sender.close();
    await server?.close();
  });

  /** Counts what comes, and what of it is not what was sent. */
  function checking() {
    const seen = { at: 0, wrong: 0 };
    const check = (piece: Uint8Array): void => {
      for (const byte of piece) {
        if (byte !== Math.floor(seen.at / PIECE) % 251) seen.wrong += 1;
        seen.at += 1;
      }
    };
    return { seen, check };
  }

  it.each([
    ['a small one', 3],
    ['a large one', LARGE],
    ['one that ends within a piece', LARGE + 12_345],
  ])('comes whole and in order: %s', async (_what, length) => {
    const { seen, check } = checking();
    const body = await bodyFrom(giving(length));
    await pourInto((piece) => void check(piece), body);
    expect(seen).toEqual({ at: length, wrong: 0 });
    expect(sender.events.at(-1)).toMatchObject({ type: 'end', received: length, error: undefined });
  });

  it('comes whole also when it was left waiting', async () => {
    const { seen, check } = checking();
    const body = await bodyFrom(giving(LARGE));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await pourInto((piece) => void check(piece), body);
    expect(seen).toEqual({ at: LARGE, wrong: 0 });
  });

  it('leaves a piece alone until it has been taken, whatever else arrives meanwhile', async () => {
    const { seen, check } = checking();
    const body = await bodyFrom(giving(LARGE));
    const other = (await sender.call(server.origin)).body;
    await Promise.all([
      pourInto(async (piece) => {
        await new Promise((resolve) => setImmediate(resolve));
        check(piece);
      }, body),
      pourInto(() => undefined, other),
    ]);
    expect(seen).toEqual({ at: LARGE, wrong: 0 });
  });

  it('is read no faster than it is taken', async () => {
    let written = 0;
    const full = signal();
    const body = await bodyFrom(async (_request, response) => {
      response.writeHead(200, { 'Content-Length': String(8 * IN_FLIGHT) });
      for (; !response.destroyed; written += PIECE) {
        if (response.write(Buffer.alloc(PIECE))) continue;
        const stalled = setTimeout(full.fire, 500);
        await goneOn(response);
        clearTimeout(stalled);
      }
    });
    const poured = pourInto(() => full.fired, body);
    await full.fired;
    expect(written).toBeLessThan(IN_FLIGHT);
    body.discard();
    await poured;
  });

  it('may be taken in any time', async () => {
    const patient = harness(await make(), { idleTimeoutMs: 400 });
    server = await startServer(giving(LARGE));
    const { body } = await patient.call(server.origin);
    let size = 0;
    await pourInto((piece) => {
      const pause = size === 0 ? 1_000 : 0;
      size += piece.byteLength;
      return pause === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, pause));
    }, body);
    expect(size).toBe(LARGE);
    await patient.close();
  });

  it('fails when the connection ends before it does', async () => {
    const body = await bodyFrom(async (_request, response) => {
      response.writeHead(200, { 'Content-Length': String(2 * LARGE) });
      await send(response, LARGE);
      response.end().socket?.end();
    });
    let size = 0;
    const error = await failure(
      pourInto((piece) => {
        size += piece.byteLength;
        return undefined;
      }, body),
    );
    expect(error).toMatchObject({ reason: 'reset' });
    expect(String(error)).toContain(`broke after ${size} bytes of the answer`);
  });

  it('fails when no more of it comes', async () => {
    const impatient = harness(await make(), { idleTimeoutMs: 400 });
    server = await startServer(giving(LARGE, LARGE / 2));
    const { body } = await impatient.call(server.origin);
    const error = await failure(pourInto(() => undefined, body));
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(String(error)).toContain(`sent no more of its answer after ${LARGE / 2} bytes`);
    await impatient.close();
  });

  it('fails when the request is cancelled', async () => {
    const cancel = new AbortController();
    server = await startServer(giving(LARGE, LARGE / 2));
    const { body } = await sender.call(server.origin, { signal: cancel.signal });
    const poured = failure(
      pourInto(() => {
        cancel.abort();
        return undefined;
      }, body),
    );
    expect(await poured).toMatchObject({ reason: 'aborted' });
  });

  const broken = new Error('the disk is full');
  it.each<[string, Taker]>([
    [
      'at once',
      () => {
        throw broken;
      },
    ],
    ['later', () => Promise.reject(broken)],
  ])('ends, and its connection with it, when what takes it fails %s', async (_when, take) => {
    const over = signal();
    const body = await bodyFrom((request, response, recorded) => {
      request.socket.on('close', () => over.fire());
      return giving(16 * LARGE)(request, response, recorded);
    });
    expect(await failure(pourInto(take, body))).toBe(broken);
    await over.fired;
    expect(sender.events.at(-1)).toMatchObject({ type: 'end', status: 200, error: undefined });
  });

  it('can be had only once', async () => {
    const body = await bodyFrom(giving(LARGE));
    await pourInto(() => undefined, body);
    expect(await failure(pourInto(() => undefined, body))).toBeInstanceOf(Error);
  });
});

describe('what node:http reads at once', () => {
  let sender: Harness;
  let server: TestServer;

  beforeEach(async () => {
    sender = harness(createOneShot());
    server = await startServer((request, response, recorded) =>
      giving(request.url === '/small' ? 10 : LARGE)(request, response, recorded),
    );
  });

  afterEach(async () => {
    await sender.close();
    await server.close();
  });

  const large = async () => (await sender.call(`${server.origin}/large`)).body;

  it('is the same memory for all of a large body, and costs no connection for a small one', async () => {
    const memories = new Set<ArrayBufferLike>();
    const take: Taker = (piece) => void memories.add(piece.buffer);
    for (let i = 0; i < 3; i += 1) await pourInto(take, (await sender.call(`${server.origin}/small`)).body);
    expect(server.connections()).toBe(1);
    memories.clear();
    await pourInto(take, await large());
    // What came with the head, the first piece after it, and all others.
    expect(memories.size).toBeLessThanOrEqual(4);
  });

  it('is less for each of many connections, as long as there are so many', async () => {
    async function largestOf(body: ResponseBody): Promise<number> {
      const sizes: number[] = [];
      for await (const piece of body) sizes.push(piece.byteLength);
      // Two may have come before the others were there, and with the second it was said how large the third may be.
      return Math.max(...sizes.slice(3));
    }
    const bodies = await Promise.all(Array.from({ length: 64 }, large));
    const [first, ...others] = bodies;
    if (first === undefined) throw new Error('no body');
    expect(await largestOf(first)).toBeLessThanOrEqual(16 * 1024);
    for (const body of others) body.discard();
    await vi.waitFor(async () => expect(await largestOf(await large())).toBeGreaterThan(16 * 1024), 15_000);
  });
});
