/** What passes the proxy and what does not, to the byte: home's Image is a server that shows what reached it. */
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Client, startTestProxy, type TestProxy } from '../support/proxy.ts';
import { type Handler, type Recorded, startServer, type TestServer } from '../support/server.ts';

const FILE = '/image/v2/images/7a3c1c5e-2f0e-4b0d-9f6a-0d1f6d2a9b11/file';
const AT_HOME = { 'X-Fed-Provider': 'home' };

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
