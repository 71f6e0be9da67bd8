import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { furtherServices } from '../../src/sandbox/further/types.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { call } from '../contract/http.ts';
import { login, type SandboxScope } from './login.ts';

const UNKNOWN = '11111111-2222-4333-8444-555555555555';

let sandbox: Sandbox;
let scope: SandboxScope;

beforeAll(async () => {
  sandbox = await startSandbox({ services: furtherServices, regions: { 'sp-b': ['RegionB', 'RegionTwo'] } });
  scope = await login(sandbox, 'alice', 'sp-a', 'research-one');
});

afterAll(() => sandbox.close());

const ask = (method: string, url: string, more: { body?: unknown; headers?: Record<string, string> } = {}) =>
  call(method, url, { token: scope.token, ...more });

it('has further services only where it is told so', async () => {
  const plain = await startSandbox({ providers: 1 });
  try {
    const { catalog } = await login(plain, 'alice', 'home', 'research');
    const types = catalog.map(({ type }) => type);
    expect(types.filter((type) => [...furtherServices, 'sharev2'].includes(type))).toEqual([]);
    expect((await call('GET', `${plain.home.url}/dns`)).status).toBe(404);
  } finally {
    await plain.close();
  }
  await expect(startSandbox({ services: ['nope' as 'dns'] })).rejects.toThrow(RangeError);
});

it('keeps them apart in the regions of a cloud', async () => {
  const { catalog, token } = await login(sandbox, 'alice', 'sp-b', 'lab');
  const endpoints = catalog.find(({ type }) => type === 'dns')?.endpoints ?? [];
  const bases = new Set(endpoints.map(({ url }) => url));
  const names = await Promise.all(
    [...bases].map(async (base) => (await call('GET', `${base}/v2/zones`, { token })).json.zones[0].name),
  );
  expect(names.sort()).toEqual(['lab-0.sp-b.example.', 'lab-r2-0.sp-b.example.']);
});

it.each([
  ['dns', '/v2/zones'],
  ['key-manager', '/v1/secrets'],
  ['load-balancer', '/v2/lbaas/loadbalancers'],
  ['metric', '/v1/metric'],
  ['object-store', ''],
  ['orchestration', '/stacks'],
  ['sharev2', '/shares'],
])('%s needs a token', async (service, path) => {
  expect((await call('GET', `${scope.url(service)}${path}`)).status).toBe(401);
  expect((await ask('GET', `${scope.url(service)}${path}`)).status).toBe(200);
});

describe('DNS', () => {
  it('has zones and their recordsets; a 404 names no id', async () => {
    const base = `${scope.url('dns')}/v2`;
    const made = await ask('POST', `${base}/zones`, { body: { name: 'new.example.', email: 'a@example.org' } });
    expect([made.status, made.json.status, made.headers.location]).toEqual([202, 'PENDING', made.json.links.self]);
    const zone = `${base}/zones/${made.json.id}`;
    const records = { name: 'www.new.example.', type: 'A', records: ['192.0.2.9'] };
    const record = await ask('POST', `${zone}/recordsets`, { body: records });
    expect((await ask('GET', `${zone}/recordsets/${record.json.id}`)).json).toMatchObject(records);
    expect((await ask('GET', `${base}/recordsets/${record.json.id}`)).headers.location).toBe(record.json.links.self);
    const page = await ask('GET', `${base}/zones?limit=1`);
    expect(page.json.metadata.total_count).toBe(3);
    expect((await ask('GET', page.json.links.next)).json.zones[0].id).not.toBe(page.json.zones[0].id);
    expect((await ask('DELETE', zone)).status).toBe(202);
    for (const path of [`/zones/${UNKNOWN}`, `/zones/${made.json.id}`, `/zones/${UNKNOWN}/recordsets/${UNKNOWN}`]) {
      const gone = await ask('GET', `${base}${path}`);
      expect([gone.status, gone.json]).toEqual([
        404,
        { code: 404, type: 'zone_not_found', message: 'Could not find Zone', request_id: expect.any(String) },
      ]);
    }
    expect((await ask('GET', `${base}/zones/nope`)).json.type).toBe('invalid_uuid');
  });
});

