import { describe, expect, it } from 'vitest';
import { NOBODY, useContract } from './contract.ts';

const contract = useContract();
const wanting = (version: string) => ({ headers: { 'OpenStack-API-Version': version } });

describe('microversions of Compute', () => {
  it.each([
    ['compute 2.90', '2.90'],
    ['compute latest', '2.93'],
    ['compute 2.90, volume 3.1', '2.90'],
    ['volume 3.1', '2.1'],
    ['nova 2.90', '2.1'],
    ['2.90', '2.1'],
  ])('%s is answered at %s', async (wanted, used) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.compute}/servers?limit=1`, wanting(wanted));
    expect(answer.status).toBe(200);
    expect(answer.headers['openstack-api-version']).toBe(`compute ${used}`);
    expect(answer.headers['x-openstack-nova-api-version']).toBe(used);
    expect(answer.headers.vary).toContain('OpenStack-API-Version');
  });

  it('take the older header too', async () => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.compute}/servers?limit=1`, {
      headers: { 'X-OpenStack-Nova-API-Version': '2.60' },
    });
    expect(answer.headers['openstack-api-version']).toBe('compute 2.60');
  });

  it.each(['2.94', '3.0', '2.0'])('out of range are 406 with the range, and the header repeats %s', async (version) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.compute}/servers`, wanting(`compute ${version}`));
    expect(answer.status).toBe(406);
    expect(answer.json.computeFault.message).toBe(
      `Version ${version} is not supported by the API. Minimum is 2.1 and maximum is 2.93.`,
    );
    expect(answer.headers['openstack-api-version']).toBe(`compute ${version}`);
  });

  it.each(['x', '2'])('that are no version are 400: %s', async (version) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.compute}/servers`, wanting(`compute ${version}`));
    expect(answer.status).toBe(400);
    expect(answer.json.badRequest.message).toContain(`API Version String ${version} is of invalid format`);
  });

  it("change a server's flavor from an id to the flavor itself at 2.47", async () => {
    const scope = await contract.home();
    const flavor = async (version: string) =>
      (await scope.get(`${scope.compute}/servers/detail?limit=1`, wanting(`compute ${version}`))).json.servers[0]
        .flavor;
    expect(Object.keys(await flavor('2.46'))).toEqual(['id', 'links']);
    expect(await flavor('2.47')).toMatchObject({ original_name: expect.any(String), vcpus: expect.any(Number) });
    expect((await flavor('2.47')).id).toBeUndefined();
  });

  it.each([
    ['2.1', []],
    ['2.9', ['locked']],
    ['2.19', ['description']],
    ['2.26', ['tags']],
    ['2.63', ['trusted_image_certificates']],
    ['2.71', ['server_groups']],
    ['2.73', ['locked_reason']],
    ['2.90', ['OS-EXT-SRV-ATTR:hostname']],
  ])('add fields to a server at %s: %j', async (version, fields) => {
    const scope = await contract.home();
    const [{ id }] = (await scope.get(`${scope.compute}/servers?limit=1`)).json.servers;
    const before = version === '2.1' ? '2.1' : `2.${Number(version.slice(2)) - 1}`;
    const at = async (wanted: string) =>
      Object.keys((await scope.get(`${scope.compute}/servers/${id}`, wanting(`compute ${wanted}`))).json.server);
    const [now, then] = [await at(version), await at(before)];
    for (const field of fields) {
      expect(now).toContain(field);
      expect(then).not.toContain(field);
    }
    expect(now).toContain('OS-EXT-STS:vm_state');
  });

  it('add the description to a flavor at 2.55 and the extra specs at 2.61', async () => {
    const scope = await contract.home();
    const flavor = async (minor: number) =>
      (await scope.get(`${scope.compute}/flavors/detail?limit=1`, wanting(`compute 2.${minor}`))).json.flavors[0];
    expect(await flavor(54)).not.toHaveProperty('description');
    expect(await flavor(55)).toHaveProperty('description');
    expect(await flavor(60)).not.toHaveProperty('extra_specs');
    expect(await flavor(61)).toHaveProperty('extra_specs');
    expect((await flavor(1)).swap).toBe('');
    expect((await flavor(75)).swap).toBe(0);
  });
});

