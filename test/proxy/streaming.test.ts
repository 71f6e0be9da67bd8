/** Bodies of any size through the proxy, both ways: home's Image is a server that does what a test tells it. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Client, readReply, startTestProxy, type TestProxy } from '../support/proxy.ts';
import { type Handler, type Recorded, startServer, type TestServer } from '../support/server.ts';

const FILE = '/image/v2/images/7a3c1c5e-2f0e-4b0d-9f6a-0d1f6d2a9b11/file';
const AT_HOME = { 'X-Fed-Provider': 'home' };
const MIB = 1024 * 1024;

let sandbox: Sandbox;
let service: TestServer;
let proxy: TestProxy;
let alice: Client;
let handler: Handler;

beforeAll(async () => {
  sandbox = await startSandbox();
  service = await startServer((...args) => handler(...args), { unread: true });
  proxy = await startTestProxy(sandbox, { env: { OS_IMAGE_ENDPOINT_OVERRIDE: service.origin } });
  alice = await proxy.as('alice');
});

afterAll(async () => {
  await proxy.stop();
  await service.close();
  await sandbox.close();
});

beforeEach(() => {
  handler = plain();
});

/** Reads the body and answers. */
function plain(status = 200, headers: Record<string, string | string[]> = {}, body = ''): Handler {
  return async (request, response, recorded) => {
    recorded.body = await bytesOf(request);
    response.writeHead(status, { 'Content-Length': `${Buffer.byteLength(body)}`, ...headers }).end(body);
  };
}