describe('Key Manager', () => {
  it('has secrets by address; a 404 names no id', async () => {
    const base = `${scope.url('key-manager')}/v1/secrets`;
    const made = await ask('POST', base, { body: { name: 'new', payload: 'x' } });
    expect([made.status, made.json]).toEqual([201, { secret_ref: expect.stringContaining(`${base}/`) }]);
    const ref = made.json.secret_ref;
    expect((await ask('GET', ref)).json).toMatchObject({ name: 'new', secret_ref: ref, status: 'ACTIVE' });
    expect((await ask('GET', `${ref}/payload`)).text).toBe('x');
    const page = (await ask('GET', `${base}?limit=1`)).json;
    expect([page.total, page.secrets[0].id]).toEqual([3, undefined]);
    expect((await ask('GET', page.next)).json.secrets).toHaveLength(1);
    expect((await ask('DELETE', ref)).status).toBe(204);
    const gone = await ask('GET', ref);
    expect([gone.status, gone.json.title, gone.text.includes(ref.split('/').pop())]).toEqual([404, 'Not Found', false]);
  });
});

describe('Load Balancer', () => {
  it('has load balancers, pools, and members that belong to them', async () => {
    const base = `${scope.url('load-balancer')}/v2/lbaas`;
    const made = (await ask('POST', `${base}/loadbalancers`, { body: { loadbalancer: { name: 'new' } } })).json;
    expect(made.loadbalancer.provisioning_status).toBe('PENDING_CREATE');
    const url = `${base}/loadbalancers/${made.loadbalancer.id}`;
    expect((await ask('GET', url)).json.loadbalancer.name).toBe('new');
    expect((await ask('GET', `${base}/loadbalancers?limit=1`)).json.loadbalancers_links).toHaveLength(1);
    const pool = (await ask('GET', `${base}/pools`)).json.pools[0];
    const member = (await ask('GET', `${base}/pools/${pool.id}/members`)).json.members[0];
    expect((await ask('GET', `${base}/pools/${pool.id}/members/${member.id}`)).json.member.id).toBe(member.id);
    expect((await ask('DELETE', url)).status).toBe(204);
    const gone = await ask('GET', url);
    expect([gone.status, gone.json.faultstring]).toEqual([404, `LoadBalancer ${made.loadbalancer.id} not found.`]);
  });
});

describe('Orchestration', () => {
  it('has stacks by name and id; by either alone it says where they are', async () => {
    const base = `${scope.url('orchestration')}/stacks`;
    const made = await ask('POST', base, { body: { stack_name: 'new', template: {} } });
    const { id, links } = made.json.stack;
    expect([made.status, links[0].href]).toEqual([201, `${base}/new/${id}`]);
    expect((await ask('GET', `${base}/new/${id}`)).json.stack).toMatchObject({ id, stack_name: 'new' });
    for (const name of ['new', id]) {
      const found = await ask('GET', `${base}/${name}`);
      expect([found.status, found.headers.location]).toEqual([302, `${base}/new/${id}`]);
    }
    expect((await ask('GET', `${base}/new/resources`)).headers.location).toBe(`${base}/new/${id}/resources`);
    expect((await ask('DELETE', `${base}/new/${id}`)).status).toBe(204);
    const gone = await ask('GET', `${base}/new/${id}`);
    expect([gone.status, gone.json.error.message]).toEqual([404, 'The Stack (new) could not be found.']);
    expect((await ask('GET', `${base.replace(scope.projectId, UNKNOWN)}`)).status).toBe(403);
  });
});

