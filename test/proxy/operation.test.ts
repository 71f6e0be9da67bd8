/** The proxy as a service: what operators and balancers see of it, and its limits. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { reached, readReply, startTestProxy, type TestProxy, type TestProxyOptions } from '../support/proxy.ts';
import { type Handler, startServer, type TestServer } from '../support/server.ts';

const FILE = '/image/v2/images/7a3c1c5e-2f0e-4b0d-9f6a-0d1f6d2a9b11/file';
const AT_HOME = { 'X-Fed-Provider': 'home' };

let sandbox: Sandbox;
let service: TestServer;
let handler: Handler;
const running: TestProxy[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  service = await startServer((...args) => handler(...args), { unread: true });
});

afterEach(async () => {
  await sandbox.faults.clear();
  for (const each of running.splice(0)) await each.stop();
});

afterAll(async () => {
  await service.close();
  await sandbox.close();
});

async function start(options: TestProxyOptions = {}): Promise<TestProxy> {
  const proxy = await startTestProxy(sandbox, {
    ...options,
    env: { OS_IMAGE_ENDPOINT_OVERRIDE: service.origin, ...options.env },
  });
  running.push(proxy);
  return proxy;
}

/** A request that is answered when the test says so. */
function held(): { arrived: Promise<void>; release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let here = () => {};
  const arrived = new Promise<void>((resolve) => {
    here = resolve;
  });
  handler = async (_request, response) => {
    response.writeHead(200);
    response.write('first ');
    here();
    await released;
    response.end('last');
  };
  return { arrived, release };
}

describe('health', () => {
  it('is answered without a token: alive, and ready while home can be reached', async () => {
    const proxy = await start();
    const nobody = proxy.bearing(undefined);
    expect(await nobody.get('/healthz')).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(await nobody.get('/readyz')).toMatchObject({ status: 200, json: { status: 'ready' } });
    await sandbox.faults.add({ kind: 'status', status: 503, cloud: 'home', service: 'identity' });
    expect((await nobody.get('/readyz')).status).toBe(503);
    await sandbox.faults.clear();
    await sandbox.faults.add({ kind: 'refuse', cloud: 'home' });
    expect(await nobody.get('/readyz')).toMatchObject({ status: 503, json: { status: 'home cannot be reached' } });
    expect((await nobody.get('/healthz')).status).toBe(200);
  });

  it('does not depend on a provider', async () => {
    const proxy = await start();
    await sandbox.faults.add({ kind: 'refuse', cloud: ['sp-a', 'sp-b'] });
    expect((await proxy.bearing(undefined).get('/readyz')).status).toBe(200);
  });
});

