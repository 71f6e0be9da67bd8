import { describe, expect, it } from 'vitest';
import { endpointsIn, urlBelow } from '../../src/federation/endpoint.ts';
import { subjectOf } from '../../src/federation/subject.ts';

const ID = '6f1f2f3f-0000-4000-8000-00000000000a';
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
    ['compute/flavors/1', 'flavor', '1'],
    [`volume/groups/${ID}`, 'block-storage/groups', ID],
  ])('%s names a resource', (target, typeName, id) => {
    expect(subjectOf(target).named).toMatchObject({ typeName, id });
  });

  it.each([
    ['volume/volumes', 'volume'],
    ['volume/volumes/detail?limit=5', 'volume'],
    ['compute/servers/detail', 'server'],
    ['image/v2/images', 'image'],
  ])('%s is a collection', (target, name) => {
    expect(subjectOf(target)).toMatchObject({ collection: { name } });
    expect(subjectOf(target).named).toBeUndefined();
  });

  it.each(['compute/limits', 'volume/types/default', 'volume/volumes/summary', 'image/', 'network/quotas'])(
    '%s names nothing',
    (target) => {
      const { named, collection } = subjectOf(target);
      expect({ named, collection }).toEqual({ named: undefined, collection: undefined });
    },
  );

  it('refuses what begins with no service, and says which there are', () => {
    expect(() => subjectOf('nonsense/x')).toThrow(expect.objectContaining({ code: 'FED_USAGE' }));
    expect(() => subjectOf(`compute/servers/%zz`)).toThrow(expect.objectContaining({ code: 'FED_USAGE' }));
  });
});

describe('the URL of a target in a scope', () => {
  const at = (type: string, url: string, target: string, overrides: Record<string, string> = {}) => {
    const catalog = [{ type, endpoints: [{ interface: 'public', region: 'R', url }] }];
    const provider = { name: 'sp', endpoints: { interfaces: ['public' as const], overrides } };
    const subject = subjectOf(target);
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
  ])('%s at %s: %s', (type, url, target, expected) => {
    expect(at(type, url, target)).toBe(expected);
  });

  it('is none where the catalog has no such service', () => {
    expect(at('image', 'http://h', 'network/ports')).toBeUndefined();
  });

  it('is below an override, whatever the spelling of its service', () => {
    expect(at('image', 'http://h', 'image/images', { image: 'http://o:1/' })).toBe('http://o:1/v2/images');
    expect(at('volumev3', 'http://h/v3/x', 'volume/volumes', { volumev3: 'http://o/v3/p' })).toBe(
      'http://o/v3/p/volumes',
    );
  });
});
