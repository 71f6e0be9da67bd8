import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { call } from '../contract/http.ts';
import { federated, login, password, type SandboxScope, tokens } from './login.ts';

let sandbox: Sandbox;
let home: SandboxScope;
let there: SandboxScope;

beforeAll(async () => {
  sandbox = await startSandbox();
  home = await login(sandbox, 'alice', 'home', 'research');
  there = await login(sandbox, 'alice', 'sp-a', 'research-one');
});

afterEach(() => sandbox.faults.clear());
afterAll(() => sandbox.close());

const volumes = (scope: SandboxScope, query = '') =>
  call('GET', `${scope.url('block-storage')}/volumes${query}`, { token: scope.token });
const images = (scope: SandboxScope) => call('GET', `${scope.url('image')}/v2/images`, { token: scope.token });
const code = (answer: Promise<unknown>) =>
  answer.then(
    () => 'answered',
    (error: NodeJS.ErrnoException) => error.code,
  );

/** Send a request that gets no answer, as the first that is remembered; resolves when it has reached home. */
async function unanswered(where: Sandbox, url: string): Promise<void> {
  where.clearRequests();
  const sent = request(url, { headers: { 'X-Auth-Token': home.token } });
  sent.on('error', () => {});
  sent.end();
  onTestFinished(() => void sent.destroy());
  while (where.home.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

/** What becomes of a new connection. */
function connection(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

describe('faults of single requests', () => {
  it('apply to the clouds, services, paths and methods that they name', async () => {
    await sandbox.faults.add({
      kind: 'status',
      status: 503,
      cloud: 'home',
      service: 'volumev3',
      path: '/volumes?limit',
      method: 'get',
    });
    expect((await volumes(home, '?limit=1')).status).toBe(503);
    expect((await volumes(home)).status).toBe(200);
    expect((await volumes(there, '?limit=1')).status).toBe(200);
    expect((await images(home)).status).toBe(200);
    expect(
      (await call('POST', `${home.url('block-storage')}/volumes?limit=1`, { token: home.token, body: {} })).status,
    ).toBe(400);
  });

  it('take a regular expression, and several clouds', async () => {
    await sandbox.faults.add({ kind: 'status', status: 500, cloud: ['home', 'sp-a'], path: '/volumes\\?limit=[23]$/' });
    expect((await volumes(home, '?limit=2')).status).toBe(500);
    expect((await volumes(there, '?limit=3')).status).toBe(500);
    expect((await volumes(there, '?limit=4')).status).toBe(200);
  });

  it('let some requests pass, and end after some', async () => {
    await sandbox.faults.add({ kind: 'status', status: 500, service: 'image', after: 1, times: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await images(home)).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  it('are taken back one by one, or all', async () => {
    const one = await sandbox.faults.add({ kind: 'status', status: 500, service: 'image' });
    await sandbox.faults.add({ kind: 'status', status: 502, service: 'block-storage' });
    expect(sandbox.faults.all.map(({ fault }) => fault.kind)).toEqual(['status', 'status']);
    await one.remove();
    expect([(await images(home)).status, (await volumes(home)).status]).toEqual([200, 502]);
    await sandbox.faults.clear();
    expect((await volumes(home)).status).toBe(200);
  });

  it('answer with JSON, a page or nothing, and with Retry-After', async () => {
    await sandbox.faults.add({ kind: 'status', status: 503, service: 'image', retryAfter: 7 });
    const json = await images(home);
    expect([json.json.error.code, json.headers['retry-after']]).toEqual([503, '7']);
    await sandbox.faults.clear();
    await sandbox.faults.add({ kind: 'status', status: 502, service: 'image', body: 'html' });
    const page = await images(home);
    expect([page.status, page.headers['content-type']]).toEqual([502, 'text/html; charset=iso-8859-1']);
    await sandbox.faults.clear();
    await sandbox.faults.add({ kind: 'status', status: 429, service: 'image', body: 'empty' });
    const empty = await images(home);
    expect([empty.status, empty.text]).toEqual([429, '']);
  });

  it('answer 200 with a page in place of JSON', async () => {
    await sandbox.faults.add({ kind: 'html', cloud: 'home' });
    const answer = await volumes(home);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(answer.json).toBeUndefined();
  });

  it('hang: the connection is open, and nothing comes', async () => {
    await sandbox.faults.add({ kind: 'hang', service: 'image' });
    await unanswered(sandbox, `${home.url('image')}/v2/images`);
    expect((await volumes(home)).status).toBe(200);
    expect(sandbox.home.requests[0]).toEqual({ method: 'GET', path: '/image/v2/images' });
  });

  it('cut the connection in the middle of the head', async () => {
    await sandbox.faults.add({ kind: 'cut-head', service: 'image' });
    expect(await code(images(home))).not.toBe('answered');
  });

  it('send half of the body as if that were all', async () => {
    const whole = (await volumes(home)).text;
    await sandbox.faults.add({ kind: 'truncated', service: 'block-storage' });
    expect((await volumes(home)).text).toBe(whole.slice(0, Math.floor(whole.length / 2)));
  });

  it('drip: a byte comes now and then, and there is no end', async () => {
    await sandbox.faults.add({ kind: 'drip', ms: 1, service: 'image' });
    const pieces = await new Promise<number>((resolve) => {
      request(`${home.url('image')}/v2/images`, { headers: { 'X-Auth-Token': home.token } }, (response) => {
        let count = 0;
        response.on('data', () => {
          count += 1;
          if (count < 5) return;
          response.destroy();
          resolve(count);
        });
      }).end();
    });
    expect(pieces).toBe(5);
  });

  it("set a cloud's clock, which its tokens go by", async () => {
    await sandbox.faults.add({ kind: 'clock', cloud: 'home', seconds: 7200 });
    expect((await volumes(home)).status).toBe(401);
    await sandbox.faults.clear();
    expect((await volumes(home)).status).toBe(200);
  });

  it('cut the connection in the middle of the body', async () => {
    await sandbox.faults.add({ kind: 'cut', service: 'block-storage' });
    const read = await new Promise<{ promised: number; bytes: number; error: string | undefined }>((resolve) => {
      const url = `${home.url('block-storage')}/volumes/detail`;
      request(url, { headers: { 'X-Auth-Token': home.token } }, (response) => {
        let bytes = 0;
        const promised = Number(response.headers['content-length']);
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('error', (error: NodeJS.ErrnoException) => resolve({ promised, bytes, error: error.code }));
        response.on('end', () => resolve({ promised, bytes, error: undefined }));
      }).end();
    });
    expect(read).toEqual({ promised: read.promised, bytes: Math.floor(read.promised / 2), error: 'ECONNRESET' });
    expect(read.bytes).toBeGreaterThan(0);
  });

  it('cut the connection after as many bytes as were said', async () => {
    await sandbox.faults.add({ kind: 'cut', service: 'block-storage', afterBytes: 10 });
    expect(await code(volumes(home))).toBe('ECONNRESET');
  });

  it('send slowly, and all of it', async () => {
    const before = await volumes(home);
    await sandbox.faults.add({ kind: 'slow', service: 'block-storage', bytesPerSecond: 20_000 });
    const pieces = await new Promise<Buffer[]>((resolve) => {
      const url = `${home.url('block-storage')}/volumes`;
      request(url, { headers: { 'X-Auth-Token': home.token } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(chunks));
      }).end();
    });
    expect(Buffer.concat(pieces).toString()).toBe(before.text);
  });

  it('come late: others are answered meanwhile', async () => {
    const fault = await sandbox.faults.add({ kind: 'latency', ms: 600_000, service: 'image' });
    await unanswered(sandbox, `${home.url('image')}/v2/images`);
    expect((await volumes(home)).status).toBe(200);
    expect(sandbox.home.requests[0]?.status).toBeUndefined();
    await fault.remove();
    await sandbox.faults.add({ kind: 'latency', ms: 5, service: 'image' });
    expect((await images(home)).status).toBe(200);
  });

  it('let tokens expire in the middle of a listing', async () => {
    const scope = await login(sandbox, 'alice', 'sp-a', 'research-one');
    await sandbox.faults.add({ kind: 'expired-tokens', cloud: 'sp-a', service: 'block-storage', after: 1, times: 1 });
    const first = await volumes(scope, '?limit=25');
    expect(first.status).toBe(200);
    const next = first.json.volumes_links[0].href;
    expect((await call('GET', next, { token: scope.token })).status).toBe(401);
    const anew = await login(sandbox, 'alice', 'sp-a', 'research-one');
    expect((await call('GET', next, { token: anew.token })).json.volumes).toHaveLength(25);
    there = anew;
  });

  it('apply to the steps of K2K', async () => {
    await sandbox.faults.add({ kind: 'status', status: 503, cloud: 'sp-a', path: 'Shibboleth.sso' });
    expect((await federated(sandbox, 'alice', 'sp-a')).status).toBe(500);
    await sandbox.faults.clear();
    expect((await federated(sandbox, 'alice', 'sp-a')).status).toBe(201);
  });

  it('are refused for clouds and services that are not there', async () => {
    await expect(sandbox.faults.add({ kind: 'hang', cloud: 'nope' })).rejects.toThrow('there is no cloud nope');
    await expect(sandbox.faults.add({ kind: 'hang', service: 'nope' })).rejects.toThrow('there is no service nope');
  });
});

describe('faults of a cloud', () => {
  it('refuse connections, and take them again on the same port', async () => {
    const fault = await sandbox.faults.add({ kind: 'refuse', cloud: 'sp-a' });
    expect(await connection(sandbox.cloud('sp-a').url)).toBe('ECONNREFUSED');
    expect((await volumes(home)).status).toBe(200);
    await fault.remove();
    expect(await connection(sandbox.cloud('sp-a').url)).toBe('connected');
    expect((await volumes(there)).status).toBe(200);
  });

  it('make a mapping that knows nobody: 401 after the assertion was taken', async () => {
    await sandbox.faults.add({ kind: 'mapping-knows-nobody', cloud: 'sp-b' });
    const answer = await federated(sandbox, 'alice', 'sp-b');
    expect([answer.status, answer.json.error.code]).toEqual([401, 401]);
    expect((await federated(sandbox, 'alice', 'sp-a')).status).toBe(201);
    await sandbox.faults.clear();
    expect((await federated(sandbox, 'alice', 'sp-b')).status).toBe(201);
  });

  it('disable a provider at home: it is not listed, and no assertion is made for it', async () => {
    await sandbox.faults.add({ kind: 'disabled-at-home', cloud: 'sp-b' });
    const answer = await tokens(sandbox.home.authUrl, password('alice'), 'research');
    expect(answer.json.token.service_providers.map(({ id }: { id: string }) => id)).toEqual(['sp-a']);
    const refused = await federated(sandbox, 'alice', 'sp-b');
    expect([refused.status, refused.json.error.message]).toEqual([
      403,
      'You are not authorized to perform the requested action.',
    ]);
  });

  it('take all projects away', async () => {
    await sandbox.faults.add({ kind: 'no-projects', cloud: 'sp-a' });
    const answer = await federated(sandbox, 'alice', 'sp-a');
    expect(answer.status).toBe(201);
    const token = answer.headers['x-subject-token'];
    const projects = await call('GET', `${sandbox.cloud('sp-a').authUrl}/auth/projects`, { token });
    expect(projects.json.projects).toEqual([]);
    await expect(login(sandbox, 'alice', 'sp-a', 'research-one')).rejects.toThrow('401');
  });

  it('end with the last of those that ask for them', async () => {
    const one = await sandbox.faults.add({ kind: 'mapping-knows-nobody' });
    await sandbox.faults.add({ kind: 'mapping-knows-nobody', cloud: 'sp-a' });
    await one.remove();
    expect((await federated(sandbox, 'alice', 'sp-a')).status).toBe(401);
    expect((await federated(sandbox, 'alice', 'sp-b')).status).toBe(201);
  });
});

describe('faults of a sandbox that is closed', () => {
  it('do not open it again when they are taken back', async () => {
    const other = await startSandbox();
    const fault = await other.faults.add({ kind: 'refuse' });
    await other.close();
    await fault.remove();
    expect(await connection(other.home.url)).toBe('ECONNREFUSED');
  });
});

describe('the latency of a sandbox', () => {
  it('is that of every answer', async () => {
    const slow = await startSandbox({ latencyMs: 600_000 });
    try {
      await unanswered(slow, slow.home.authUrl);
      expect((await call('GET', `${slow.controlUrl}/__sandbox/faults`)).status).toBe(200);
      expect(slow.home.requests[0]?.status).toBeUndefined();
    } finally {
      await slow.close();
    }
  });
});
