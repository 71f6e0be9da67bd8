import { describe, expect, it } from 'vitest';
import { type ContractScope, NOBODY, useContract } from './contract.ts';

const contract = useContract();
const services = [
  ['compute', '/servers', 'servers'],
  ['volume', '/volumes', 'volumes'],
  ['image', '/images', 'images'],
  ['network', '/networks', 'networks'],
] as const;

type Service = (typeof services)[number][0];

const url = (scope: ContractScope, service: Service) => {
  const [, path] = services.find(([name]) => name === service) ?? services[0];
  return `${scope[service]}${path}`;
};

async function names(scope: ContractScope, service: Service, query: string): Promise<string[]> {
  const [, , key] = services.find(([name]) => name === service) ?? services[0];
  const answer = await scope.get(`${url(scope, service)}?${query}`);
  expect(answer.status).toBe(200);
  return answer.json[key].map(({ name }: { name: string }) => name);
}

describe('a filter by name', () => {
  it('is a pattern at Compute, without regard to case', async () => {
    const scope = await contract.home();
    expect(await names(scope, 'compute', 'name=vm-research')).toHaveLength(3);
    expect(await names(scope, 'compute', 'name=VM-RESEARCH')).toHaveLength(3);
    expect(await names(scope, 'compute', 'name=%5Evm.*-1%24')).toEqual(['vm-research-1']);
    const bad = await scope.get(`${scope.compute}/servers?name=(`);
    expect(bad.status).toBe(400);
    expect(bad.json.badRequest.message).toContain("is not a 'regex'");
  });

  it.each([
    ['volume', 'vol-research-1'],
    ['image', 'image-research-1'],
    ['network', 'net-research'],
  ] as const)('is exact at %s, but without regard to case', async (service, name) => {
    const scope = await contract.home();
    expect(await names(scope, service, `name=${name}`)).toEqual([name]);
    expect(await names(scope, service, `name=${name.toUpperCase()}`)).toEqual([name]);
    expect(await names(scope, service, `name=${name.slice(0, -1)}`)).toEqual([]);
    expect(await names(scope, service, 'name=(')).toEqual([]);
  });

  it('takes a list at Image and several at Network', async () => {
    const scope = await contract.home();
    expect(await names(scope, 'image', 'name=in:image-research-0,zz')).toEqual(['image-research-0']);
    expect(await names(scope, 'network', 'name=net-research&name=zz')).toEqual(['net-research']);
  });
});

describe('a filter that is not known', () => {
  it.each(['compute', 'volume'] as const)('is ignored at %s: everything is listed', async (service) => {
    const scope = await contract.home();
    const all = await names(scope, service, '');
    expect(all.length).toBeGreaterThanOrEqual(3);
    for (const query of ['bogus=1', `id=${NOBODY}`, `uuid=${NOBODY}`, 'fields=id', 'host=x']) {
      expect(await names(scope, service, query)).toEqual(all);
    }
  });

  it('is a property at Image: nothing has it', async () => {
    const scope = await contract.home();
    for (const query of ['bogus=1', `id=${NOBODY}`, 'all_tenants=1', 'fields=id', 'offset=1']) {
      expect(await names(scope, 'image', query)).toEqual([]);
    }
  });

  it('is 400 at Network, for lists and for ids', async () => {
    const scope = await contract.home();
    const list = await scope.get(`${scope.network}/networks?bogus=1`);
    expect([list.status, list.json.NeutronError.message]).toEqual([
      400,
      "['bogus'] is invalid attribute for filtering",
    ]);
    expect(await names(scope, 'network', `id=${NOBODY}`)).toEqual([]);
    const [network] = (await scope.get(`${scope.network}/networks?name=net-research`)).json.networks;
    expect((await scope.get(`${scope.network}/networks/${network.id}?bogus=1`)).status).toBe(400);
    expect((await scope.get(`${scope.network}/networks?shared=x`)).status).toBe(400);
  });
});

