import { describe, expect, it } from 'vitest';
import { type ContractScope, eventually, useContract } from './contract.ts';

const contract = useContract();
const at = (minor: number) => ({ 'OpenStack-API-Version': `compute 2.${minor}` });

/** A server that runs, and is gone in the end. */
async function withServer(use: (scope: ContractScope, url: string, id: string) => Promise<void>): Promise<void> {
  const scope = await contract.home();
  const [{ id: flavorRef }] = (await scope.get(`${scope.compute}/flavors`)).json.flavors;
  const [{ id: imageRef }] = (await scope.get(`${scope.image}/images?owner=${scope.project.id}`)).json.images;
  const server = { name: `contract-${process.pid}`, flavorRef, imageRef, networks: 'none' };
  const made = await scope.call('POST', `${scope.compute}/servers`, { headers: at(37), body: { server } });
  expect(made.status).toBe(202);
  const { id } = made.json.server;
  const url = `${scope.compute}/servers/${id}`;
  expect(made.headers.location).toBe(url);
  expect(made.json.server).toMatchObject({ id, 'OS-DCF:diskConfig': 'MANUAL', security_groups: [{ name: 'default' }] });
  expect(made.json.server.adminPass).toEqual(expect.any(String));
  try {
    await eventually(
      () => scope.get(url),
      (answer) => answer.json.server.status === 'ACTIVE',
    );
    await use(scope, url, id);
  } finally {
    const removed = await scope.call('DELETE', url);
    expect([removed.status, removed.text]).toEqual([204, '']);
    const gone = await eventually(
      () => scope.get(url),
      (answer) => answer.status === 404,
    );
    expect(gone.json.itemNotFound.message).toBe(`Instance ${id} could not be found.`);
    // It is still among the changes, for those who ask for them.
    const changes = await scope.get(`${scope.compute}/servers/detail?changes-since=2020-01-01T00:00:00Z`);
    const deleted = changes.json.servers.find((one: { id: string }) => one.id === id);
    expect(deleted).toMatchObject({ status: 'DELETED', 'OS-EXT-STS:vm_state': 'deleted' });
  }
}

