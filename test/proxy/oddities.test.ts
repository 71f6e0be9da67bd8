/** What HTTP allows and hardly anybody does, and what it forbids, on both sides of the proxy, byte by byte. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Client, startTestProxy, type TestProxy } from '../support/proxy.ts';
import { headOf, rawClient } from '../support/raw-client.ts';

const FILE = '/image/v2/images/7a3c1c5e-2f0e-4b0d-9f6a-0d1f6d2a9b11/file';

let sandbox: Sandbox;
let service: Server;
let proxy: TestProxy;
let alice: Client;
/** What the provider's service answers, a byte for each character. */
let answer = '';
let reached: string[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  service = createServer((socket) => {
    socket.on('error', () => {}).setEncoding('latin1');
    socket.on('data', (text: string) => {
      reached.push(text);
      if (text.includes('\r\n\r\n')) socket.end(answer, 'latin1');
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const address = service.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  proxy = await startTestProxy(sandbox, { env: { OS_IMAGE_ENDPOINT_OVERRIDE: `http://127.0.0.1:${port}` } });
  alice = await proxy.as('alice');
});

afterAll(async () => {
  await proxy.stop();
  service.close();
  await sandbox.close();
});

/** What a client gets that asks with this method, all of it, when it says that it wants no second answer. */
async function asked(method: string, ...lines: readonly string[]): Promise<string> {
  reached = [];
  const head = headOf(`${method} ${FILE}`, `X-Auth-Token: ${alice.token}`, 'X-Fed-Provider: home', ...lines);
  const client = await rawClient(proxy.url, head);
  return client.closed;
}

const CLOSE = 'Connection: close';
const said = (...lines: readonly string[]) => lines.join('\r\n');

describe("a provider's answer", () => {
  it.each([
    [
      'a reason with control characters',
      'HTTP/1.1 200 a\x01b\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 (200 |502 )/,
    ],
    [
      'a reason beyond ASCII',
      'HTTP/1.1 200 G\xc3\xbct\xf6\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 200 [\s\S]*\r\n\r\nok$/,
    ],
    [
      'a reason in another script',
      'HTTP/1.1 409 \xe6\x97\xa5\xe6\x9c\xac\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 409 Conflict\r\n[\s\S]*\r\n\r\nok$/,
    ],
    ['no reason', 'HTTP/1.1 299\r\nContent-Length: 2\r\n\r\nok', /^HTTP\/1\.1 299 [\s\S]*\r\n\r\nok$/],
    [
      'an unknown status',
      'HTTP/1.1 799 Odd\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 799 Odd\r\n[\s\S]*\r\n\r\nok$/,
    ],
    ['a status below 100', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok', /^HTTP\/1\.1 502 /],
    [
      'early hints first',
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 200 (?![\s\S]*Link:)[\s\S]*\r\n\r\nok$/,
    ],
    [
      '100 unasked first',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 (502 |200 [\s\S]*\r\n\r\nok$)/,
    ],
    [
      'another protocol unasked',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: odd\r\nConnection: Upgrade\r\n\r\n',
      /^HTTP\/1\.1 502 /,
    ],
    [
      '205 without a body',
      'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n',
      /^HTTP\/1\.1 205 [\s\S]*\r\n\r\n$/,
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!', /^HTTP\/1\.1 502 /],
    [
      'two lengths that are the same',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 (502 |200 [\s\S]*\r\n\r\nok$)/,
    ],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      /^HTTP\/1\.1 502 /,
    ],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nok', /^HTTP\/1\.1 502 /],
    [
      'a transfer encoding that nobody asked for',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      /^HTTP\/1\.1 502 [\s\S]*Transfer-Encoding/,
    ],
    [
      'a transfer encoding that is none',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nok',
      /^HTTP\/1\.1 502 [\s\S]*Transfer-Encoding/,
    ],
    ['a header name that is none', 'HTTP/1.1 200 OK\r\nBad Name: 1\r\nContent-Length: 2\r\n\r\nok', /^HTTP\/1\.1 502 /],
    [
      'a control character in a header',
      'HTTP/1.1 200 OK\r\nX-Odd: a\x01b\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 502 /,
    ],
    [
      'bytes beyond ASCII in a header',
      'HTTP/1.1 200 OK\r\nX-Name: G\xfct\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 200 [\s\S]*\r\nX-Name: G\xfct\r\n[\s\S]*\r\n\r\nok$/,
    ],
    [
      'a header that is folded',
      'HTTP/1.1 200 OK\r\nX-Odd: a\r\n b\r\nContent-Length: 2\r\n\r\nok',
      /^HTTP\/1\.1 (200|502) /,
    ],
    ['no HTTP', '220 ready for mail\r\n', /^HTTP\/1\.1 502 /],
    ['nothing', '', /^HTTP\/1\.1 502 /],
  ])('with %s gives a whole one', async (_, bytes, expected) => {
    answer = bytes;
    expect(await asked('GET', CLOSE)).toMatch(expected);
  });

  it.each([204, 304])('%i has neither a length nor a body, whatever it says', async (status) => {
    answer = said(`HTTP/1.1 ${status} Odd`, 'Content-Type: application/json', 'Content-Length: 2', '', 'ok');
    const got = await asked('GET', CLOSE);
    expect(got).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\\r\\n\\r\\n$`));
    expect(got).not.toMatch(/content-length|transfer-encoding/i);
  });

  it('to HEAD keeps its length and loses the body that it should not have', async () => {
    answer = said('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
    expect(await asked('HEAD', CLOSE)).toMatch(/^HTTP\/1\.1 200 [\s\S]*Content-Length: 2\r\n[\s\S]*\r\n\r\n$/);
  });
});

describe('a request', () => {
  it.each([`TRACE ${FILE}`, 'CONNECT sp-a:443', 'TRACE /'])('%s is refused, and reaches no cloud', async (first) => {
    reached = [];
    const client = await rawClient(proxy.url, headOf(first, `X-Auth-Token: ${alice.token}`, CLOSE));
    const got = await client.closed;
    expect(got).toMatch(/^HTTP\/1\.1 405 [\s\S]*\r\nAllow: GET, /);
    expect(got).toMatch(/\r\n\r\n\{"error":[\s\S]*\}\n$/);
    expect(reached).toEqual([]);
    await expect.poll(() => proxy.log.at(-1)).toMatchObject({ status: 405, method: first.split(' ')[0] });
  });

  it('that is refused for its method leaves the connection as it is', async () => {
    const client = await rawClient(proxy.url, headOf('TRACE /') + headOf('GET /healthz', CLOSE));
    expect(await client.closed).toMatch(/^HTTP\/1\.1 405 [\s\S]*HTTP\/1\.1 200 /);
  });

  it('that asks for another protocol is answered in this one', async () => {
    answer = said('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
    const got = await asked('GET', 'Upgrade: websocket', 'Connection: Upgrade, close');
    expect(got).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nok$/);
    expect(reached.join('')).not.toMatch(/upgrade/i);
  });

  it.each([
    ['two lengths', ['Content-Length: 2', 'Content-Length: 3'], '', 400],
    ['a length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n', 400],
    ['a length that is none', ['Content-Length: +2'], '', 400],
    ['a transfer encoding that the cloud would not know of', ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n', 501],
    ['a header name that is none', ['Bad Name: 1'], '', 400],
    ['a control character in a header', ['X-Odd: a\x01b'], '', 400],
  ])('with %s is refused, and reaches no cloud', async (_, lines, body, status) => {
    reached = [];
    const head = headOf(`PUT ${FILE}`, `X-Auth-Token: ${alice.token}`, 'X-Fed-Provider: home', ...lines, CLOSE);
    const client = await rawClient(proxy.url, head + body);
    expect(await client.closed).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(reached).toEqual([]);
  });

  it('keeps the bytes beyond ASCII of its headers', async () => {
    answer = said('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');
    await asked('GET', 'X-Object-Meta-Name: G\xfct', CLOSE);
    expect(reached.join('')).toContain('X-Object-Meta-Name: G\xfct\r\n');
  });
});