describe('a filter by status', () => {
  it.each([
    ['compute', '/servers/detail', 'servers', 'ACTIVE'],
    ['volume', '/volumes/detail', 'volumes', 'available'],
    ['image', '/images', 'images', 'active'],
    ['network', '/networks', 'networks', 'ACTIVE'],
    ['network', '/ports', 'ports', 'ACTIVE'],
  ] as const)(
    'finds at %s%s what has it, in the letters that the service writes',
    async (service, path, key, status) => {
      const scope = await contract.home();
      const all = async (query: string): Promise<Array<{ id: string; status: string }>> =>
        (await scope.get(`${scope[service]}${path}${query}`)).json[key];
      const found = await all(`?status=${status}`);
      expect(found.map(({ id }) => id)).toEqual(
        (await all('')).filter((each) => each.status === status).map(({ id }) => id),
      );
    },
  );

  it('is refused at Compute from 2.38 on for what is no status', async () => {
    const scope = await contract.home();
    const headers = { 'OpenStack-API-Version': 'compute 2.47' };
    const answer = await scope.get(`${scope.compute}/servers/detail?status=UNKNOWN`, { headers });
    expect([answer.status, answer.json.badRequest?.message]).toEqual([400, 'Invalid status value']);
  });

  it('is exact everywhere, and empty for one that is not there', async () => {
    const scope = await contract.home();
    for (const [service] of services) expect(await names(scope, service, 'status=bogus')).toEqual([]);
    expect(await names(scope, 'compute', 'status=active')).toHaveLength(3);
    expect((await names(scope, 'volume', 'status=available')).length).toBeGreaterThanOrEqual(3);
    expect((await names(scope, 'image', 'status=in:active,queued')).length).toBeGreaterThanOrEqual(3);
    expect(await names(scope, 'network', 'status=ACTIVE')).toContain('net-research');
  });
});

describe('all projects', () => {
  it('are forbidden at Compute, silently left out at Block Storage, no filter at Network', async () => {
    const scope = await contract.home();
    const compute = await scope.get(`${scope.compute}/servers?all_tenants=1`);
    expect(compute.status).toBe(403);
    expect(compute.json.forbidden.message).toContain('get_all_tenants');
    expect((await scope.get(`${scope.compute}/servers?all_tenants=0`)).status).toBe(200);
    expect(await names(scope, 'volume', 'all_tenants=1')).toEqual(await names(scope, 'volume', ''));
    expect((await scope.get(`${scope.network}/networks?all_tenants=1`)).status).toBe(400);
  });
});

