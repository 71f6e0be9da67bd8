import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { call } from '../contract/http.ts';
import { login } from './login.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

beforeEach(() => sandbox.clearRequests());
afterAll(() => sandbox.close());

describe('the requests of a sandbox', () => {
  it('are remembered per cloud: what was asked, by whom, for which project, and the answer', async () => {
    const scope = await login(sandbox, 'alice', 'sp-a', 'research-one');
    sandbox.clearRequests();
    const url = `${scope.url('block-storage')}/volumes/nope?x=1`;
    await call('DELETE', url, { token: scope.token });
    expect(sandbox.cloud('sp-a').requests).toEqual([
      {
        method: 'DELETE',
        path: url.slice(sandbox.cloud('sp-a').url.length),
        status: 404,
        user: 'alice',
        project: 'research-one',
      },
    ]);
    expect(sandbox.home.requests).toEqual([]);
    expect(sandbox.cloud('sp-b').requests).toEqual([]);
  });

  it('of K2K are one at home and two at the provider, before the projects', async () => {
    await login(sandbox, 'alice', 'sp-b', 'lab');
    const seen = (cloud: string) =>
      sandbox
        .cloud(cloud)
        .requests.map(({ method, path, status }) => [method, path.replace(/.*\/(?=[^/]+\/[^/]+$)/, ''), status]);
    expect(seen('home')).toEqual([
      ['POST', 'auth/tokens', 201],
      ['POST', 'saml2/ecp', 200],
    ]);
    expect(seen('sp-b')).toEqual([
      ['POST', 'mellon/paosResponse', 303],
      ['GET', 'saml2/auth', 201],
      ['POST', 'auth/tokens', 201],
    ]);
  });

  it('have no user when the token was bad', async () => {
    await call('GET', `${sandbox.home.url}/compute/v2.1/servers`, { token: 'garbage' });
    expect(sandbox.home.requests).toEqual([{ method: 'GET', path: '/compute/v2.1/servers', status: 401 }]);
  });
});

describe('the control endpoint', () => {
  const url = (path: string) => `${sandbox.controlUrl}/__sandbox/${path}`;

  it('takes faults, lists them and takes them back', async () => {
    const made = await call('POST', url('faults'), { body: { kind: 'status', status: 503, cloud: 'home' } });
    expect(made.status).toBe(201);
    expect(made.json).toEqual({ id: expect.any(Number), kind: 'status', status: 503, cloud: 'home' });
    expect((await call('GET', sandbox.home.authUrl)).status).toBe(503);
    expect((await call('GET', url('faults'))).json.faults).toEqual([made.json]);
    expect((await call('DELETE', url(`faults/${made.json.id}`))).status).toBe(204);
    expect((await call('GET', sandbox.home.authUrl)).status).toBe(200);
    expect((await call('DELETE', url(`faults/${made.json.id}`))).status).toBe(404);
    await call('POST', url('faults'), { body: { kind: 'refuse', cloud: 'sp-a' } });
    expect((await call('DELETE', url('faults'))).status).toBe(204);
    expect(sandbox.faults.all).toEqual([]);
    expect((await call('GET', sandbox.cloud('sp-a').authUrl)).status).toBe(200);
  });

  it.each([
    ['{bad', 'a fault is an object'],
    ['{"kind":"nope"}', 'kind must be one of'],
    ['{"kind":"latency"}', 'ms must be a number'],
    ['{"kind":"status","status":"503"}', 'status must be a number'],
    ['{"kind":"json"}', 'json must be there'],
    ['{"kind":"hang","times":-1}', 'times must be a number'],
    ['{"kind":"hang","path":5}', 'path must be a text'],
    ['{"kind":"hang","cloud":[5]}', 'cloud must be a name'],
    ['{"kind":"hang","cloud":"nope"}', 'there is no cloud nope'],
  ])('refuses %s', async (body, message) => {
    const answer = await call('POST', url('faults'), { body });
    expect(answer.status).toBe(400);
    expect(answer.json.message).toContain(message);
  });

  it('lets tokens expire, and gives and forgets the requests', async () => {
    const scope = await login(sandbox, 'alice', 'home', 'research');
    expect((await call('POST', url('expire-tokens?cloud=home'))).status).toBe(204);
    expect((await call('GET', `${scope.url('compute')}/servers`, { token: scope.token })).status).toBe(401);
    const all = await call('GET', url('requests'));
    expect(Object.keys(all.json.requests)).toEqual(['home', 'sp-a', 'sp-b']);
    const one = await call('GET', url('requests?cloud=home'));
    expect(one.json.requests.home).toContainEqual({ method: 'GET', path: '/compute/v2.1/servers', status: 401 });
    expect((await call('DELETE', url('requests'))).status).toBe(204);
    expect(sandbox.home.requests).toEqual([]);
    expect((await call('GET', url('requests?cloud=nope'))).status).toBe(400);
    expect((await call('GET', url('nope'))).status).toBe(404);
    expect((await call('PUT', url('faults'))).status).toBe(405);
  });
});
