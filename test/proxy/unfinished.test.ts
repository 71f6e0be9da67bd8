/** Clients without a token that begin a request and do not end it: others are answered as if they were not there. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BodyBudget } from '../../src/proxy/body-budget.ts';
import type { Refusal } from '../../src/proxy/refusal.ts';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { startTestProxy, type TestProxy, type TestProxyOptions } from '../support/proxy.ts';
import { headOf, type RawClient, rawClient } from '../support/raw-client.ts';

let sandbox: Sandbox;
let proxy: TestProxy;
const clients: RawClient[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  await proxy.stop();
});

afterAll(() => sandbox.close());

async function start(options: TestProxyOptions): Promise<void> {
  proxy = await startTestProxy(sandbox, options);
}

async function client(first: string): Promise<RawClient> {
  const made = await rawClient(proxy.url, first);
  clients.push(made);
  return made;
}

const tokens = (length: number, type = 'application/json') =>
  headOf('POST /identity/v3/auth/tokens', `Content-Type: ${type}`, `Content-Length: ${length}`);

/** Every request that the proxy has seen the head of, as its metrics count them, is waited for. */
async function unfinished(first: string, count: number): Promise<RawClient[]> {
  const made = await Promise.all(Array.from({ length: count }, () => client(first)));
  // A request on each connection after these: the proxy has read their first bytes when it answers.
  expect((await proxy.bearing(undefined).get('/healthz')).status).toBe(200);
  return made;
}

describe('a body that must be read whole', () => {
  it.each(['application/json', 'application/octet-stream'])('is no request before it is there: %s', async (type) => {
    await start({ maxRequests: 5 });
    await unfinished(`${tokens(1000, type)}{`, 20);
    const alice = await proxy.as('alice');
    expect((await alice.get('/network/v2.0/extensions')).status).toBe(200);
    expect((await alice.post('/compute/v2.1/os-keypairs', { keypair: { name: `of-${type.length}` } })).status).toBe(
      200,
    );
  });

  it('of a user with a token does not count before it is there, either', async () => {
    await start({ maxRequests: 2 });
    const alice = await proxy.as('alice');
    const head = headOf(
      'POST /volumev3/v3/volumes',
      `X-Auth-Token: ${alice.token}`,
      'Content-Type: application/json',
      'Content-Length: 1000',
    );
    const made = await unfinished(`${head}{`, 2);
    await expect.poll(async () => (await alice.get('/network/v2.0/extensions')).status).toBe(200);
    expect(made.map(({ said }) => said())).toEqual(['', '']);
  });

  it('and does not come in time is ended with 408, and its connection with it', async () => {
    await start({ bodies: { bytes: 1_000_000, ms: 100 } });
    const [slow] = await unfinished(`${tokens(1000)}{`, 1);
    const said = await slow?.closed;
    expect(said).toMatch(/^HTTP\/1\.1 408 [\s\S]*within 0\.1 seconds/);
    expect(proxy.log.at(-1)).toMatchObject({ status: 408, path: '/identity/v3/auth/tokens' });
  });

  it('for a token has at most 64 KiB, said or found out', async () => {
    await start({});
    sandbox.clearRequests();
    const said = await client(tokens(65_537));
    await expect.poll(said.said).toMatch(/^HTTP\/1\.1 413 /);
    const chunked = headOf('POST /identity/v3/auth/tokens', 'Transfer-Encoding: chunked');
    const found = await client(`${chunked}10001\r\n${'x'.repeat(65_537)}`);
    await expect.poll(found.said).toMatch(/^HTTP\/1\.1 413 /);
    expect(sandbox.cloud('home').requests.filter(({ path }) => path.endsWith('/auth/tokens'))).toEqual([]);
  });

  it('for the rest of Identity has at most 1 MiB', async () => {
    await start({});
    const large = await client(headOf('PATCH /identity/v3/users/one', 'Content-Length: 1048577'));
    await expect.poll(large.said).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('is ended for others when there is no memory left: the one that held most for longest, with 503', async () => {
    await start({ bodies: { bytes: 100 * 1024, ms: 60_000 } });
    const [first] = await unfinished(`${tokens(60_000)}${'x'.repeat(59_000)}`, 1);
    const small = await client(`${tokens(1000)}${'x'.repeat(10)}`);
    const [second] = await unfinished(`${tokens(60_000)}${'x'.repeat(59_000)}`, 1);
    expect(await first?.closed).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 1/i);
    await proxy.as('alice');
    expect([small.said(), second?.said()]).toEqual(['', '']);
  });
});

describe('the memory for bodies', () => {
  it('is counted as it is taken, in few pieces, and given back', () => {
    const budget = new BodyBudget({ bytes: 10_000, ms: 60_000 });
    const body = budget.open(() => {});
    for (let n = 0; n < 3000; n += 1) body.add(Buffer.from('x'));
    expect([budget.used, body.length]).toEqual([4096, 3000]);
    body.release();
    expect(budget.used).toBe(0);
  });

  it('is never taken from a body that is complete: the one that finds none is refused', () => {
    const budget = new BodyBudget({ bytes: 2048, ms: 60_000 });
    const ended: Refusal[] = [];
    const whole = budget.open((why) => ended.push(why));
    whole.add(Buffer.alloc(2048));
    whole.complete();
    const other = budget.open((why) => ended.push(why));
    expect(() => other.add(Buffer.alloc(1))).toThrow('Too many unfinished bodies');
    expect(ended).toEqual([]);
    whole.release();
    other.add(Buffer.alloc(1));
    other.release();
    expect(budget.used).toBe(0);
  });
});

describe('a connection', () => {
  it.each([
    ['nothing was said', ''],
    ['the head does not end', 'GET /healthz HTTP/1.1\r\nHost: proxy\r\nX-Part: '],
  ])('on which %s is closed after a while', async (_, first) => {
    await start({ headersMs: 100 });
    expect(await (await client(first)).closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('whose refused body does not end is closed after a while', async () => {
    await start({ bodies: { bytes: 1_000_000, ms: 100 } });
    const refused = await client(headOf('POST /compute/v2.1/servers', 'Content-Length: 4000000'));
    expect(await refused.closed).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('that waits longest makes room for a new one', async () => {
    await start({ maxConnections: 3 });
    const idle = await client('');
    const half = await client('GET /');
    const body = await client(`${tokens(1000)}{`);
    await client('');
    await idle.closed;
    await client('');
    await half.closed;
    expect(body.socket.destroyed).toBe(false);
  });
});
