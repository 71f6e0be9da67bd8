import { describe, expect, it } from 'vitest';
import { endpointsIn, urlBelow } from '../../src/federation/endpoint.ts';
import { subjectOf } from '../../src/federation/subject.ts';

const ID = '6f1f2f3f-0000-4000-8000-00000000000a';
const OTHER = '6f1f2f3f-0000-4000-8000-00000000000b';
const PROJECT = 'ab'.repeat(16);

describe('what a path is about', () => {
  it.each([
    [`volume/volumes/${ID}`, 'volume', ID],
    [`volumev3/v3/${PROJECT}/volumes/${ID}`, 'volume', ID],
    [`block-storage/volumes/${ID}/action`, 'volume', ID],
    [`compute/v2.1/servers/${ID}/os-volume_attachments`, 'server', ID],
    [`image/v2/images/${ID}/file`, 'image', ID],
    [`network/v2.0/security-groups/${ID}`, 'security-group', ID],
    ['compute/os-keypairs/my%20key', 'keypair', 'my key'],
    ['compute/os-keypairs/default', 'keypair', 'default'],
    ['compute/flavors/1', 'flavor', '1'],
    [`volume/groups/${ID}`, 'block-storage/groups', ID],
    [`volume/os-volume-transfer/${ID}`, 'block-storage/volume-transfers', ID],
    [`volume/volume-transfers/${ID}`, 'block-storage/volume-transfers', ID],
    [`load-balancer/v2/lbaas/pools/${ID}/members/${OTHER}`, 'load-balancer/lbaas/pools', ID],
    [`network/lbaas/loadbalancers/${ID}`, 'network/lbaas/loadbalancers', ID],
    [`load-balancer/octavia/amphorae/${ID}`, 'load-balancer/octavia/amphorae', ID],
    [`dns/zones/${ID}/recordsets/${OTHER}`, 'dns/zones', ID],
    [`dns/zones/tasks/imports/${ID}`, 'dns/zones/tasks/imports', ID],
    [`orchestration/stacks/web/${ID}/events`, 'orchestration/stacks', ID],
    ['orchestration/stacks/web/events', 'orchestration/stacks', 'web'],
    ['baremetal/nodes/node-7/states/power', 'baremetal/nodes', 'node-7'],
    ['placement/traits/CUSTOM_GPU', 'placement/traits', 'CUSTOM_GPU'],
    [`metric/resource/instance/${ID}/metric/cpu/measures`, 'metric/resource', ID],
    [`object-store/backups/${ID}`, 'object-store/containers', 'backups'],
    [`object-store/${ID}/${OTHER}`, 'object-store/containers', ID],
    // What no description knows.
    [`x-foo/v1/a/b/${ID}/c/${OTHER}`, 'x-foo/a/b', ID],
    [`compute/os-novelties/${ID}`, 'compute/os-novelties', ID],
  ])('%s names a resource', async (target, typeName, id) => {
    expect((await subjectOf(target)).named).toMatchObject({ typeName, id });
  });

  it.each([
    ['volume/volumes', 'volume'],
    ['volume/volumes/detail?limit=5', 'volume'],
    ['compute/servers/detail', 'server'],
    ['image/v2/images', 'image'],
  ])('%s is a collection', async (target, name) => {
    const subject = await subjectOf(target);
    expect(subject).toMatchObject({ collection: { name } });
    expect(subject.named).toBeUndefined();
  });

  it.each([
    'compute/limits',
    'volume/types/default',
    'volume/volumes/summary',
    'image/',
    'network/quotas',
    'volume/backups/import_record',
    'orchestration/stacks/preview',
  ])('%s names nothing', async (target) => {
    const { named, collection, projectId } = await subjectOf(target);
    expect({ named, collection, projectId }).toEqual({});
  });

  it.each([
    `compute/os-quota-sets/${PROJECT}`,
    `compute/os-quota-sets/${PROJECT}/detail`,
    `compute/os-simple-tenant-usage/${PROJECT}`,
    `volume/v3/${'c'.repeat(32)}/os-quota-sets/${PROJECT}?usage=true`,
    `volume/default-types/${PROJECT}`,
    `network/quotas/${PROJECT}/details.json`,
    `network/auto-allocated-topology/${PROJECT}`,
    `load-balancer/lbaas/quotas/${PROJECT}`,
    `shared-file-system/quota-sets/${PROJECT}`,
    `key-manager/project-quotas/${PROJECT}`,
    `dns/quotas/${PROJECT}`,
    `object-store/v1/AUTH_${PROJECT}/container/object`,
    `object-store/v1/KEY_${PROJECT}`,
  ])("%s is a project's", async (target) => {
    expect(await subjectOf(target)).toMatchObject({ projectId: PROJECT });
  });

  it('keeps the account of a path to Object Storage, whatever it is called', async () => {
    expect(await subjectOf('object-store/v1/somebody/c/o')).toMatchObject({ account: 'somebody', path: '/c/o' });
    expect(await subjectOf(`object-store/v1/AUTH_${PROJECT}`)).toMatchObject({ account: `AUTH_${PROJECT}`, path: '' });
    expect((await subjectOf('object-store/c/o')).account).toBeUndefined();
  });

  it.each([
    `volume/volume-transfers/${ID}/accept`,
    `volume/os-volume-transfer/${ID}/accept`,
    `shared-file-system/share-transfers/${ID}/accept`,
    'dns/zones/tasks/transfer_accepts',
  ])('%s is decided by no owner', async (target) => {
    const { named, undecided } = await subjectOf(target);
    expect({ named, undecided }).toEqual({ undecided: true });
  });

  it.each([
    `compute/servers/${ID}/../../os-keypairs`,
    `compute/servers/%2e%2E/x`,
    'volume/..%2fidentity',
    'object-store/v1/AUTH_x/c/./o',
  ])('%s is refused', async (target) => {
    await expect(subjectOf(target)).rejects.toMatchObject({ code: 'FED_USAGE' });
  });

  it('refuses what cannot be a service, and says which there are', async () => {
    const refused = { code: 'FED_USAGE', hint: expect.stringContaining('compute') };
    for (const target of ['', '/', '1/x', 'a b/x']) await expect(subjectOf(target)).rejects.toMatchObject(refused);
    await expect(subjectOf(`compute/servers/%zz`)).rejects.toMatchObject({ code: 'FED_USAGE' });
  });

  it('takes any service for one that a catalog may have', async () => {
    expect(await subjectOf('x-foo/v1/things')).toMatchObject({
      service: { type: 'x-foo', aliases: [], projectInPath: false },
      version: 'v1',
      path: '/things',
    });
  });
});