async function bytesOf(stream: AsyncIterable<Buffer> | IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function last(): Recorded {
  return service.requests.at(-1) as Recorded;
}

function received(name: string): string[] {
  return last().headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Write until it is all out or the other side has taken nothing for a while. */
async function writeAll(response: ServerResponse, chunk: Buffer, times: number): Promise<number> {
  for (let n = 0; n < times; n += 1) {
    if (response.write(chunk)) continue;
    const drained = once(response, 'drain').then(() => true);
    const stuck = new Promise<boolean>((resolve) => setTimeout(resolve, 1000, false));
    if (!(await Promise.race([drained, stuck]))) return n + 1;
  }
  return times;
}

describe('an upload', () => {
  it('of known length arrives with its length, to the byte', async () => {
    const bytes = randomBytes(3 * MIB + 1);
    await alice.ask(FILE, {
      method: 'PUT',
      body: bytes,
      headers: { ...AT_HOME, 'Content-Type': 'application/octet-stream' },
    });
    expect(received('content-length')).toEqual([`${bytes.length}`]);
    expect(last().body.equals(bytes)).toBe(true);
  });

  it('in chunks arrives in chunks, to the byte', async () => {
    const chunks = Array.from({ length: 40 }, (_, n) => randomBytes(n * 5003 + 1));
    await alice.ask(FILE, {
      method: 'PUT',
      body: (async function* () {
        for (const chunk of chunks) yield await Promise.resolve(chunk);
      })(),
      headers: { ...AT_HOME, 'Content-Type': 'application/octet-stream' },
    });
    expect(received('transfer-encoding')).toEqual(['chunked']);
    expect(received('content-length')).toEqual([]);
    expect(last().body.equals(Buffer.concat(chunks))).toBe(true);
  });

  it('is taken from the client no faster than the service takes it', async () => {
    let taken = 0;
    const go = withResolvers<void>();
    handler = async (request, response) => {
      await go.promise;
      for await (const chunk of request) taken += (chunk as Buffer).length;
      response.end();
    };
    const request = httpRequest(`${proxy.url}${FILE}`, {
      method: 'PUT',
      agent: false,
      headers: { ...AT_HOME, 'X-Auth-Token': alice.token, 'Content-Type': 'application/octet-stream' },
    });
    const answered = once(request, 'response');
    const written = await writeAll(request as unknown as ServerResponse, Buffer.alloc(MIB), 96);
    expect(written).toBeLessThan(96);
    go.resolve();
    request.end();
    const [message] = (await answered) as [IncomingMessage];
    expect((await readReply(message)).status).toBe(200);
    expect(taken).toBe(written * MIB);
  });

  it('is answered when the service answers before its end', async () => {
    handler = (_request, response) => void response.writeHead(409, { 'Content-Length': '2' }).end('no');
    const reply = await alice.ask(FILE, {
      method: 'PUT',
      body: randomBytes(200_000),
      headers: { ...AT_HOME, 'Content-Type': 'application/octet-stream' },
    });
    expect(reply).toMatchObject({ status: 409, text: 'no' });
  });

  it('that waits to be asked for is asked for', async () => {
    const request = httpRequest(`${proxy.url}${FILE}`, {
      method: 'PUT',
      agent: false,
      headers: {
        ...AT_HOME,
        'X-Auth-Token': alice.token,
        Expect: '100-continue',
        'Content-Length': '4',
        'Content-Type': 'application/octet-stream',
      },
    });
    const answered = once(request, 'response');
    request.flushHeaders();
    await once(request, 'continue');
    request.end('body');
    await answered;
    expect(last().body.toString()).toBe('body');
  });

  it('that the client breaks off is broken off at the service', async () => {
    const begun = withResolvers<IncomingMessage>();
    handler = (request) => begun.resolve(request);
    const request = httpRequest(`${proxy.url}${FILE}`, {
      method: 'PUT',
      agent: false,
      headers: { ...AT_HOME, 'X-Auth-Token': alice.token, 'Content-Type': 'application/octet-stream' },
    });
    request.on('error', () => {});
    request.write('the beginning');
    const upstream = await begun.promise;
    const closed = new Promise((resolve) => upstream.once('close', resolve).on('error', () => {}));
    upstream.resume();
    request.destroy();
    await closed;
    expect(upstream.complete).toBe(false);
  });
});

describe('a download', () => {
  it('arrives to the byte, and leaves nothing behind in the process', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.name);
    process.on('warning', warned);
    const chunk = randomBytes(MIB);
    handler = async (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      await writeAll(response, chunk, 48);
      response.end();
    };
    const message = await alice.open(FILE, { headers: AT_HOME });
    const hash = createHash('sha256');
    let size = 0;
    for await (const part of message) {
      hash.update(part as Buffer);
      size += (part as Buffer).length;
      // Slowly: the proxy has to wait for this client again and again.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(size).toBe(48 * MIB);
    const wanted = createHash('sha256');
    for (let n = 0; n < 48; n += 1) wanted.update(chunk);
    expect(hash.digest('hex')).toBe(wanted.digest('hex'));
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('is taken from the service no faster than the client takes it', async () => {
    const stuck = withResolvers<number>();
    handler = async (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      stuck.resolve(await writeAll(response, Buffer.alloc(MIB), 96));
      response.end();
    };
    const message = await alice.open(FILE, { headers: AT_HOME });
    message.pause();
    const written = await stuck.promise;
    expect(written).toBeLessThan(96);
    expect((await readReply(message)).bytes.length).toBe(written * MIB);
  });

  it.each([
    ['with a length', { 'Content-Length': '1000' }],
    ['in chunks', { 'Transfer-Encoding': 'chunked' }],
  ])('%s that the service cuts is cut for the client', async (_how, headers) => {
    handler = (request, response) => {
      response.writeHead(200, headers);
      response.write('half of it', () => request.socket.destroy());
    };
    const message = await alice.open(FILE, { headers: AT_HOME });
    await expect(readReply(message)).rejects.toThrow();
    await expect.poll(() => proxy.log.at(-1)).toMatchObject({ status: 200, bytes: 10, error: expect.any(String) });
  });

  it.each([
    ['before an answer', false],
    ['in the middle of it', true],
  ])('that the client gives up %s is given up at the service', async (_when, answered) => {
    const begun = withResolvers<ServerResponse>();
    handler = (_request, response) => {
      if (answered) response.writeHead(200).write('something');
      begun.resolve(response);
    };
    const request = httpRequest(`${proxy.url}${FILE}`, {
      agent: false,
      headers: { ...AT_HOME, 'X-Auth-Token': alice.token },
    });
    request.on('error', () => {});
    const head = once(request, 'response');
    request.end();
    const upstream = await begun.promise;
    if (answered) await head;
    else head.catch(() => {});
    const closed = once(upstream, 'close');
    request.destroy();
    await closed;
    expect(upstream.writableFinished).toBe(false);
  });
});
