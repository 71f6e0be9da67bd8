import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { valueAt, valuesAt } from '../../src/federation/pointer.ts';
import { resourceTypes, serviceOf, services, typeNamed } from '../../src/services/index.ts';
import type { ResourceType } from '../../src/services/types.ts';

const samplesDirectory = new URL('./samples/', import.meta.url);

function samplesOf(type: ResourceType): unknown[] {
  const elements = JSON.parse(readFileSync(new URL(`${type.name}.json`, samplesDirectory), 'utf8')) as unknown[];
  const { elementKey } = type;
  return elementKey === undefined ? elements : elements.map((element) => valueAt(element, `/${elementKey}`));
}

function duplicates(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

const each = resourceTypes.map((type) => [type.name, type] as const);

describe('the services of the registry', () => {
  it('have types and aliases that are unique across all of them', () => {
    const names = services.flatMap(({ type, aliases }) => [type, ...aliases]);
    expect(duplicates(names)).toEqual([]);
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
  });

  it('are found by type or alias in any case', () => {
    expect(serviceOf('volumev3')?.type).toBe('block-storage');
    expect(serviceOf('Volume')?.type).toBe('block-storage');
    expect(serviceOf('sharev2')?.type).toBe('shared-file-system');
    expect(serviceOf('object-store')?.type).toBe('object-store');
    expect(serviceOf('servers')).toBeUndefined();
  });
});

describe('the types of the registry', () => {
  it('have names, plurals and other names that are unique across all of them', () => {
    expect(duplicates(resourceTypes.flatMap((type) => [type.name, type.plural, ...type.alsoCalled]))).toEqual([]);
  });

  it('are found by the names that openstack has, with spaces, dashes or underscores', () => {
    const found = (name: string) => typeNamed(name)?.name;
    expect(['server', 'Servers', 'server group', 'server_groups'].map(found)).toEqual([
      'server',
      'server',
      'server-group',
      'server-group',
    ]);
    expect(['volume snapshot', 'snapshots', 'volume backup', 'volume type', 'volume-types'].map(found)).toEqual([
      'snapshot',
      'snapshot',
      'backup',
      'volume-type',
      'volume-type',
    ]);
    expect(['floating ip', 'floatingip', 'security group', 'keypairs'].map(found)).toEqual([
      'floating-ip',
      'floating-ip',
      'security-group',
      'keypair',
    ]);
    expect(typeNamed('volumev3')).toBeUndefined();
  });

  it.each(each)('%s belongs to a service of the registry', (_name, type) => {
    expect(services.map((service) => service.type)).toContain(type.service);
  });

  it('have paths that no two types of a service share', () => {
    const paths = resourceTypes.flatMap(({ service, paths: { list, detail, item } }) =>
      [list, detail, item].filter((path) => path !== undefined).map((path) => `${service} ${path}`),
    );
    expect(duplicates(paths)).toEqual([]);
  });

  it.each(each)('%s has paths that fit together', (_name, { paths, listKey, subresources = [] }) => {
    expect(paths.list).toMatch(/^\/[a-z-]+$/);
    expect(paths.item).toBe(`${paths.list}/{id}`);
    if (paths.detail !== undefined) expect(paths.detail).toBe(`${paths.list}/detail`);
    expect(listKey).toMatch(/^[a-z_]+$/);
    for (const { path, references } of subresources) {
      expect(path === paths.item || path.startsWith(`${paths.item}/`)).toBe(true);
      expect(references).not.toEqual([]);
    }
    expect(duplicates(subresources.map(({ path }) => path))).toEqual([]);
  });

  it.each(each)('%s names only types of the registry in its references', (_name, type) => {
    const references = [...type.references, ...(type.subresources ?? []).flatMap((each) => each.references)];
    const known = resourceTypes.map(({ name }) => name);
    for (const reference of references) {
      expect(known).toContain(reference.type);
      expect(reference.pointer).toMatch(/^\//);
    }
  });

  it.each(each)('%s has column titles that are unique', (_name, { columns, longColumns }) => {
    expect(duplicates([...columns, ...longColumns].map(({ title }) => title))).toEqual([]);
  });

  it.each(each)('%s puts each column of --long behind one that stands before it', (_name, type) => {
    const titles = type.columns.map(({ title }) => title);
    for (const { title, after } of type.longColumns) {
      if (after !== undefined) expect(titles).toContain(after);
      titles.push(title);
    }
  });
});

describe('the samples of real listings', () => {
  it('are there for every type, and for nothing else', () => {
    const files = readdirSync(samplesDirectory).filter((name) => name.endsWith('.json'));
    expect(files.sort()).toEqual(resourceTypes.map(({ name }) => `${name}.json`).sort());
  });

  it.each(each)('of %s have the field that identifies an item', (_name, type) => {
    for (const item of samplesOf(type)) expect(valueAt(item, `/${type.idField}`)).toEqual(expect.any(String));
  });

  it.each(each)('of %s have the field by which people name it', (_name, type) => {
    for (const item of samplesOf(type)) {
      expect(valueAt(item, `/${type.nameField ?? 'name'}`)).toEqual(expect.any(String));
    }
  });

  it.each(each)('of %s have what each column shows', (_name, type) => {
    const samples = samplesOf(type);
    for (const { title, pointer } of [...type.columns, ...type.longColumns]) {
      const values = samples.map((item) => valueAt(item, pointer));
      expect(
        values.some((value) => value !== undefined),
        `column ${title}`,
      ).toBe(true);
    }
  });

  it.each(each.filter(([, type]) => type.ownerPointer !== undefined))('of %s name their owner', (_name, type) => {
    const owners = samplesOf(type).map((item) => valueAt(item, type.ownerPointer ?? ''));
    expect(owners.some((owner) => typeof owner === 'string')).toBe(true);
  });

  it('show a server’s flavor by name, and by id where the cloud has no newer microversion', () => {
    const server = typeNamed('server');
    const pointer = server?.columns.find(({ title }) => title === 'Flavor')?.pointer ?? '';
    expect(server && samplesOf(server).map((item) => valueAt(item, pointer))).toEqual([
      'm1.small',
      '1247d370-c34f-460f-bc9c-5a9006b59441',
      'm1.tiny',
      'm1.small',
    ]);
  });
});

describe('the references of the registry', () => {
  function named(type: string, body: unknown): string[] {
    return (typeNamed(type)?.references ?? []).flatMap((reference) =>
      valuesAt(body, reference.pointer).map((id) => `${reference.type} ${String(id)}`),
    );
  }

  it('find what a new server names: image, networks, ports, disks and the group to stand apart from', () => {
    const body = {
      server: {
        imageRef: 'I',
        networks: [{ uuid: 'N' }, { port: 'P' }],
        block_device_mapping: [{ volume_id: 'V' }],
      },
      'os:scheduler_hints': { group: 'G', same_host: ['S'] },
    };
    expect(named('server', body)).toEqual(
      expect.arrayContaining(['image I', 'network N', 'port P', 'volume V', 'server-group G', 'server S']),
    );
  });

  it('say by source_type of which type a block device is', () => {
    const devices = typeNamed('server')?.references.filter(({ when }) => when !== undefined);
    expect(devices?.map(({ when, type }) => [when?.source_type, type])).toEqual([
      ['volume', 'volume'],
      ['snapshot', 'snapshot'],
      ['image', 'image'],
    ]);
  });

  it('find what several ports in one request name', () => {
    expect(
      named('port', { ports: [{ network_id: 'A' }, { network_id: 'B', fixed_ips: [{ subnet_id: 'S' }] }] }),
    ).toEqual(['network A', 'network B', 'subnet S']);
  });

  it('never take a flavor for something that says where a server is to be made', () => {
    expect(named('server', { server: { flavorRef: '1' } })).toEqual([]);
  });
});