describe('sorting', () => {
  it('at Compute goes by sort_key of a fixed list; sort is ignored', async () => {
    const scope = await contract.home();
    expect(await names(scope, 'compute', 'sort_key=display_name&sort_dir=asc')).toEqual([
      'vm-research-0',
      'vm-research-1',
      'vm-research-2',
    ]);
    expect(await names(scope, 'compute', 'sort_key=display_name')).toEqual([
      'vm-research-2',
      'vm-research-1',
      'vm-research-0',
    ]);
    expect(await names(scope, 'compute', 'sort=bogus:sideways')).toHaveLength(3);
    for (const query of ['sort_key=bogus', 'sort_key=name', 'sort_key=display_name&sort_dir=sideways']) {
      expect((await scope.get(`${scope.compute}/servers?${query}`)).status).toBe(400);
    }
    expect((await scope.get(`${scope.compute}/flavors?sort_key=bogus`)).status).toBe(400);
    expect((await scope.get(`${scope.compute}/os-server-groups?sort_key=bogus`)).status).toBe(200);
  });

  it('at Block Storage goes by sort or sort_key, and not by both', async () => {
    const scope = await contract.home();
    const ordered = (await names(scope, 'volume', '')).sort();
    expect(await names(scope, 'volume', 'sort=name:asc')).toEqual(ordered);
    expect(await names(scope, 'volume', 'sort_key=name&sort_dir=asc')).toEqual(ordered);
    expect(await names(scope, 'volume', 'sort_key=name')).toEqual([...ordered].reverse());
    for (const query of ['sort=bogus', 'sort_key=bogus', 'sort=name:sideways', 'sort=name:asc&sort_key=size']) {
      expect((await scope.get(`${scope.volume}/volumes?${query}`)).status).toBe(400);
    }
  });

  it('at Image goes by sort or sort_key of a fixed list', async () => {
    const scope = await contract.home();
    const own = `owner=${scope.project.id}`;
    const ordered = ['image-research-0', 'image-research-1', 'image-research-2'];
    expect(await names(scope, 'image', `${own}&sort=name:asc`)).toEqual(ordered);
    expect(await names(scope, 'image', `${own}&sort_key=name&sort_dir=asc`)).toEqual(ordered);
    expect(await names(scope, 'image', `${own}&sort_key=name`)).toEqual([...ordered].reverse());
    for (const query of ['sort=bogus', 'sort_key=bogus', 'sort_key=name&sort_dir=sideways']) {
      expect((await scope.get(`${scope.image}/images?${query}`)).status).toBe(400);
    }
  });

  it('at Network wants as many directions as keys; sort is no parameter', async () => {
    const scope = await contract.home();
    expect(await names(scope, 'network', 'sort_key=name&sort_dir=asc')).toContain('net-research');
    for (const query of [
      'sort_key=name',
      'sort=name:asc',
      'sort_key=bogus&sort_dir=asc',
      'sort_key=name&sort_dir=sideways',
    ]) {
      expect((await scope.get(`${scope.network}/networks?${query}`)).status).toBe(400);
    }
  });
});

describe('other queries', () => {
  it('choose fields at Network, and unknown ones are left out', async () => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.network}/networks?name=net-research&fields=name`);
    expect(answer.json.networks).toEqual([{ name: 'net-research' }]);
    const [{ id }] = (await scope.get(`${scope.network}/networks?name=net-research`)).json.networks;
    const one = await scope.get(`${scope.network}/networks/${id}?fields=id&fields=name`);
    expect(one.json).toEqual({ network: { id, name: 'net-research' } });
    expect((await scope.get(`${scope.network}/networks?name=net-research&fields=bogus`)).json.networks).toEqual([{}]);
  });

  it('by time are a date or 400 at Compute, and gone at Image', async () => {
    const scope = await contract.home();
    const changed = await names(scope, 'compute', 'changes-since=2020-01-01T00:00:00Z&name=vm-research');
    expect(changed).toEqual(expect.arrayContaining(await names(scope, 'compute', '')));
    expect(await names(scope, 'compute', 'changes-since=2099-01-01T00:00:00Z')).toEqual([]);
    expect((await scope.get(`${scope.compute}/servers?changes-since=x`)).status).toBe(400);
    expect((await scope.get(`${scope.image}/images?changes-since=2020-01-01T00:00:00Z`)).status).toBe(400);
  });

  it('by visibility, size and protection are checked at Image', async () => {
    const scope = await contract.home();
    const own = `owner=${scope.project.id}`;
    expect(await names(scope, 'image', `${own}&visibility=shared`)).toHaveLength(3);
    expect(await names(scope, 'image', `${own}&visibility=private`)).toEqual([]);
    expect(await names(scope, 'image', `${own}&size_min=1`)).toHaveLength(3);
    expect(await names(scope, 'image', `${own}&size_max=1`)).toEqual([]);
    for (const query of ['visibility=bogus', 'size_min=x', 'protected=x']) {
      expect((await scope.get(`${scope.image}/images?${query}`)).status).toBe(400);
    }
  });

  it('by an address find the port that has it', async () => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.network}/ports?fixed_ips=ip_address%3D10.1.0.1`);
    expect(answer.json.ports).toEqual([expect.objectContaining({ device_owner: 'network:router_interface' })]);
  });
});