describe('Shared File Systems', () => {
  it('has a header of its own for microversions, and a 404 that names no id', async () => {
    const base = scope.url('sharev2');
    const version = (text: string) => ({ headers: { 'X-OpenStack-Manila-API-Version': text } });
    const listed = await ask('GET', `${base}/shares`, version('2.60'));
    expect([listed.headers['x-openstack-manila-api-version'], listed.json.shares]).toEqual(['2.60', expect.any(Array)]);
    const share = listed.json.shares[0];
    const short = base.slice(0, -scope.projectId.length - 1);
    expect((await ask('GET', `${short}/shares/${share.id}`, version('2.60'))).json.share.id).toBe(share.id);
    expect((await ask('GET', `${short}/shares/${share.id}`, version('2.59'))).status).toBe(404);
    expect((await ask('GET', `${base}/shares`, version('2.99'))).status).toBe(406);
    const gone = await ask('GET', `${base}/shares/${UNKNOWN}`);
    expect([gone.status, gone.json.itemNotFound.message]).toEqual([404, 'The resource could not be found.']);
  });
});

describe('metric', () => {
  it('gives lists without a name around them', async () => {
    const base = `${scope.url('metric')}/v1/metric`;
    const [metric] = (await ask('GET', base)).json;
    expect((await ask('GET', `${base}/${metric.id}`)).json).toEqual(metric);
    expect((await ask('GET', `${base}/${UNKNOWN}`)).status).toBe(404);
  });
});

describe('Object Store', () => {
  const object = (path: string) => `${scope.url('object-store')}/${path}`;

  it('keeps objects whose names may look like anything, in containers of an account', async () => {
    expect(scope.url('object-store')).toBe(`${sandbox.cloud('sp-a').url}/object-store/v1/AUTH_${scope.projectId}`);
    const name = `${UNKNOWN}/a b`;
    expect((await ask('PUT', object('Box'))).status).toBe(201);
    expect((await ask('PUT', object('Box'))).status).toBe(202);
    const put = await ask('PUT', object(`Box/${encodeURI(name)}`), {
      body: { x: 1 },
      headers: { 'X-Object-Meta-Colour': 'red' },
    });
    const got = await ask('GET', object(`Box/${encodeURI(name)}`));
    expect([put.status, got.status, got.text, got.headers['x-object-meta-colour']]).toEqual([
      201,
      200,
      '{"x":1}',
      'red',
    ]);
    expect(got.headers.etag).toBe(put.headers.etag);
    const head = await ask('HEAD', object(`Box/${encodeURI(name)}`));
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '7', '']);
    expect((await ask('GET', object('Box?format=json'))).json).toEqual([
      expect.objectContaining({ name, bytes: 7, hash: put.headers.etag }),
    ]);
    expect((await ask('GET', object('Box?format=plain'))).text).toBe(`${name}\n`);
    expect((await ask('GET', object('box'))).status).toBe(404);
    expect((await ask('GET', object('?format=json'))).json.map((one: { name: string }) => one.name)).toEqual([
      'Box',
      'files-research-one',
    ]);
    expect((await ask('DELETE', object('Box'))).status).toBe(409);
    expect((await ask('DELETE', object(`Box/${encodeURI(name)}`))).status).toBe(204);
    expect((await ask('DELETE', object('Box'))).status).toBe(204);
  });

  it('says of what is not there no more than that, and nothing of the accounts of others', async () => {
    const page = '<html><h1>Not Found</h1><p>The resource could not be found.</p></html>';
    for (const [method, path] of [
      ['GET', UNKNOWN],
      ['GET', `files-research-one/${UNKNOWN}`],
      ['PUT', `${UNKNOWN}/o`],
      ['DELETE', UNKNOWN],
    ] as const) {
      const gone = await ask(method, object(path));
      expect([gone.status, gone.text]).toEqual([404, page]);
    }
    const other = `${sandbox.cloud('sp-a').url}/object-store/v1/AUTH_${'1'.repeat(32)}`;
    expect((await ask('GET', other)).status).toBe(403);
    expect((await ask('GET', `${sandbox.cloud('sp-a').url}/object-store/v1`)).status).toBe(412);
  });
});