describe('a server', () => {
  it('is made, shown, renamed and deleted', async () => {
    await withServer(async (scope, url, id) => {
      const { server } = (await scope.get(url)).json;
      expect(server).toMatchObject({
        id,
        name: `contract-${process.pid}`,
        tenant_id: scope.project.id,
        user_id: scope.userId,
        'OS-EXT-STS:vm_state': 'active',
        'OS-EXT-STS:power_state': 1,
        'os-extended-volumes:volumes_attached': [],
        addresses: {},
      });
      expect(server.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(server.image.links[0].rel).toBe('bookmark');
      expect(server.links.map(({ rel }: { rel: string }) => rel)).toEqual(['self', 'bookmark']);
      const renamed = await scope.call('PUT', url, { body: { server: { name: 'renamed' } } });
      expect(renamed.json.server).toMatchObject({ name: 'renamed' });
      expect(renamed.json.server['OS-EXT-STS:vm_state']).toBeUndefined();
      expect((await scope.call('PUT', url, { body: { server: { bogus: 1 } } })).status).toBe(400);
    });
  });

  it('takes actions with an empty answer, and says when its state does not allow one', async () => {
    await withServer(async (scope, url, id) => {
      const act = (body: unknown) => scope.call('POST', `${url}/action`, { body });
      const state = (wanted: string) =>
        eventually(
          () => scope.get(url),
          ({ json: { server } }) => server.status === wanted && server['OS-EXT-STS:task_state'] === null,
        );
      const running = await act({ 'os-start': null });
      expect([running.status, running.json.conflictingRequest.message]).toEqual([
        409,
        `Cannot 'start' instance ${id} while it is in vm_state active`,
      ]);
      const stopped = await act({ 'os-stop': null });
      expect([stopped.status, stopped.text]).toEqual([202, '']);
      await state('SHUTOFF');
      expect((await act({ 'os-start': null })).status).toBe(202);
      await state('ACTIVE');
      expect((await act({ bogus: {} })).json.badRequest.message).toBe('There is no such action: bogus');
      expect((await act({})).json.badRequest.message).toBe('Malformed request body');
    });
  });

  it('has subresources', async () => {
    await withServer(async (scope, url) => {
      expect((await scope.get(`${url}/os-volume_attachments`)).json).toEqual({ volumeAttachments: [] });
      expect((await scope.get(`${url}/os-interface`)).json).toEqual({ interfaceAttachments: [] });
      expect((await scope.get(`${url}/metadata`)).json).toEqual({ metadata: {} });
      expect((await scope.get(`${url}/ips`)).json).toEqual({ addresses: {} });
      expect((await scope.get(`${url}/diagnostics`)).status).toBe(403);
    });
  });
});

describe('a key pair', () => {
  it('belongs to the user, in every project, and has its name for an id', async () => {
    const [one, two] = [await contract.scope('sp-a', 'research-one'), await contract.scope('sp-a', 'research-two')];
    const name = `contract-${process.pid}`;
    const url = `${one.compute}/os-keypairs`;
    const made = await one.call('POST', url, { body: { keypair: { name } } });
    expect(made.status).toBe(200);
    try {
      expect(made.json.keypair.private_key).toContain('PRIVATE KEY');
      expect((await one.call('POST', url, { body: { keypair: { name } } })).json.conflictingRequest.message).toBe(
        `Key pair '${name}' already exists.`,
      );
      const listed = (await two.get(`${two.compute}/os-keypairs`)).json.keypairs;
      expect(listed).toContainEqual({
        keypair: { name, public_key: expect.any(String), fingerprint: expect.any(String) },
      });
      const shown = (await two.get(`${two.compute}/os-keypairs/${name}`)).json.keypair;
      expect(shown).toMatchObject({ name, user_id: one.userId, deleted: false });
      expect(shown.private_key).toBeUndefined();
      const newer = await one.get(url, { headers: at(35) });
      expect(
        newer.json.keypairs.find((one: { keypair: { name: string } }) => one.keypair.name === name).keypair.type,
      ).toBe('ssh');
      const paged = await one.get(`${url}?limit=1`, { headers: at(35) });
      expect(paged.json.keypairs_links[0].href).toContain(
        `/os-keypairs?limit=1&marker=${paged.json.keypairs[0].keypair.name}`,
      );
    } finally {
      expect((await one.call('DELETE', `${url}/${name}`)).status).toBe(202);
    }
    const gone = await one.get(`${url}/${name}`);
    expect([gone.status, gone.json.itemNotFound.message]).toEqual([
      404,
      `Keypair ${name} not found for user ${one.userId}`,
    ]);
    const needs = await one.call('POST', url, { headers: at(92), body: { keypair: { name } } });
    expect(needs.json.badRequest.message).toContain("'public_key' is a required property");
  });
});

describe('a server group', () => {
  it('has an array of policies below 2.64 and one policy from then on', async () => {
    const scope = await contract.home();
    const url = `${scope.compute}/os-server-groups`;
    const made = await scope.call('POST', url, {
      body: { server_group: { name: 'contract', policies: ['anti-affinity'] } },
    });
    expect(made.status).toBe(200);
    const { id } = made.json.server_group;
    try {
      expect(made.json.server_group).toEqual({
        id,
        name: 'contract',
        policies: ['anti-affinity'],
        metadata: {},
        members: [],
      });
      const newer = (await scope.get(`${url}/${id}`, { headers: at(64) })).json.server_group;
      expect(newer).toMatchObject({
        id,
        policy: 'anti-affinity',
        rules: {},
        project_id: scope.project.id,
        user_id: scope.userId,
      });
      expect(newer.policies).toBeUndefined();
      const page = (await scope.get(`${url}?limit=1`)).json;
      expect(page.server_groups).toHaveLength(1);
      expect(page.server_groups_links).toBeUndefined();
    } finally {
      expect((await scope.call('DELETE', `${url}/${id}`)).status).toBe(204);
    }
    expect((await scope.get(`${url}/${id}`)).status).toBe(404);
  });
});

describe('a flavor', () => {
  it('is seen by everybody and changed by operators alone', async () => {
    const scope = await contract.home();
    const { flavors } = (await scope.get(`${scope.compute}/flavors/detail`)).json;
    expect(flavors[0]).toMatchObject({
      ram: expect.any(Number),
      vcpus: expect.any(Number),
      'os-flavor-access:is_public': true,
      swap: '',
    });
    const ids = flavors.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(
      (
        await scope.call('POST', `${scope.compute}/flavors`, {
          body: { flavor: { name: 'x', ram: 1, vcpus: 1, disk: 1 } },
        })
      ).status,
    ).toBe(403);
    expect((await scope.call('DELETE', `${scope.compute}/flavors/${ids[0]}`)).status).toBe(403);
  });
});
