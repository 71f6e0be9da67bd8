import { describe, expect, it } from 'vitest';
import { NOBODY, useContract } from './contract.ts';

const contract = useContract();

/** Statuses for an id that nobody has: list, then GET, HEAD, DELETE, PUT with {}, PATCH with {}. */
const table = [
  ['compute', '/servers', 200, [404, 404, 404, 400, 404]],
  ['compute', '/flavors', 200, [404, 404, 403, 404, 404]],
  ['compute', '/os-keypairs', 200, [404, 404, 404, 404, 404]],
  ['compute', '/os-server-groups', 200, [404, 404, 404, 404, 404]],
  ['compute', '/os-hypervisors', 403, [403, 404, 404, 404, 404]],
  ['compute', '/os-aggregates', 403, [403, 404, 403, 400, 404]],
  ['volume', '/volumes', 200, [404, 404, 404, 400, 404]],
  ['volume', '/snapshots', 200, [404, 404, 404, 400, 404]],
  ['volume', '/backups', 200, [404, 404, 404, 404, 404]],
  ['volume', '/os-volume-transfer', 200, [404, 404, 404, 404, 404]],
  ['volume', '/types', 200, [404, 404, 403, 400, 404]],
  ['volume', '/qos-specs', 403, [403, 404, 403, 400, 404]],
  ['image', '/images', 200, [404, 405, 404, 405, 415]],
  ['image', '/tasks', 403, [403, 405, 403, 405, 405]],
  ['network', '/networks', 200, [404, 405, 404, 404, 405]],
  ['network', '/subnets', 200, [404, 405, 404, 404, 405]],
  ['network', '/ports', 200, [404, 405, 404, 404, 405]],
  ['network', '/routers', 200, [404, 405, 404, 400, 405]],
  ['network', '/floatingips', 200, [404, 405, 404, 400, 405]],
  ['network', '/security-groups', 200, [404, 405, 404, 400, 405]],
  ['network', '/security-group-rules', 200, [404, 405, 404, 400, 405]],
  ['network', '/subnetpools', 200, [404, 405, 404, 400, 405]],
] as const;

describe('an id that nobody has', () => {
  it.each(table)('at %s %s: list %i, GET HEAD DELETE PUT PATCH %j', async (service, path, list, statuses) => {
    const scope = await contract.home();
    const url = `${scope[service]}${path}`;
    expect((await scope.get(url)).status).toBe(list);
    const found: number[] = [];
    for (const method of ['GET', 'HEAD', 'DELETE', 'PUT', 'PATCH']) {
      const body = method === 'PUT' || method === 'PATCH' ? { body: {} } : {};
      found.push((await scope.call(method, `${url}/${NOBODY}`, body)).status);
    }
    expect(found).toEqual(statuses);
  });

  it.each([
    ['compute', '/servers', { server: { name: 'x' } }, 404],
    ['volume', '/volumes', { volume: { name: 'x' } }, 404],
    ['volume', '/snapshots', { snapshot: { name: 'x' } }, 404],
    ['volume', '/backups', { backup: { name: 'x' } }, 404],
    ['volume', '/types', { volume_type: { name: 'x' } }, 403],
    ['network', '/networks', { network: { name: 'x' } }, 404],
    ['network', '/routers', { router: { name: 'x' } }, 404],
    ['network', '/security-groups', { security_group: { name: 'x' } }, 404],
  ] as const)('at %s %s answers to PUT with %j: %i', async (service, path, body, status) => {
    const scope = await contract.home();
    expect((await scope.call('PUT', `${scope[service]}${path}/${NOBODY}`, { body })).status).toBe(status);
  });

  it('makes Block Storage fail when a volume type is updated with a body that it does not expect', async () => {
    const scope = await contract.home();
    const url = `${scope.volume}/types/${NOBODY}`;
    expect((await scope.call('PUT', url)).status).toBe(500);
    expect((await scope.call('PUT', url, { body: { type: {} } })).status).toBe(500);
    expect((await scope.call('PUT', url, { body: { volume: {} } })).status).toBe(400);
  });

  it('in an action is looked up after the body is', async () => {
    const scope = await contract.home();
    const server = `${scope.compute}/servers/${NOBODY}/action`;
    expect((await scope.call('POST', server, { body: { reboot: { type: 'SOFT' } } })).status).toBe(404);
    expect((await scope.call('POST', server, { body: { bogus: {} } })).status).toBe(400);
    const volume = `${scope.volume}/volumes/${NOBODY}/action`;
    expect((await scope.call('POST', volume, { body: { 'os-extend': { new_size: 2 } } })).status).toBe(404);
    expect((await scope.call('POST', volume, { body: { 'os-bogus': {} } })).status).toBe(400);
    const image = `${scope.image}/images/${NOBODY}/actions/deactivate`;
    expect((await scope.call('POST', image, { body: {} })).status).toBe(400);
    const router = `${scope.network}/routers/${NOBODY}/add_router_interface`;
    expect((await scope.call('PUT', router, { body: {} })).status).toBe(404);
    expect((await scope.call('POST', router, { body: {} })).status).toBe(405);
  });

  it("of another project's quotas is 403, one's own 200", async () => {
    const scope = await contract.home();
    const other = NOBODY.replaceAll('-', '');
    for (const url of [`${scope.compute}/os-quota-sets`, `${scope.volume}/os-quota-sets`, `${scope.network}/quotas`]) {
      expect((await scope.get(`${url}/${scope.project.id}`)).status).toBe(200);
      expect((await scope.get(`${url}/${other}`)).status).toBe(403);
    }
    expect((await scope.get(`${scope.compute}/limits`)).json.limits.absolute.maxTotalInstances).toBeGreaterThan(0);
    expect((await scope.get(`${scope.volume}/limits`)).json.limits.absolute.maxTotalVolumes).toBeGreaterThan(0);
  });
});

describe('a method on a collection', () => {
  it.each([
    ['compute', '/servers', [404, 404, 404]],
    ['volume', '/volumes', [404, 404, 404]],
    ['image', '/images', [405, 405, 405]],
    ['network', '/networks', [404, 404, 405]],
  ] as const)('at %s %s: DELETE PUT HEAD %j', async (service, path, statuses) => {
    const scope = await contract.home();
    const url = `${scope[service]}${path}`;
    const found = [
      (await scope.call('DELETE', url)).status,
      (await scope.call('PUT', url, { body: {} })).status,
      (await scope.call('HEAD', url)).status,
    ];
    expect(found).toEqual(statuses);
  });

  it('that Image does not have is answered with those that it has', async () => {
    const scope = await contract.home();
    const collection = await scope.call('PUT', `${scope.image}/images`, { body: {} });
    expect(collection.headers.allow?.split(', ').sort()).toEqual(['GET', 'POST']);
    const item = await scope.call('POST', `${scope.image}/images/${NOBODY}`, { body: {} });
    expect(item.headers.allow?.split(', ').sort()).toEqual(['DELETE', 'GET', 'PATCH']);
  });

  it('with a slash at the end is a 404, but at Network', async () => {
    const scope = await contract.home();
    expect((await scope.get(`${scope.compute}/servers/`)).status).toBe(404);
    expect((await scope.get(`${scope.volume}/volumes/`)).status).toBe(404);
    expect((await scope.get(`${scope.image}/images/`)).status).toBe(404);
    expect((await scope.get(`${scope.network}/networks/`)).status).toBe(200);
  });
});
