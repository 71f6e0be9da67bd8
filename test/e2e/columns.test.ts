/** Debian's python-openstackclient and fed, beside each other, on the testbed's home: columns, fields and formats. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onTestbed } from '../contract/target.ts';
import { type Clouds, openClouds } from './clouds.ts';
import { type Place, placeFor } from './fed.ts';

const PATIENCE_MS = 120_000;
const run = promisify(execFile);

/** Types, and whether `openstack` has `--long` for them. */
const TYPES: ReadonlyArray<readonly [words: string, hasLong: boolean]> = [
  ['server', true],
  ['volume', true],
  ['image', true],
  ['network', true],
  ['port', true],
  ['subnet', true],
  ['router', true],
  ['security group', false],
  ['floating ip', true],
  ['keypair', false],
  ['flavor', true],
  ['volume snapshot', true],
  ['volume backup', true],
  ['volume type', true],
  ['server group', true],
];

/**
 * What a list has otherwise on purpose, as docs/output.md says: `openstack`'s columns, and fed's in their place. One that
 * has gone fails here, too.
 */
const OTHERWISE: Readonly<Record<string, { openstack: readonly string[]; fed: readonly string[]; said: string }>> = {
  'server --long': {
    openstack: ['Image Name', 'Image ID', 'Flavor Name', 'Flavor ID'],
    fed: ['Image', 'Flavor'],
    said: '`server list --long` | `Image Name`, `Image ID`; `Flavor Name`, `Flavor ID`',
  },
};

/** Fields of a show by `openstack`'s names: what fed gives for each, or the words of docs/output.md that say why not. */
const FIELDS: ReadonlyArray<readonly [type: string, field: string, otherwise: string | undefined]> = [
  ['server', 'project_id', undefined],
  ['server', 'properties', undefined],
  ['server', 'volumes_attached', undefined],
  ['volume', 'type', undefined],
  ['volume', 'properties', undefined],
  ['image', 'properties', '`image show -c properties`'],
  ['port', 'security_group_ids', undefined],
  ['port', 'binding_vnic_type', undefined],
  ['port', 'binding_host_id', 'fields that the service does not send'],
  ['network', 'provider:network_type', 'fields that the service does not send'],
  ['security group', 'rules', undefined],
  ['router', 'interfaces_info', '`router show -c interfaces_info`'],
  ['volume type', 'properties', undefined],
  ['volume type', 'access_project_ids', '`flavor show`, `volume type show`: `-c access_project_ids`'],
];

let clouds: Clouds;
let alice: Place;
const docs = readFileSync(join(import.meta.dirname, '../../docs/output.md'), 'utf8');

beforeAll(async () => {
  clouds = await openClouds();
  alice = placeFor(clouds.env('alice'));
}, PATIENCE_MS);

afterAll(async () => {
  alice.remove();
  await clouds.close();
});

/** What `openstack` says of home, without fed. */
async function openstack(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', HOME: alice.folder, ...clouds.env('alice') };
  return (await run('openstack', args, { env, maxBuffer: 64e6 })).stdout;
}

async function fed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await alice.run([...args, '--provider', 'home']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const headOf = (csv: string) => (csv.split('\n')[0] ?? '').split(',').map((title) => title.replaceAll('"', ''));

/** One of home's; undefined where there is none. */
async function someId(type: string): Promise<string> {
  const [id] = (await fed(...type.split(' '), 'list', '-f', 'value', '-c', 'id')).split('\n');
  if (!id) throw new Error(`home has no ${type}`);
  return id;
}

describe.runIf(onTestbed)('beside openstack', { timeout: PATIENCE_MS }, () => {
  const lists = TYPES.flatMap(([type, hasLong]) => (hasLong ? [type, `${type} --long`] : [type]));

  it.each(lists)('a list has its columns in its order, then fed’s own: %s', async (name) => {
    const [type = '', long] = name.split(' --');
    const args = [...type.split(' '), 'list', ...(long === undefined ? [] : [`--${long}`]), '-f', 'csv'];
    const [theirs, ours] = (await Promise.all([openstack(...args), fed(...args)])).map(headOf);
    if (theirs === undefined || ours === undefined) throw new Error('nothing was listed');
    const otherwise = OTHERWISE[name];
    if (otherwise !== undefined) {
      expect(docs).toContain(otherwise.said);
      const at = theirs.indexOf(otherwise.openstack[0] ?? '');
      expect(theirs.splice(at, otherwise.openstack.length, ...otherwise.fed)).toEqual(otherwise.openstack);
    }
    expect(ours.slice(0, -2)).toEqual(theirs);
    // Where one of openstack's columns is called Project, be it with --long alone, fed's has another name.
    expect(ours.slice(-2)).toEqual([
      'Provider',
      expect.stringMatching(theirs.includes('Project') ? /^Project Name$/ : /^Project( Name)?$/),
    ]);
  });

  it.each(FIELDS)('a show knows its fields, or docs/output.md says why not: %s %s', async (type, field, otherwise) => {
    const args = [...type.split(' '), 'show', await someId(type), '-c', field, '-f', 'value'];
    expect(await openstack(...args)).not.toBe('');
    const { code, stderr } = await alice.run([...args, '--provider', 'home']);
    if (otherwise === undefined) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    else expect([code, docs.includes(otherwise)]).toEqual([2, true]);
  });

  it.each(['json', 'value', 'shell', 'yaml'])('a show has the same in -f %s', async (format) => {
    const columns = ['id', 'name', 'size', 'status', 'bootable'].flatMap((field) => ['-c', field]);
    const args = ['volume', 'show', await someId('volume'), '-f', format, ...columns];
    const [theirs, ours] = [await openstack(...args), await fed(...args)];
    const read = (text: string) =>
      format === 'json' ? JSON.parse(text) : text.trimEnd().replaceAll(/['"]/g, '').split('\n').sort();
    expect(read(ours)).toEqual(read(theirs));
  });

  it('a list in -f csv and value has the same rows', async () => {
    for (const format of ['csv', 'value']) {
      const args = ['volume', 'list', '-f', format, '-c', 'ID', '-c', 'Name', '-c', 'Status', '-c', 'Size'];
      expect((await fed(...args)).split('\n').sort()).toEqual((await openstack(...args)).split('\n').sort());
    }
  });

  it('images are in another order, and docs/output.md says so', async () => {
    const args = ['image', 'list', '-f', 'value', '-c', 'Name'];
    expect(await fed(...args)).not.toBe(await openstack(...args));
    expect(await fed(...args, '--sort-column', 'name')).toBe(await openstack(...args));
    expect(docs).toContain('| `image list` | by name |');
  });
});
