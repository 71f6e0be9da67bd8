import { networkInterfaces } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { type Handler, json, raw, startServer, status, type TestServer } from '../support/server.ts';
import { bytesOf, ENGINES, failure, type Harness, harness, streamOf } from './support.ts';

describe.each(ENGINES)('requests and answers on the wire, by %s', (_name, make) => {
  let sender: Harness;
  let server: TestServer;

  async function serve(handler: Handler): Promise<string> {
    server = await startServer(handler);
    return server.origin;
  }

  beforeEach(async () => {
    sender = harness(await make());
  });

  afterEach(async () => {
    await sender.close();
    await server?.close();
  });

  const names = (headers: readonly (readonly [string, string])[]): string[] =>
    headers.map(([name]) => name.toLowerCase());
  const own = (headers: readonly (readonly [string, string])[]) =>
    headers.filter(([name]) => !['host', 'connection', 'content-length', 'user-agent'].includes(name.toLowerCase()));

  it('sends the headers in their order, with their case and repetitions', async () => {
    const origin = await serve(status(200));
    const headers = [
      ['X-Second', 'a'],
      ['x-FIRST', '1'],
      ['X-Second', 'b'],
      ['Accept', 'text/x'],
      ['x-latin', '\xe4'],
    ] as const;
    (await sender.call(`${origin}/`, { headers })).body.discard();
    expect(own(server.requests[0]?.headers ?? [])).toEqual(headers);
  });

  it('adds nothing to the headers but host, connection, length and, where there is none, our user agent', async () => {
    const origin = await serve(status(200));
    (await sender.call(`${origin}/`)).body.discard();
    (await sender.call(`${origin}/`, { headers: [['user-agent', 'theirs']] })).body.discard();
    expect(names(server.requests[0]?.headers ?? []).toSorted()).toEqual(['connection', 'host', 'user-agent']);
    expect(server.requests[0]?.headers).toContainEqual(['User-Agent', 'fed/test']);
    expect(server.requests[1]?.headers.filter(([name]) => /agent/i.test(name))).toEqual([['user-agent', 'theirs']]);
  });

  it('keeps headers that belong to the connection for itself', async () => {
    const origin = await serve(status(200));
    const headers = [
      ['Connection', 'close, X-Hop'],
      ['X-Hop', '1'],
      ['Transfer-Encoding', 'chunked'],
      ['Expect', '100-continue'],
      ['Keep-Alive', 'x'],
      ['X-End', '2'],
    ] as const;
    (await sender.call(`${origin}/`, { headers })).body.discard();
    expect(own(server.requests[0]?.headers ?? [])).toEqual([['X-End', '2']]);
  });

  it("takes the caller's Host header", async () => {
    const origin = await serve(status(200));
    (await sender.call(`${origin}/`, { headers: [['Host', 'other.example']] })).body.discard();
    expect(server.requests[0]?.headers.filter(([name]) => /^host$/i.test(name)).map(([, value]) => value)).toEqual([
      'other.example',
    ]);
  });

  it('gives the headers of the answer as they came, with every Set-Cookie', async () => {
    const origin = await serve(
      raw(
        'HTTP/1.1 302 Found Elsewhere\r\nX-B: 1\r\nset-cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nx-b: \xe4\r\nContent-Length: 0\r\nLocation: /x\r\n\r\n',
        { keep: true },
      ),
    );
    const answer = await sender.call(`${origin}/`);
    expect(answer.headers).toEqual([
      ['X-B', '1'],
      ['set-cookie', 'a=1; Path=/'],
      ['Set-Cookie', 'b=2'],
      ['x-b', '\xc3\xa4'],
      ['Content-Length', '0'],
      ['Location', '/x'],
    ]);
    expect([answer.status, answer.statusText]).toEqual([302, 'Found Elsewhere']);
    expect(server.requests).toHaveLength(1);
  });

  it('sends no cookie back that an answer set', async () => {
    const origin = await serve(status(200, { 'Set-Cookie': 'a=1' }));
    (await sender.call(`${origin}/`)).body.discard();
    (await sender.call(`${origin}/`)).body.discard();
    expect(names(server.requests[1]?.headers ?? [])).not.toContain('cookie');
  });

  it('gives compressed bodies byte for byte', async () => {
    const packed = gzipSync('hello '.repeat(1000));
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': packed.length }).end(packed);
    });
    const answer = await sender.call(`${origin}/`, { headers: [['Accept-Encoding', 'gzip']] });
    expect(await bytesOf(answer.body)).toEqual(packed);
  });

  it('sends the path as it is written and escapes only what a request line cannot hold', async () => {
    const origin = await serve(status(200));
    for (const path of [
      '/v1/a/../b/%2e%2e/c%2Fd?x=%20&y=a+b',
      '/%7e//x/',
      '?q',
      '',
      '/ä b?ö#fragment',
      "/a'b|c[d]{e}",
    ]) {
      (await sender.call(`${origin}${path}`)).body.discard();
    }
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/v1/a/../b/%2e%2e/c%2Fd?x=%20&y=a+b',
      '/%7e//x/',
      '/?q',
      '/',
      '/%c3%a4%20b?%c3%b6',
      "/a'b|c[d]{e}",
    ]);
  });

  it.each([
    ['a string', 'POST', 'h\u00e4llo'],
    ['bytes', 'PUT', Buffer.from([0, 255, 10])],
    ['bytes that are more than one piece', 'PUT', Buffer.alloc(300_000, 'x')],
    ['a body of a DELETE', 'DELETE', '{"a":1}'],
    ['a body of a GET', 'GET', '{"a":1}'],
  ])('sends %s with its length', async (_what, method, body) => {
    const origin = await serve(status(200));
    (await sender.call(`${origin}/`, { method, body })).body.discard();
    const [request] = server.requests;
    const bytes = Buffer.from(body);
    expect(request?.body.equals(bytes)).toBe(true);
    expect(
      request?.headers.filter(([name]) => /^(content-length|transfer-encoding)$/i.test(name)).map(([, value]) => value),
    ).toEqual([String(bytes.length)]);
  });

  it('sends a stream in chunks, or with the length that the caller gives', async () => {
    const origin = await serve(status(200));
    (await sender.call(`${origin}/`, { method: 'PUT', body: streamOf('one', 'two') })).body.discard();
    (
      await sender.call(`${origin}/`, {
        method: 'PUT',
        body: streamOf('one', 'two'),
        headers: [['Content-Length', '6']],
      })
    ).body.discard();
    expect(server.requests.map(({ body }) => body.toString())).toEqual(['onetwo', 'onetwo']);
    expect(names(server.requests[0]?.headers ?? [])).toContain('transfer-encoding');
    expect(names(server.requests[1]?.headers ?? [])).toContain('content-length');
    expect(names(server.requests[1]?.headers ?? [])).not.toContain('transfer-encoding');
  });

  it.each([
    ['POST', undefined, '0'],
    ['PUT', '', '0'],
    ['DELETE', undefined, undefined],
    ['GET', undefined, undefined],
  ])('says that a %s has no body where one is expected', async (method, body, length) => {
    const origin = await serve(status(200));
    (await sender.call(`${origin}/`, body === undefined ? { method } : { method, body })).body.discard();
    expect(server.requests[0]?.headers.find(([name]) => /^content-length$/i.test(name))?.[1]).toBe(length);
  });

  it('sends an empty stream as an empty body', async () => {
    const origin = await serve(status(200));
    (await sender.call(`${origin}/`, { method: 'PUT', body: streamOf() })).body.discard();
    expect(server.requests[0]).toMatchObject({ complete: true, body: Buffer.alloc(0) });
  });

  it('knows which answers have no body, and keeps the connection', async () => {
    const origin = await serve((request, response) => {
      const code = Number((request.url ?? '').slice(1));
      response.writeHead(code, code === 204 ? {} : { 'Content-Length': '1000', ETag: 'x' });
      response.end();
    });
    for (const [method, code] of [
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
    ] as const) {
      const answer = await sender.call(`${origin}/${code}`, { method });
      expect(answer.status).toBe(code);
      expect(await bytesOf(answer.body)).toHaveLength(0);
    }
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('passes over informational answers', async () => {
    const origin = await serve(
      raw(
        'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok',
        { keep: true },
      ),
    );
    const answer = await sender.call(`${origin}/`);
    expect([answer.status, (await bytesOf(answer.body)).toString()]).toEqual([201, 'ok']);
  });

  it('reads a body that ends with its connection', async () => {
    const origin = await serve(raw('HTTP/1.0 200 OK\r\n\r\nto the end'));
    expect((await bytesOf((await sender.call(`${origin}/`)).body)).toString()).toBe('to the end');
  });

  it.skipIf(!networkInterfaces().lo?.some(({ address }) => address === '::1'))('reaches an IPv6 address', async () => {
    server = await startServer(json({ v: 6 }), { host: '::1' });
    expect((await bytesOf((await sender.call(`${server.origin}/`)).body)).toString()).toBe('{"v":6}');
    expect(server.requests[0]?.headers).toContainEqual([expect.stringMatching(/^host$/i), `[::1]:${server.port}`]);
  });

  it('uses a connection again for requests that follow each other', async () => {
    const origin = await serve(json({ a: 1 }));
    for (let i = 0; i < 9; i += 1) await bytesOf((await sender.call(`${origin}/`)).body);
    // undici rests a connection for a moment after each answer and opens a second one meanwhile.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it.each([
    ['a URL that is none', { url: 'ftp://127.0.0.1/' }, 'is not an http: or https: URL'],
    ['a URL with a line break', { url: 'http://127.0.0.1\n/' }, 'is not an http: or https: URL'],
    ['a URL with a password', { url: 'http://u:sesame@127.0.0.1/' }, 'contains a user name'],
    ['a method that is none', { method: 'GET /x' }, 'is not an HTTP method'],
    ['a header name that is none', { headers: [['a b', '1']] as const }, 'is not the name of an HTTP header'],
    ['a header with a line break', { headers: [['X-A', '1\r\nX-B: 2']] as const }, 'the header X-A contains'],
    ['a header beyond bytes', { headers: [['X-A', '\u65e5']] as const }, 'the header X-A contains'],
    ['a length that is none', { headers: [['Content-Length', '-1']] as const }, 'is not a number'],
    ['a length without a body', { method: 'PUT', headers: [['Content-Length', '7']] as const }, 'there is no body'],
    [
      'a length that is not that of the body',
      { method: 'PUT', body: 'abc', headers: [['Content-Length', '7']] as const },
      'shorter than',
    ],
  ])('refuses %s', async (_what, more, message) => {
    const origin = await serve(status(200));
    const error = await failure(sender.call(`${origin}/`, more));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(message);
    expect((error as UsageError).message).not.toContain('sesame');
    expect(server.requests).toHaveLength(0);
  });
});