describe('metrics', () => {
  it('count requests, routes, tokens and what was asked of the clouds', async () => {
    const proxy = await start();
    const alice = await proxy.as('alice');
    await alice.get('/network/v2.0/extensions');
    await alice.get('/compute/v2.1/servers');
    const { headers, text } = await proxy.bearing(undefined).get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toContain('fed_proxy_requests_total{service="network",method="GET",code="200",provider="home"} 1');
    expect(text).toContain('fed_proxy_requests_total{service="compute",method="GET",code="200",provider="all"} 1');
    expect(text).toMatch(/fed_routes_total\{how="home"\} 1/);
    expect(text).toMatch(/fed_token_checks_total\{how="remembered"\} 2/);
    expect(text).toMatch(/fed_upstream_requests_total\{provider="sp-b",step="list",code="200"\} 1/);
    expect(text).toMatch(/fed_proxy_requests_in_flight 1/);
    expect(text).toContain('fed_upstream_request_seconds_bucket');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('do not grow with what clients think of', async () => {
    const proxy = await start();
    for (const path of ['/alpha/v1', '/beta/v1', '/gamma']) await proxy.bearing('junk').get(path);
    const { text } = await proxy.bearing(undefined).get('/metrics');
    expect(text).not.toMatch(/alpha|beta|gamma/);
    expect(text).toContain('fed_proxy_requests_total{service="other",method="GET",code="401",provider="proxy"} 3');
  });
});

describe('the access log', () => {
  it('says who asked for what, who answered and how that was known, and no secret', async () => {
    const proxy = await start();
    const alice = await proxy.as('alice');
    await alice.get('/network/v2.0/extensions?password=hidden', { 'X-Fed-Provider': 'sp-b' });
    const entry = proxy.log.at(-1);
    expect(entry).toMatchObject({
      method: 'GET',
      path: '/network/v2.0/extensions',
      status: 200,
      remote: '127.0.0.1',
      project_id: alice.projectId,
      user_id: alice.body.token.user.id,
      provider: 'sp-b',
      provider_project_id: sandbox.cloud('sp-b').projects[0]?.id,
      how: 'explicit',
      request_id: expect.stringMatching(/^req-/),
      provider_request_id: expect.stringMatching(/^req-/),
    });
    const text = JSON.stringify(proxy.log);
    expect(text).not.toContain('hidden');
    expect(text).not.toContain('alice-secret');
    expect(text).not.toContain(alice.token);
    expect(new Date(entry?.time ?? '').getTime()).toBeGreaterThan(0);
  });

  it.each([
    ['/identity/v2.0/tokens/0123456789abcdef', '/identity/v2.0/tokens/***'],
    ['/identity/v2.0/tokens/secret/endpoints', '/identity/v2.0/tokens/***/endpoints'],
    ['/identity/v3/auth/tokens//secret', '/identity/v3/auth/tokens//***'],
    ['/identity/v3/auth/tokens/OS-PKI/revoked', '/identity/v3/auth/tokens/OS-PKI/revoked'],
    [`/compute/gAAAA${'x'.repeat(40)}/servers`, '/compute/***/servers'],
  ])('has no token of a path: %s', async (path, shown) => {
    const proxy = await start();
    await proxy.bearing(undefined).get(path);
    expect(proxy.log.at(-1)?.path).toBe(shown);
  });

  it("names a refusal's reason, and gives the client the same request id", async () => {
    const proxy = await start();
    const reply = await proxy.bearing(undefined).get('/compute/v2.1/servers');
    expect(proxy.log.at(-1)).toMatchObject({ status: 401, error: 'The request has no X-Auth-Token.' });
    expect(reply.headers['x-openstack-request-id']).toBe(proxy.log.at(-1)?.request_id);
  });

  it('says 499 of a client that did not wait', async () => {
    const proxy = await start();
    const alice = await proxy.as('alice');
    let here = () => {};
    const arrived = new Promise<void>((resolve) => {
      here = resolve;
    });
    handler = () => here();
    const request = httpRequest(`${proxy.url}${FILE}`, {
      agent: false,
      headers: { ...AT_HOME, 'X-Auth-Token': alice.token },
    });
    request.on('error', () => {}).end();
    await arrived;
    request.destroy();
    await expect.poll(() => proxy.log.at(-1)?.status).toBe(499);
  });
});

describe('limits', () => {
  it('refuse requests above the number allowed, but for those of whoever watches', async () => {
    const proxy = await start({ maxRequests: 1 });
    const alice = await proxy.as('alice');
    const { arrived, release } = held();
    const first = alice.get(FILE, AT_HOME);
    await arrived;
    const reply = await alice.get('/network/v2.0/extensions');
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect((await alice.get('/healthz')).status).toBe(200);
    expect((await alice.get('/metrics')).status).toBe(200);
    release();
    expect((await first).text).toBe('first last');
    expect((await alice.get('/network/v2.0/extensions')).status).toBe(200);
  });

  it('refuse a body that says that it is too large, before anybody sees it', async () => {
    const proxy = await start({ maxBodyBytes: 1000 });
    const alice = await proxy.as('alice');
    const before = service.requests.length;
    const headers = { ...AT_HOME, 'Content-Type': 'application/octet-stream' };
    expect((await alice.ask(FILE, { method: 'PUT', headers, body: Buffer.alloc(1001) })).status).toBe(413);
    expect(service.requests).toHaveLength(before);
  });

  it('cut a body that turns out to be too large', async () => {
    const proxy = await start({ maxBodyBytes: 1000 });
    const alice = await proxy.as('alice');
    let ended = false;
    handler = (request, response) => {
      request
        .on('error', () => {})
        .on('end', () => {
          ended = true;
          response.end();
        });
      request.resume();
    };
    const body = (async function* () {
      for (let n = 0; n < 5; n += 1) yield await Promise.resolve(Buffer.alloc(400));
    })();
    const headers = { ...AT_HOME, 'Content-Type': 'application/octet-stream' };
    const reply = await alice.ask(FILE, { method: 'PUT', headers, body });
    expect(reply.status).toBe(413);
    expect(ended).toBe(false);
  });

  it('allow headers as long as large tokens are, and no longer ones', async () => {
    const proxy = await start();
    expect((await proxy.bearing('x'.repeat(40_000)).get('/healthz')).status).toBe(200);
    expect((await proxy.bearing('x'.repeat(90_000)).get('/healthz')).status).toBe(431);
  });

  it('cut off a client on whose connection nothing moves', async () => {
    // At a proxy that waits: on a busy machine a login may take longer than this one does.
    const { token } = await (await start()).as('alice');
    const proxy = await start({ clientIdleMs: 300 });
    handler = (request) => void request.on('error', () => {}).resume();
    const request = httpRequest(`${proxy.url}${FILE}`, {
      method: 'PUT',
      agent: false,
      headers: { ...AT_HOME, 'X-Auth-Token': token, 'Content-Type': 'application/octet-stream' },
    });
    const cut = once(request, 'error');
    request.write('the beginning');
    await cut;
    await expect.poll(() => proxy.log.at(-1)?.path).toBe(FILE);
    expect((await proxy.bearing(token).get('/healthz')).status).toBe(200);
  });

  it('know nothing outside of the prefix', async () => {
    const proxy = await start({ prefix: '/hidden' });
    const { origin } = new URL(proxy.url);
    const nobody = proxy.bearing(undefined);
    for (const path of ['/', '/identity/v3', '/healthz', '/metrics', '/hiddenother/healthz', '/hidden'])
      expect([path, (await nobody.get(`${origin}${path}`)).status]).toEqual([path, 404]);
    expect((await nobody.get('/healthz')).status).toBe(200);
    const version = await nobody.get('/identity/v3');
    expect(version.json.version.links[0].href).toBe(`${proxy.url}/identity/v3/`);
  });
});

describe('the end', () => {
  it('waits for what is in flight, takes nothing new, and does not wait for connections that are idle', async () => {
    const proxy = await start();
    const alice = await proxy.as('alice');
    const { arrived, release } = held();
    // A connection that is kept for more requests.
    const { Agent } = await import('node:http');
    const agent = new Agent({ keepAlive: true });
    const request = httpRequest(`${proxy.url}${FILE}`, {
      agent,
      headers: { ...AT_HOME, 'X-Auth-Token': alice.token },
    });
    const head = once(request, 'response');
    request.end();
    await arrived;
    const [message] = (await head) as [IncomingMessage];
    const closed = proxy.close(600_000);
    await expect(alice.get('/healthz')).rejects.toThrow(/ECONNREFUSED/);
    release();
    expect((await readReply(message)).text).toBe('first last');
    await closed;
    agent.destroy();
  });

  it('cuts what is not over in time', async () => {
    const proxy = await start();
    const alice = await proxy.as('alice');
    const { arrived, release } = held();
    const message = alice.open(FILE, { headers: AT_HOME });
    await arrived;
    const cut = expect(message.then(readReply)).rejects.toThrow();
    await message;
    await proxy.close(0);
    await cut;
    release();
  });
});

describe('a request that goes round in circles', () => {
  it.each([
    ['a list', '/network/v2.0/networks'],
    ['a creation', '/network/v2.0/networks'],
    ['something to be probed for', '/network/v2.0/networks/7a3c1c5e-2f0e-4b0d-9f6a-0d1f6d2a9b11'],
  ])('is stopped with 508: %s', async (what, path) => {
    // As when home's own catalog names the proxy, and nobody told the proxy where the service itself is.
    let self = '';
    const mirror = await startServer(
      (request, response) => {
        const inner = httpRequest(
          `${self}/network${request.url}`,
          { method: request.method, headers: request.headers },
          (answer) => {
            response.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(response);
          },
        );
        request.pipe(inner);
      },
      { unread: true },
    );
    const proxy = await start({
      env: { OS_NETWORK_ENDPOINT_OVERRIDE: mirror.origin },
      narrowing: { providers: ['home'] },
    });
    self = proxy.url;
    const alice = await proxy.as('alice');
    sandbox.clearRequests();
    await alice.ask(path, what === 'a creation' ? { method: 'POST', body: { network: {} } } : {});
    const statuses = proxy.log.filter((entry) => entry.path.startsWith('/network')).map(({ status }) => status);
    expect(statuses).toContain(508);
    expect(statuses.length).toBeLessThanOrEqual(3);
    expect(reached(sandbox, 'home')).toEqual([]);
    await mirror.close();
  });

  it('that another proxy has sent on stays at home', async () => {
    const proxy = await start();
    const alice = await proxy.as('alice');
    sandbox.clearRequests();
    const reply = await alice.get('/compute/v2.1/servers', { 'X-Fed-Via': 'other-12345678' });
    expect(reply.json.servers).toHaveLength(3);
    expect(reached(sandbox, 'sp-a')).toEqual([]);
  });
});
