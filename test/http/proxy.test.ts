import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { type Environment, proxyFor } from '../../src/http/proxy-variables.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { json, startServer, type TestServer } from '../support/server.ts';
import { bytesOf, ENGINES, failure, harness, signal } from './support.ts';

const DEADLINE_MS = 5_000;

/** A proxy that takes every name for this machine. */
interface TestProxy {
  readonly url: string;
  /** What it was asked for: `CONNECT host:port` or `GET http://…`, and with which credentials. */
  readonly asked: (readonly [what: string, credentials: string | undefined])[];
  refusal: string | undefined;
  /** Called for each CONNECT, which is not answered then. */
  mute: (() => void) | undefined;
  readonly close: () => Promise<void>;
}

async function startProxy(port: () => number): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  const server: Server = createServer((request, response) => {
    asked.push([`${request.method} ${request.url}`, request.headers['proxy-authorization']]);
    response.end('from the proxy');
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => void sockets.add(socket));
  const proxy: TestProxy = {
    url: '',
    asked,
    refusal: undefined,
    mute: undefined,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  server.on('connect', (request, socket) => {
    asked.push([`${request.method} ${request.url}`, request.headers['proxy-authorization']]);
    socket.on('error', () => {});
    if (proxy.mute !== undefined) return proxy.mute();
    if (proxy.refusal !== undefined) {
      socket.end(proxy.refusal);
      return;
    }
    const onward = connect(port(), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return Object.assign(proxy, { url: `127.0.0.1:${(server.address() as AddressInfo).port}` });
}

describe.each(ENGINES)('a proxy on the way, by %s', (_name, make) => {
  let pki: Certificates;
  let server: TestServer;
  let proxy: TestProxy;

  beforeAll(() => {
    pki = makeCertificates();
  });

  afterAll(() => pki.remove());

  beforeEach(async () => {
    const certificate = pki.issue('DNS:cloud.example');
    server = await startServer(json({ ok: true }), { tls: { cert: certificate.cert, key: certificate.key } });
    proxy = await startProxy(() => server.port);
  });

  afterEach(async () => {
    vi.useRealTimers();
    await proxy.close();
    await server.close();
  });

  const sender = async (env: Environment) => harness(await make(), { env });

  it('makes a tunnel for TLS, and the certificate is that of the host behind it', async () => {
    const { call, close } = await sender({ HTTPS_PROXY: `http://user:p%40ss@${proxy.url}` });
    const connection = { caFile: pki.caFile };
    const headers = [
      ['X-Twice', '1'],
      ['x-twice', '2'],
      ['Proxy-Authorization', 'theirs'],
    ] as const;
    const answer = await call('https://cloud.example:5000/v3', { connection, headers });
    expect((await bytesOf(answer.body)).toString()).toBe('{"ok":true}');
    expect(proxy.asked).toEqual([
      ['CONNECT cloud.example:5000', `Basic ${Buffer.from('user:p@ss').toString('base64')}`],
    ]);
    const sent = server.requests[0]?.headers ?? [];
    expect(sent.filter(([name]) => /twice/i.test(name))).toEqual([
      ['X-Twice', '1'],
      ['x-twice', '2'],
    ]);
    expect(sent.filter(([name]) => /proxy/i.test(name))).toEqual([]);
    await close();
  });

  it('does not trust the host more than without it', async () => {
    const { call, close } = await sender({ https_proxy: proxy.url });
    expect(await failure(call('https://cloud.example:5000/v3'))).toMatchObject({
      reason: 'tls',
      message: 'the certificate of cloud.example:5000 is not trusted: its CA is not known here',
    });
    await close();
  });

  it('is handed requests without TLS as a whole', async () => {
    const { call, close } = await sender({ all_proxy: `http://user:pass@${proxy.url}` });
    const answer = await call('http://cloud.example:9292/v2/a/../images?limit=1');
    expect((await bytesOf(answer.body)).toString()).toBe('from the proxy');
    expect(proxy.asked).toEqual([
      ['GET http://cloud.example:9292/v2/a/../images?limit=1', `Basic ${Buffer.from('user:pass').toString('base64')}`],
    ]);
    await close();
  });

  it('is named when it refuses', async () => {
    const { call, close } = await sender({ https_proxy: proxy.url });
    proxy.refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n';
    expect(await failure(call('https://cloud.example:5000/v3'))).toMatchObject({
      reason: 'connect',
      message: `the proxy ${proxy.url} made no connection to cloud.example:5000: 407 Proxy Authentication Required`,
      hint: expect.stringContaining('no_proxy'),
    });
    proxy.refusal = 'nonsense\r\n\r\n';
    expect(String(await failure(call('https://cloud.example:5000/v3')))).toContain('the proxy did not answer in HTTP');
    proxy.refusal = '';
    expect(String(await failure(call('https://cloud.example:5000/v3')))).toContain('the proxy closed the connection');
    await close();
  });

  it('is named when it cannot be reached', async () => {
    const { call, close } = await sender({ https_proxy: proxy.url, http_proxy: proxy.url });
    await proxy.close();
    for (const scheme of ['http', 'https']) {
      expect(await failure(call(`${scheme}://cloud.example:5000/v3`))).toMatchObject({
        reason: 'connect',
        message: `connection refused by the proxy ${proxy.url}`,
      });
    }
    proxy = await startProxy(() => server.port);
    await close();
  });

  it('is held to the connect deadline, and so is what is behind it', async () => {
    const reached = signal();
    const behind = createTcpServer((socket) => void socket.once('data', () => reached.fire()));
    await once(behind.listen(0, '127.0.0.1'), 'listening');
    await proxy.close();
    proxy = await startProxy(() => (behind.address() as AddressInfo).port);
    const { call, close } = harness(await make(), { env: { https_proxy: proxy.url }, connectTimeoutMs: DEADLINE_MS });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const secured = failure(call('https://cloud.example:5000/v3'));
    await reached.fired;
    vi.advanceTimersByTime(DEADLINE_MS);
    expect(await secured).toMatchObject({
      reason: 'timeout',
      message: 'no TLS connection to cloud.example:5000 within 5 s',
    });
    const asked = signal();
    proxy.mute = asked.fire;
    const tunnelled = failure(call('https://cloud.example:5000/v3'));
    await asked.fired;
    vi.advanceTimersByTime(DEADLINE_MS);
    expect(await tunnelled).toMatchObject({
      reason: 'timeout',
      message: `the proxy ${proxy.url} made no connection to cloud.example:5000: it did not answer within 5 s`,
    });
    await close();
    behind.close();
  });

  it('is not asked for this machine', async () => {
    const { call, close } = await sender({ http_proxy: proxy.url, https_proxy: proxy.url });
    const certificate = pki.issue('IP:127.0.0.1');
    const local = await startServer(json({ local: true }), { tls: { cert: certificate.cert, key: certificate.key } });
    const answer = await call(local.origin, { connection: { caFile: pki.caFile } });
    expect((await bytesOf(answer.body)).toString()).toBe('{"local":true}');
    expect(proxy.asked).toEqual([]);
    await close();
    await local.close();
  });
});

describe('the proxy that the environment names', () => {
  const at = (hostname: string, env: Environment, { secure = true, port = 5000 } = {}): string | undefined =>
    proxyFor({ secure, hostname, port }, env)?.peer;

  it.each([
    [{ https_proxy: 'http://p:1' }, 'p:1', undefined],
    [{ HTTP_PROXY: 'p:2' }, undefined, 'p:2'],
    [{ ALL_PROXY: 'http://p' }, 'p:80', 'p:80'],
    [{ https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' }, 'low:1', undefined],
    [{ https_proxy: '', HTTPS_PROXY: 'http://up:1' }, undefined, undefined],
    [{ https_proxy: '', HTTPS_PROXY: 'http://up:1', all_proxy: 'all:1' }, 'all:1', 'all:1'],
    [{}, undefined, undefined],
  ])('is that of %o', (env, secure, plain) => {
    expect([at('h.example', env), at('h.example', env, { secure: false })]).toEqual([secure, plain]);
  });

  it.each([
    ['*', 'h.example', true],
    ['example', 'h.example', true],
    ['.example', 'h.example', true],
    ['*.example', 'h.example', true],
    ['h.example:5000', 'h.example', true],
    ['h.example:5001', 'h.example', false],
    ['a.b, H.Example', 'h.example', true],
    ['xample', 'h.example', false],
    ['10.0.0.5', '10.0.0.5', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['fd00::/8', 'fd12::1', true],
    ['10.0.0.0/99', '10.1.2.3', false],
    ['', 'h.example', false],
  ])('with no_proxy=%s and the host %s: none is %s', (exceptions, hostname, none) => {
    expect(at(hostname, { https_proxy: 'p:1', no_proxy: exceptions }) === undefined).toBe(none);
    expect(at(hostname, { https_proxy: 'p:1', NO_PROXY: exceptions }) === undefined).toBe(none);
  });

  it.each(['localhost', '127.0.0.1', '127.8.9.10', '::1'])('is none for %s', (hostname) => {
    expect(at(hostname, { https_proxy: 'p:1' })).toBeUndefined();
  });

  it.each(['socks5://p:1', 'https://p:1', 'http://'])('cannot be %s', (value) => {
    expect(() => at('h.example', { HTTPS_PROXY: value })).toThrow(ConfigError);
    expect(() => at('h.example', { HTTPS_PROXY: value })).toThrow('HTTPS_PROXY');
  });
});
