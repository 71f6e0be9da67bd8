/** What passes the proxy and what does not, to the byte: home's Image is a server that shows what reached it. */
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

describe('what reaches the service', () => {
  it('is the method, the path and the query as they came', async () => {
    await alice.ask('/image/v2/images/a%2Fb%20c/tags/x%C3%A4?b=2&a=%31&b', { method: 'PUT', headers: AT_HOME });
    expect(last()).toMatchObject({ method: 'PUT', url: '/v2/images/a%2Fb%20c/tags/x%C3%A4?b=2&a=%31&b' });
  });

  it('has the headers of the client, repetitions included', async () => {
    await alice.get(FILE, {
      ...AT_HOME,
      accept: 'application/octet-stream',
      'OpenStack-API-Version': 'image 2.9',
      'x-oPENSTACK-request-ID': 'req-mine',
      'If-None-Match': '"1"',
      'X-Image-Meta-Thing': ['one', 'two'],
      'User-Agent': 'a client',
    });
    expect(received('accept')).toEqual(['application/octet-stream']);
    expect(received('openstack-api-version')).toEqual(['image 2.9']);
    expect(received('x-openstack-request-id')).toEqual(['req-mine']);
    expect(received('if-none-match')).toEqual(['"1"']);
    expect(received('x-image-meta-thing')).toEqual(['one', 'two']);
    expect(received('user-agent')).toEqual(['a client']);
    expect(received('host')).toEqual([new URL(service.origin).host]);
  });

  it('has none of what is between the client and the proxy', async () => {
    await alice.get(FILE, {
      ...AT_HOME,
      Connection: 'close, X-Only-Here',
      'X-Only-Here': '1',
      'Keep-Alive': 'timeout=5',
      TE: 'trailers',
      'Proxy-Authorization': 'Basic c2VjcmV0',
      'X-Forwarded-For': '10.0.0.1',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'for=10.0.0.1',
      'MM-SERVICE-PROVIDER': 'home',
    });
    for (const name of [
      'x-only-here',
      'te',
      'proxy-authorization',
      'x-forwarded-for',
      'x-forwarded-proto',
      'forwarded',
    ])
      expect([name, received(name)]).toEqual([name, []]);
    expect(received('x-fed-provider')).toEqual([]);
    expect(received('mm-service-provider')).toEqual([]);
  });

  it('has the token of its own scope once, and no other credential', async () => {
    await alice.get(FILE, {
      ...AT_HOME,
      'X-Service-Token': 'service-secret',
      'X-Subject-Token': 'subject-secret',
      Authorization: 'Basic c2VjcmV0',
      Cookie: 'session=secret',
    });
    expect(received('x-auth-token')).toEqual([alice.token]);
    for (const name of ['x-service-token', 'x-subject-token', 'authorization', 'cookie'])
      expect([name, received(name)]).toEqual([name, []]);
  });

  it('says which proxy it came through', async () => {
    await alice.get(FILE, AT_HOME);
    expect(received('x-fed-via')).toEqual([expect.stringMatching(/^home-[0-9a-f]{8}$/)]);
  });
});

describe('what comes back', () => {
  it('is the status and the headers of the service', async () => {
    handler = plain(418, {
      ETag: '"7"',
      'Retry-After': '3',
      Vary: ['Accept', 'OpenStack-API-Version'],
      'Content-Type': 'text/strange; charset=x',
      'X-Openstack-Request-Id': 'req-theirs',
    });
    const reply = await alice.get(FILE, AT_HOME);
    expect(reply.status).toBe(418);
    expect(reply.headers).toMatchObject({
      etag: '"7"',
      'retry-after': '3',
      vary: 'Accept, OpenStack-API-Version',
      'content-type': 'text/strange; charset=x',
      'x-openstack-request-id': 'req-theirs',
    });
  });

  it('says who answered, whatever the service says of that itself', async () => {
    handler = plain(200, { 'X-Fed-Provider': 'forged', 'X-Fed-Missing': 'forged' });
    const { headers } = await alice.get(FILE, AT_HOME);
    expect(headers['x-fed-provider']).toBe('home');
    expect(headers['x-fed-project']).toBe(alice.projectId);
    expect(headers['x-fed-missing']).toBeUndefined();
  });

  it('has no cookie, no token and nothing that was for the proxy alone', async () => {
    handler = plain(200, {
      'Set-Cookie': ['a=1', 'b=2'],
      'X-Subject-Token': 'secret',
      'X-Auth-Token': 'secret',
      'Keep-Alive': 'timeout=1',
      Connection: 'X-Only-There, close',
      'X-Only-There': '1',
    });
    const { headers } = await alice.get(FILE, AT_HOME);
    for (const name of ['set-cookie', 'x-subject-token', 'x-auth-token', 'x-only-there', 'keep-alive'])
      expect([name, headers[name]]).toEqual([name, undefined]);
  });

  it('has a Location inside of the service that leads through the proxy', async () => {
    handler = plain(201, { Location: `${service.origin}/v2/images/7?x=1` });
    expect((await alice.post('/image/v2/images', {}, AT_HOME)).headers.location).toBe(
      `${proxy.url}/image/v2/images/7?x=1`,
    );
    handler = plain(201, { Location: '/v2/images/7' });
    expect((await alice.post('/image/v2/images', {}, AT_HOME)).headers.location).toBe(`${proxy.url}/image/v2/images/7`);
    // As behind a load balancer that services know nothing of.
    handler = plain(201, { Location: `https://inside.example/v2/images/7` });
    expect((await alice.post('/image/v2/images', {}, AT_HOME)).headers.location).toBe(`${proxy.url}/image/v2/images/7`);
  });

  it('has a Location that leads elsewhere as it is', async () => {
    handler = plain(302, { Location: 'https://objects.example/v1/container/7?sig=1' });
    const reply = await alice.get(FILE, AT_HOME);
    expect(reply.headers.location).toBe('https://objects.example/v1/container/7?sig=1');
  });

  it('names the proxy as the Keystone to authenticate at', async () => {
    handler = plain(401, { 'WWW-Authenticate': 'Keystone uri="http://inside.example:5000/v3"' });
    const reply = await alice.get(FILE, AT_HOME);
    expect(reply.headers['www-authenticate']).toBe(`Keystone uri="${proxy.url}/identity/v3"`);
  });

  it('has the length of the body and no body where HEAD asks', async () => {
    handler = plain(200, { 'Content-Length': '12345', ETag: '"h"' });
    const reply = await alice.ask(FILE, { method: 'HEAD', headers: AT_HOME });
    expect(reply).toMatchObject({ status: 200, text: '' });
    expect(reply.headers).toMatchObject({ 'content-length': '12345', etag: '"h"' });
  });

  it('can be nothing', async () => {
    handler = (_request, response) => void response.writeHead(204).end();
    const reply = await alice.ask(FILE, { method: 'DELETE', headers: AT_HOME });
    expect(reply).toMatchObject({ status: 204, text: '' });
    expect(reply.headers['content-length']).toBeUndefined();
  });

  it('is a part where a part is asked for', async () => {
    handler = plain(206, { 'Content-Range': 'bytes 2-4/9' }, 'cde');
    const reply = await alice.get(FILE, { ...AT_HOME, Range: 'bytes=2-4' });
    expect(received('range')).toEqual(['bytes=2-4']);
    expect(reply).toMatchObject({ status: 206, text: 'cde' });
    expect(reply.headers).toMatchObject({ 'content-range': 'bytes 2-4/9', 'content-length': '3' });
  });
});

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