describe('microversions of Block Storage', () => {
  it.each([
    ['volume 3.50', '3.50'],
    ['volumev3 3.50', '3.50'],
    ['volume latest', '3.70'],
    ['compute 2.1, volume 3.50', '3.50'],
  ])('%s is answered at %s', async (wanted, used) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.volume}/volumes?limit=1`, wanting(wanted));
    expect(answer.status).toBe(200);
    expect(answer.headers['openstack-api-version']).toBe(`volume ${used}`);
  });

  it.each(['block-storage 3.50', 'compute 2.1'])('of other services alone are 400: %s', async (wanted) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.volume}/volumes?limit=1`, wanting(wanted));
    expect(answer.status).toBe(400);
    expect(answer.json.badRequest).toBeDefined();
  });

  it.each(['3.71', '4.0'])('out of range are 406 with the range, and the header repeats %s', async (version) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.volume}/volumes`, wanting(`volume ${version}`));
    expect(answer.status).toBe(406);
    expect(answer.json.computeFault.message).toContain('Minimum is 3.0 and maximum is 3.70.');
    expect(answer.headers['openstack-api-version']).toBe(`volume ${version}`);
  });

  it('are the lowest without a header', async () => {
    const scope = await contract.home();
    expect((await scope.get(`${scope.volume}/volumes?limit=1`)).headers['openstack-api-version']).toBe('volume 3.0');
  });

  it('bring groups at 3.13, messages at 3.3 and the summary at 3.12', async () => {
    const scope = await contract.home();
    const group = await scope.get(`${scope.volume}/groups/${NOBODY}`, wanting('volume 3.13'));
    expect(group.json.itemNotFound.message).toBe(`Group ${NOBODY} could not be found.`);
    const message = await scope.get(`${scope.volume}/messages/${NOBODY}`, wanting('volume 3.70'));
    expect(message.json.itemNotFound.message).toContain(NOBODY);
    expect((await scope.get(`${scope.volume}/volumes/summary`)).status).toBe(404);
    const summary = await scope.get(`${scope.volume}/volumes/summary`, wanting('volume 3.12'));
    expect(summary.json['volume-summary'].total_count).toBeGreaterThanOrEqual(4);
  });

  it('add fields to a volume', async () => {
    const scope = await contract.home();
    const at = async (minor: number) =>
      (await scope.get(`${scope.volume}/volumes/detail?limit=1`, wanting(`volume 3.${minor}`))).json.volumes[0];
    expect(await at(12)).not.toHaveProperty('group_id');
    expect(await at(13)).toHaveProperty('group_id');
    expect(await at(62)).not.toHaveProperty('volume_type_id');
    expect(await at(63)).toHaveProperty('volume_type_id');
    expect(await at(65)).toHaveProperty('consumes_quota');
  });
});

describe('microversions elsewhere', () => {
  it('are ignored by Image, Network and Identity', async () => {
    const scope = await contract.home();
    for (const url of [
      `${scope.image}/images`,
      `${scope.network}/networks`,
      `${scope.cloud.identity}/v3/auth/projects`,
    ]) {
      expect((await scope.get(url, wanting('image 99.0'))).status).toBe(200);
    }
  });

  it('of Placement out of range are 406 without the header', async () => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.cloud.placement}/traits`, wanting('placement 99.0'));
    expect(answer.status).toBe(406);
    expect(answer.headers['openstack-api-version']).toBeUndefined();
    expect(answer.json.errors[0]).toMatchObject({ max_version: '1.39', min_version: '1.0' });
  });
});
