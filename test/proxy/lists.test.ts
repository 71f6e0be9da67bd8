/** Listings at the proxy: the engine's own rules are tested in test/federation/aggregate. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Client, type Reply, startTestProxy, type TestProxy } from '../support/proxy.ts';

let sandbox: Sandbox;
let proxy: TestProxy;
let alice: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ volumes: 9, pageSize: 5 });
  proxy = await startTestProxy(sandbox);
  alice = await proxy.as('alice');
});

afterEach(() => sandbox.faults.clear());

afterAll(async () => {
  await proxy.stop();
  await sandbox.close();
});

const volumes = (rest = '') => `/volumev3/v3/${alice.projectId}/volumes${rest}`;
const ids = (reply: Reply, key = 'volumes'): string[] => reply.json[key].map(({ id }: { id: string }) => id);
const nextOf = (reply: Reply, key = 'volumes'): string | undefined =>
  reply.json[`${key}_links`]?.find(({ rel }: { rel: string }) => rel === 'next')?.href;

describe('a list', () => {
  it('is walked by its links, which lead to the proxy, and shows everything once', async () => {
    const seen: string[] = [];
    for (let url: string | undefined = volumes('?limit=7'); url !== undefined; ) {
      const reply: Reply = await alice.get(url);
      expect(reply.status).toBe(200);
      expect(reply.headers).not.toHaveProperty('x-fed-missing');
      seen.push(...ids(reply));
      url = nextOf(reply);
      if (url !== undefined) expect(url).toMatch(new RegExp(`^${proxy.url}/volumev3/v3/${alice.projectId}/volumes\\?`));
    }
    expect(seen).toHaveLength(36);
    expect(new Set(seen).size).toBe(36);
  });

  it('is walked by the last item of each page just as well', async () => {
    const seen: string[] = [];
    for (let page = ids(await alice.get(volumes('?limit=10'))); page.length > 0; ) {
      seen.push(...page);
      page = ids(await alice.get(volumes(`?limit=10&marker=${page.at(-1)}`)));
    }
    expect(new Set(seen).size).toBe(36);
    expect(seen).toHaveLength(36);
  });

  it('keeps the order over all clouds', async () => {
    const { json } = await alice.get(volumes('/detail?sort=name:desc&limit=20'));
    const names = json.volumes.map(({ name }: { name: string }) => name);
    expect(names).toEqual([...names].sort().reverse());
    expect(
      new Set(json.volumes.map((v: Record<string, unknown>) => v['os-vol-tenant-attr:tenant_id'])).size,
    ).toBeGreaterThan(1);
  });

  it("has Glance's own links", async () => {
    const { json } = await alice.get('/image/v2/images?limit=2');
    expect(json.images).toHaveLength(2);
    expect(json.next).toMatch(/^\/v2\/images\?.*marker=/);
    expect((await alice.get(`/image${json.next}`)).status).toBe(200);
  });

  it('of one provider is asked for with a header', async () => {
    const reply = await alice.get(volumes(), { 'X-Fed-Provider': 'sp-b' });
    expect(ids(reply)).toHaveLength(9);
  });

  it('has as many items as the proxy is told where the client says nothing', async () => {
    const small = await startTestProxy(sandbox, { pageSize: 3 });
    const client = await small.as('alice');
    const reply = await client.get(volumes());
    expect(ids(reply)).toHaveLength(3);
    expect(nextOf(reply)).toBeDefined();
    await small.stop();
  });

  it('that the service refuses is refused in its own words', async () => {
    const reply = await alice.get(volumes('?limit=minus'));
    expect(reply.status).toBe(400);
    expect(reply.headers['x-fed-provider']).toBeDefined();
  });

  it('is refused with the status that all say who have the service', async () => {
    await sandbox.faults.add({ kind: 'status', status: 403, service: 'compute' });
    const reply = await alice.get('/compute/v2.1/servers/detail?all_tenants=1');
    expect(reply).toMatchObject({ status: 403, headers: { 'x-fed-provider': 'home' } });
    expect(reply.headers).not.toHaveProperty('x-fed-missing');
    await sandbox.faults.clear();
    expect(await alice.get('/network/v2.0/ports?bogus=1')).toMatchObject({ status: 400 });
  });

  it('has the headers in which the service says its version', async () => {
    const servers = await alice.get('/compute/v2.1/servers', { 'OpenStack-API-Version': 'compute 2.79' });
    expect(servers.headers).toMatchObject({
      'openstack-api-version': 'compute 2.79',
      'x-openstack-nova-api-version': '2.79',
      vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
      'x-openstack-request-id': expect.stringMatching(/^req-/),
    });
    const { headers } = await alice.get(volumes());
    expect(headers).toMatchObject({ 'openstack-api-version': 'volume 3.0', vary: 'OpenStack-API-Version' });
    const tooNew = await alice.get('/compute/v2.1/servers', { 'OpenStack-API-Version': 'compute 2.999' });
    expect(tooNew).toMatchObject({ status: 406, headers: { 'openstack-api-version': 'compute 2.999' } });
  });

  it('is written to the log as an answer of all', async () => {
    await alice.get(volumes());
    expect(proxy.log.at(-1)).toMatchObject({ provider: 'all', how: 'aggregated', status: 200 });
  });
});

describe('a list that lacks a provider', () => {
  it('has what the others have, and says who is missing and why', async () => {
    await sandbox.faults.add({ kind: 'status', status: 503, cloud: 'sp-a', service: 'block-storage' });
    const reply = await alice.get(volumes('?limit=100'));
    expect(ids(reply)).toHaveLength(18);
    expect(reply.headers['x-fed-missing']).toBe('sp-a');
    expect(reply.headers.warning).toMatch(/^199 fed "sp-a\/research-one: .*503.*"$/);
  });

  it('is refused where the proxy is strict', async () => {
    const strict = await startTestProxy(sandbox, { strict: true });
    const client = await strict.as('alice');
    await sandbox.faults.add({ kind: 'status', status: 503, cloud: 'sp-a', service: 'block-storage' });
    const reply = await client.get(volumes());
    expect(reply.status).toBe(502);
    expect(reply.text).toContain('sp-a/research-one');
    await sandbox.faults.clear();
    expect((await client.get(volumes())).status).toBe(200);
    await strict.stop();
  });

  it('is refused where the proxy is strict, also if it is only that pages come to no end', async () => {
    const strict = await startTestProxy(sandbox, { strict: true });
    const client = await strict.as('alice');
    const link = { rel: 'next', href: 'http://internal/volumes?marker=loop' };
    const json = { volumes: [], volumes_links: [link] };
    await sandbox.faults.add({ kind: 'json', json, cloud: 'sp-a', service: 'block-storage' });
    expect(await client.get(volumes())).toMatchObject({ status: 502, text: expect.stringContaining('come to no end') });
    const reply = await alice.get(volumes());
    expect(reply).toMatchObject({ status: 200, headers: { 'x-fed-missing': 'sp-a' } });
    await strict.stop();
  });

  it('is refused when nobody can answer', async () => {
    await sandbox.faults.add({ kind: 'status', status: 503, service: 'block-storage' });
    const reply = await alice.get(volumes());
    expect(reply.status).toBeGreaterThanOrEqual(500);
  });
});
