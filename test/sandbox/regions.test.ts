import { afterEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/settings.ts';
import { call } from '../contract/http.ts';
import { login, type SandboxScope } from './login.ts';

const running: Sandbox[] = [];

async function start(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

/** The public URLs of a service by region, as the catalog has them. */
function urls({ catalog }: SandboxScope, service: string): Record<string, string> {
  const entry = catalog.find(({ type }) => type === service);
  const endpoints = entry?.endpoints.filter((endpoint) => endpoint.interface === 'public') ?? [];
  return Object.fromEntries(endpoints.map((endpoint) => [endpoint.region_id, endpoint.url]));
}

const two = { 'sp-b': ['RegionB', 'RegionTwo'] } as const;

describe('a cloud with several regions', () => {
  it('has one Keystone, and in each region services of its own at paths of its own', async () => {
    const sandbox = await start({ regions: two });
    const scope = await login(sandbox, 'alice', 'sp-b', 'lab');
    const { url, region, regions } = sandbox.cloud('sp-b');
    expect([region, regions]).toEqual([
      'RegionB',
      [
        { name: 'RegionB', url },
        { name: 'RegionTwo', url: `${url}/r2` },
      ],
    ]);
    expect(urls(scope, 'identity')).toEqual({ RegionB: `${url}/identity/v3`, RegionTwo: `${url}/identity/v3` });
    for (const [service, path] of [
      ['compute', '/compute/v2.1'],
      ['block-storage', `/volume/v3/${scope.projectId}`],
      ['image', '/image/v2'],
      ['network', '/network/v2.0/'],
    ] as const) {
      expect(urls(scope, service)).toEqual({ RegionB: `${url}${path}`, RegionTwo: `${url}/r2${path}` });
    }
    const listed = await call('GET', `${sandbox.cloud('sp-b').authUrl}/regions`, { token: scope.token });
    expect(listed.json.regions.map(({ id }: { id: string }) => id)).toEqual(['RegionB', 'RegionTwo']);
  });

  it.each([
    ['compute', '/servers/detail', 'servers', 'vm-lab', '-0'],
    ['compute', '/os-server-groups', 'server_groups', 'group-lab', ''],
    ['block-storage', '/volumes/detail', 'volumes', 'vol-lab', '-0'],
    ['image', '/images?visibility=shared', 'images', 'image-lab', '-0'],
    ['network', 'routers', 'routers', 'router-lab', ''],
    ['network', 'ports', 'ports', '', ''],
  ])('keeps what it has apart: %s %s', async (service, path, key, prefix, ending) => {
    const sandbox = await start({ regions: two });
    const scope = await login(sandbox, 'alice', 'sp-b', 'lab');
    const { token } = scope;
    const first = urls(scope, service).RegionB as string;
    const second = urls(scope, service).RegionTwo as string;
    const of = async (base: string): Promise<{ id: string; name: string; links?: { href: string }[] }[]> =>
      (await call('GET', `${base}${path}`, { token })).json[key];
    const [here, there] = [await of(first), await of(second)];
    expect(here.map(({ name }) => name)).toContain(`${prefix}${ending}`);
    expect(there.map(({ name }) => name)).toContain(prefix === '' ? '' : `${prefix}-r2${ending}`);
    expect(new Set([...here, ...there].map(({ id }) => id)).size).toBe(here.length + there.length);
    const item = (base: string, id = '') =>
      call('GET', `${base}${path.replace(/[/?](detail|vis.*)$/, '')}/${id}`, { token });
    expect((await item(second, there[0]?.id)).status).toBe(200);
    expect((await item(second, here[0]?.id)).status).toBe(404);
    expect((await item(first, there[0]?.id)).status).toBe(404);
    for (const link of there[0]?.links ?? []) expect(link.href).toContain('/r2/');
  });

  it('lends services of the first region to the others: the same URL is in the catalog for both', async () => {
    const sandbox = await start({
      regions: { 'sp-b': ['RegionB', { name: 'RegionTwo', shared: ['image', 'block-storage', 'network'] }] },
    });
    const scope = await login(sandbox, 'alice', 'sp-b', 'lab');
    const image = urls(scope, 'image');
    expect(image.RegionTwo).toBe(image.RegionB);
    expect((await call('GET', `${sandbox.cloud('sp-b').url}/r2/image/v2/images`, scope)).status).toBe(404);
    const { servers } = (await call('GET', `${urls(scope, 'compute').RegionTwo}/servers/detail`, scope)).json;
    const { images } = (await call('GET', `${image.RegionB}/images`, scope)).json;
    expect(images.map(({ id }: { id: string }) => id)).toContain(servers[0].image.id);
  });

  it('has in a region what the region has', async () => {
    const sandbox = await start({
      regions: { home: ['HomeRegion', { name: 'Archive', services: ['block-storage'] }] },
    });
    const scope = await login(sandbox, 'alice', 'home', 'research');
    expect(Object.keys(urls(scope, 'volumev3')).sort()).toEqual(['Archive', 'HomeRegion']);
    expect(Object.keys(urls(scope, 'compute'))).toEqual(['HomeRegion']);
    expect((await call('GET', `${sandbox.home.url}/r2/compute/v2.1/servers`, scope)).status).toBe(404);
  });

  it('can be faulty in one of them', async () => {
    const sandbox = await start({ regions: two });
    const scope = await login(sandbox, 'alice', 'sp-b', 'lab');
    await sandbox.faults.add({ kind: 'status', status: 503, cloud: 'sp-b', region: 'RegionTwo', service: 'compute' });
    const { RegionB, RegionTwo } = urls(scope, 'compute');
    expect((await call('GET', `${RegionB}/servers`, scope)).status).toBe(200);
    expect((await call('GET', `${RegionTwo}/servers`, scope)).status).toBe(503);
  });

  it.each([
    { nope: ['A', 'B'] },
    { 'sp-a': ['A', 'A'] },
    { 'sp-a': [] },
    { 'sp-a': [''] },
    { 'sp-a': [{ name: 'A', services: ['nope'] }] },
  ])('is refused as %j', async (regions) => {
    await expect(startSandbox({ regions })).rejects.toThrow(RangeError);
  });
});
