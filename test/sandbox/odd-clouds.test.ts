import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { call } from '../contract/http.ts';
import { federated, login, tokens } from './login.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ sameNames: ['sp-b'] });
});

afterEach(() => sandbox.faults.clear());
afterAll(() => sandbox.close());

const alice = (cloud = 'sp-a', project = 'research-one') => login(sandbox, 'alice', cloud, project);

describe('a catalog', () => {
  it('can be empty, or without the entries of a service, and is whole again afterwards', async () => {
    const fault = await sandbox.faults.add({ kind: 'catalog', cloud: 'sp-a', change: 'empty' });
    expect((await alice()).catalog).toEqual([]);
    await fault.remove();
    const whole = (await alice()).catalog.map(({ type }) => type);
    await sandbox.faults.add({ kind: 'catalog', cloud: 'sp-a', change: 'empty', service: 'volumev3' });
    const types = (await alice()).catalog.map(({ type }) => type);
    expect(whole.filter((type) => !types.includes(type)).sort()).toEqual(['block-storage', 'volumev3']);
    expect((await alice('home', 'research')).catalog.map(({ type }) => type)).toContain('volumev3');
  });

  it('can be missing', async () => {
    await sandbox.faults.add({ kind: 'catalog', cloud: 'sp-a', change: 'missing' });
    const scope = await alice();
    expect(scope.catalog).toBeUndefined();
    expect((await call('GET', `${sandbox.cloud('sp-a').authUrl}/auth/catalog`, scope)).status).toBe(403);
  });

  it('can have public endpoints alone, another region, or addresses that are none', async () => {
    const endpoints = async () => (await alice()).catalog.find(({ type }) => type === 'compute')?.endpoints ?? [];
    await sandbox.faults.add({ kind: 'catalog', cloud: 'sp-a', change: 'public-only' });
    expect((await endpoints()).map((one) => one.interface)).toEqual(['public']);
    await sandbox.faults.add({ kind: 'catalog', cloud: 'sp-a', change: 'other-region' });
    expect((await endpoints()).map((one) => one.region_id)).toEqual(['Elsewhere']);
    await sandbox.faults.add({ kind: 'catalog', cloud: 'sp-a', change: 'bad-url', service: 'compute' });
    expect((await endpoints()).map(({ url }) => URL.canParse(url))).toEqual([false]);
    expect(URL.canParse((await alice()).url('image'))).toBe(true);
  });

  it('can have old addresses, which redirect', async () => {
    const before = (await alice()).url('compute');
    await sandbox.faults.add({ kind: 'catalog', cloud: 'sp-a', change: 'moved', service: 'compute' });
    const scope = await alice();
    const answer = await call('GET', `${scope.url('compute')}/servers?limit=1`, scope);
    expect([answer.status, answer.headers.location]).toEqual([301, `${before}/servers?limit=1`]);
    expect((await call('GET', `${answer.headers.location}`, scope)).json.servers).toHaveLength(1);
  });
});

describe('a cloud', () => {
  it('can redirect to another origin', async () => {
    const scope = await alice();
    const url = `${scope.url('compute')}/servers?limit=1`;
    const { port, pathname, search } = new URL(url);
    await sandbox.faults.add({ kind: 'redirect', to: `https://127.0.0.1:${port}`, cloud: 'sp-a', service: 'compute' });
    const answer = await call('GET', url, scope);
    expect([answer.status, answer.headers.location]).toEqual([301, `https://127.0.0.1:${port}${pathname}${search}`]);
  });

  it("can have a web application firewall that answers in Keystone's place", async () => {
    await sandbox.faults.add({ kind: 'status', status: 403, body: 'html', cloud: 'sp-a', service: 'identity' });
    const answer = await federated(sandbox, 'alice', 'sp-a');
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('<h1>Forbidden</h1>')]);
  });

  it('can have a Nova that knows nothing beyond 2.38, and says so', async () => {
    await sandbox.faults.add({ kind: 'old-nova', cloud: 'sp-a' });
    const scope = await alice();
    const ask = (version: string) =>
      call('GET', `${scope.url('compute')}/servers`, {
        token: scope.token,
        headers: { 'OpenStack-API-Version': `compute ${version}` },
      });
    expect((await ask('2.38')).status).toBe(200);
    const refused = await ask('2.47');
    expect([refused.status, refused.json.computeFault?.message ?? refused.text]).toEqual([
      406,
      'Version 2.47 is not supported by the API. Minimum is 2.1 and maximum is 2.38.',
    ]);
    expect((await call('GET', scope.url('compute'))).json.version.version).toBe('2.38');
  });

  it('can have projects of the same name in several domains', async () => {
    const { projects, authUrl } = sandbox.cloud('sp-b');
    expect(projects.map(({ name, domain }) => [name, domain.name])).toEqual([['admin', 'Default']]);
    const other = await startSandbox({ sameNames: ['sp-a'] });
    try {
      const { authUrl: at, projects: own } = other.cloud('sp-a');
      expect(own.map(({ name, domain }) => [name, domain.name])).toEqual([
        ['admin', 'Default'],
        ['admin', 'Other'],
        ['admin', 'Other2'],
      ]);
      const token = (await federated(other, 'alice', 'sp-a')).headers['x-subject-token'];
      const listed = (await call('GET', `${at}/auth/projects`, { token })).json.projects;
      expect(listed.map(({ id, domain_id }: { id: string; domain_id: string }) => [id, domain_id])).toEqual(
        own.slice(0, 2).map(({ id, domain }) => [id, domain.id]),
      );
      const identity = { methods: ['token'], token: { id: token } };
      const scoped = async (domain: unknown) =>
        call('POST', `${at}/auth/tokens`, {
          body: { auth: { identity, scope: { project: { name: 'admin', domain } } } },
        });
      expect((await scoped({ name: 'other' })).json.token.project).toEqual({
        id: own[1]?.id,
        name: 'admin',
        domain: own[1]?.domain,
      });
      expect((await scoped({ id: 'default' })).json.token.project.id).toBe(own[0]?.id);
      expect((await scoped({ name: 'Nope' })).status).toBe(401);
    } finally {
      await other.close();
    }
    const local = sandbox.env('local', 'sp-b');
    expect(local).toMatchObject({ OS_PROJECT_NAME: 'admin', OS_PROJECT_DOMAIN_NAME: 'Default' });
    const password = { user: { name: 'local', domain: { id: 'default' }, password: local.OS_PASSWORD } };
    expect((await tokens(authUrl, { methods: ['password'], password }, 'admin')).status).toBe(201);
  });

  it.each([
    { kind: 'catalog', change: 'nope' },
    { kind: 'redirect', to: 'nope' },
  ])('refuses the fault %j', async (fault) => {
    const answer = await call('POST', `${sandbox.controlUrl}/__sandbox/faults`, { body: fault });
    expect(answer.status).toBe(400);
  });
});