describe('the URL of a target in a scope', () => {
  const at = async (type: string, url: string, target: string, overrides: Record<string, string> = {}) => {
    const catalog = [{ type, endpoints: [{ interface: 'public', region: 'R', url }] }];
    const provider = { name: 'sp', endpoints: { interfaces: ['public' as const], overrides } };
    const subject = await subjectOf(target);
    const [endpoint] = endpointsIn(catalog, subject.service, provider) ?? [];
    return endpoint && urlBelow(endpoint, PROJECT, subject);
  };

  it.each([
    ['volumev3', `http://h:8776/v3/${PROJECT}`, 'volume/volumes?x=1', `http://h:8776/v3/${PROJECT}/volumes?x=1`],
    [
      'volumev3',
      `http://h:8776/v3/${PROJECT}`,
      `volume/v3/${'0'.repeat(32)}/volumes`,
      `http://h:8776/v3/${PROJECT}/volumes`,
    ],
    ['image', 'http://h:9292', 'image/images', 'http://h:9292/v2/images'],
    ['image', 'http://h/image/', 'image/v2/images', 'http://h/image/v2/images'],
    ['image', 'http://h/image/v2', 'image/images', 'http://h/image/v2/images'],
    ['network', 'http://h:9696', 'network/ports', 'http://h:9696/v2.0/ports'],
    ['compute', 'http://h:8774/v2.1', 'compute/servers', 'http://h:8774/v2.1/servers'],
    ['compute', 'http://h:8774/v2.1', 'compute/v2/servers', 'http://h:8774/v2/servers'],
    ['object-store', 'http://h/v1/AUTH_x', 'object-store/c/o', 'http://h/v1/AUTH_x/c/o'],
    ['identity', 'http://h:5000', 'identity/projects', 'http://h:5000/v3/projects'],
    ['image', 'http://h:9292', 'image', 'http://h:9292'],
  ])('%s at %s: %s', async (type, url, target, expected) => {
    expect(await at(type, url, target)).toBe(expected);
  });

  it('is none where the catalog has no such service', async () => {
    expect(await at('image', 'http://h', 'network/ports')).toBeUndefined();
  });

  it('is below an override, whatever the spelling of its service', async () => {
    expect(await at('image', 'http://h', 'image/images', { image: 'http://o:1/' })).toBe('http://o:1/v2/images');
    expect(await at('volumev3', 'http://h/v3/x', 'volume/volumes', { volumev3: 'http://o/v3/p' })).toBe(
      'http://o/v3/p/volumes',
    );
  });
});
