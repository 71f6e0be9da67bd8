/** Debian's python-openstackclient and openstacksdk, unchanged, inside of `fed exec`. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onTestbed } from '../contract/target.ts';
import { type Clouds, openClouds } from './clouds.ts';
import { type Place, placeFor, type Result } from './fed.ts';

const PATIENCE_MS = 300_000;
/**
 * They are no packages of npm's, and take seconds for each call: on the sandbox only where FED_CLIENTS=1 asks for it. The
 * real clouds' suite needs them, and fails where they are missing.
 */
const isWanted = onTestbed || process.env.FED_CLIENTS === '1';

let clouds: Clouds;
let alice: Place;

beforeAll(async () => {
  clouds = await openClouds();
  alice = placeFor(clouds.env('alice'));
}, PATIENCE_MS);

afterAll(async () => {
  alice.remove();
  await clouds.close();
});

const openstack = (...args: string[]): Promise<Result> => alice.exec(['openstack', ...args]);
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '');

interface Row {
  readonly id: string;
  readonly fed_provider: string;
}

async function listed(type: string, ...args: string[]): Promise<Row[]> {
  const { stdout } = await alice.run(['list', type, '-f', 'json', ...args]);
  return JSON.parse(stdout) as Row[];
}

async function firstAt(provider: string, type: string): Promise<Row> {
  const [row] = await listed(type, '--provider', provider);
  if (row === undefined) throw new Error(`${provider} has no ${type}`);
  return row;
}

/** Ask until it is so, as clouds do in the background what they have accepted. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it did not become so in a minute');
    await sleep(250);
  }
}

/** What was sent to clouds and was no GET, of requests to services: `METHOD provider`. */
const changes = ({ requests }: Result): string[] =>
  requests
    .filter(({ method, step }) => method !== 'GET' && step === 'forward')
    .map(({ method, provider }) => `${method} ${provider}`);

describe.runIf(isWanted)('openstack', () => {
  it.each([
    ['server', 'servers'],
    ['volume', 'volumes'],
    ['image', 'images'],
    ['network', 'networks'],
    ['subnet', 'subnets'],
    ['port', 'ports'],
    ['router', 'routers'],
    ['security group', 'security-groups'],
  ])("%s list shows all clouds' resources, each once", { timeout: PATIENCE_MS }, async (words, type) => {
    const { code, stdout } = await openstack(...words.split(' '), 'list', '-f', 'value', '-c', 'ID');
    expect(code).toBe(0);
    const ids = lines(stdout);
    expect(new Set(ids).size).toBe(ids.length);
    const rows = await listed(type);
    expect([...ids].sort()).toEqual(rows.map(({ id }) => id).sort());
    expect(new Set(rows.map(({ fed_provider }) => fed_provider)).size).toBeGreaterThan(2);
  });

  it('lists ten, and ten more after a marker of its own', { timeout: PATIENCE_MS }, async () => {
    const all = lines((await openstack('volume', 'list', '-f', 'value', '-c', 'ID')).stdout);
    const first = lines((await openstack('volume', 'list', '--limit', '10', '-f', 'value', '-c', 'ID')).stdout);
    expect(first).toEqual(all.slice(0, 10));
    const marker = first.at(-1) ?? '';
    const next = await openstack('volume', 'list', '--limit', '10', '--marker', marker, '-f', 'value', '-c', 'ID');
    expect(lines(next.stdout)).toEqual(all.slice(10, 20));
  });

  it('sorts across clouds', { timeout: PATIENCE_MS }, async () => {
    const { stdout } = await openstack('image', 'list', '--sort', 'name:desc', '-f', 'value', '-c', 'Name');
    const names = lines(stdout);
    expect(names.length).toBe((await listed('images')).length);
    expect(names).toEqual([...names].sort().reverse());
  });

  it('creates a server where its image is, and stops, starts and deletes it there, once each', {
    timeout: PATIENCE_MS,
  }, async () => {
    const [image, flavor] = [await firstAt('sp-b', 'images'), await firstAt('sp-b', 'flavors')];
    const name = `fed-${randomBytes(4).toString('hex')}`;
    // Without a network since 2.37, as openstack says on any cloud.
    const create = ['--os-compute-api-version', '2.37', 'server', 'create', '--nic', 'none'];
    const created = await openstack(...create, '--image', image.id, '--flavor', flavor.id, name, '-f', 'json');
    expect([created.code, changes(created)]).toEqual([0, ['POST sp-b']]);
    const { id } = JSON.parse(created.stdout) as { id: string };
    expect((await listed('servers', '--name', name)).map(({ fed_provider }) => fed_provider)).toEqual(['sp-b']);
    const statusIs = (status: string) => async () =>
      (await alice.run(['server', 'show', id, '-f', 'value', '-c', 'status'])).stdout.trim() === status;
    await until(statusIs('ACTIVE'));
    const stopped = await openstack('server', 'stop', id);
    expect([stopped.code, changes(stopped)]).toEqual([0, ['POST sp-b']]);
    await until(statusIs('SHUTOFF'));
    const started = await openstack('server', 'start', id);
    expect([started.code, changes(started)]).toEqual([0, ['POST sp-b']]);
    await until(statusIs('ACTIVE'));
    const deleted = await openstack('server', 'delete', id);
    expect([deleted.code, changes(deleted)]).toEqual([0, ['DELETE sp-b']]);
    await until(async () => (await listed('servers', '--name', name)).length === 0);
  });

  it('creates, changes and deletes a volume at home', { timeout: PATIENCE_MS }, async () => {
    const created = await openstack('volume', 'create', '--size', '1', 'fed-volume', '-f', 'value', '-c', 'id');
    expect([created.code, changes(created)]).toEqual([0, ['POST home']]);
    const id = created.stdout.trim();
    await until(
      async () =>
        (await alice.run(['volume', 'show', id, '-f', 'value', '-c', 'status'])).stdout.trim() === 'available',
    );
    const changed = await openstack('volume', 'set', '--name', 'fed-renamed', id);
    expect([changed.code, changes(changed)]).toEqual([0, ['PUT home']]);
    expect((await alice.run(['volume', 'show', id, '-f', 'value', '-c', 'name'])).stdout.trim()).toBe('fed-renamed');
    const deleted = await openstack('volume', 'delete', id);
    expect([deleted.code, changes(deleted)]).toEqual([0, ['DELETE home']]);
    await until(async () => (await alice.run(['volume', 'show', id])).code === 4);
  });

  it('uploads an image, saves the same bytes, and deletes it', { timeout: PATIENCE_MS }, async () => {
    const [up, down] = [join(alice.folder, 'up.raw'), join(alice.folder, 'down.raw')];
    writeFileSync(up, randomBytes(3_000_000));
    const created = await openstack('image', 'create', '--disk-format', 'raw', '--file', up, 'fed-image', '-f', 'json');
    expect(created.code).toBe(0);
    const { id } = JSON.parse(created.stdout) as { id: string };
    expect((await openstack('image', 'save', '--file', down, id)).code).toBe(0);
    expect(readFileSync(down).equals(readFileSync(up))).toBe(true);
    const deleted = await openstack('image', 'delete', id);
    expect([deleted.code, changes(deleted)]).toEqual([0, ['DELETE home']]);
  });

  it('creates a network at home, and is told which clouds do not go together', { timeout: PATIENCE_MS }, async () => {
    const created = await openstack('network', 'create', 'fed-network', '-f', 'value', '-c', 'id');
    expect([created.code, changes(created)]).toEqual([0, ['POST home']]);
    const deleted = await openstack('network', 'delete', created.stdout.trim());
    expect([deleted.code, changes(deleted)]).toEqual([0, ['DELETE home']]);
    const [server, volume] = [await firstAt('sp-b', 'servers'), await firstAt('sp-c', 'volumes')];
    const refused = await openstack('server', 'add', 'volume', server.id, volume.id);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/409/);
    expect(refused.stderr).toMatch(/sp-b.*sp-c/s);
    expect(changes(refused)).toEqual([]);
  });
});

describe.runIf(isWanted)('openstacksdk', () => {
  it('walks everything, page by page, each once and in order', { timeout: PATIENCE_MS }, async () => {
    const script = join(alice.folder, 'walk.py');
    writeFileSync(
      script,
      `
import json, openstack
conn = openstack.connect()
ids = lambda items: [item.id for item in items]
print(json.dumps({
    'servers': ids(conn.compute.servers()),
    'volumes': ids(conn.block_storage.volumes(details=True)),
    'volumes by 7': ids(conn.block_storage.volumes(details=True, limit=7)),
    'images': ids(conn.image.images()),
    'images by 2': ids(conn.image.images(limit=2)),
    'ports': ids(conn.network.ports()),
    'ports by 2': ids(conn.network.ports(limit=2)),
    'by name': [server.name for server in conn.compute.servers(sort_key='display_name', sort_dir='asc', limit=4)],
}))
`,
    );
    const { code, stdout, stderr } = await alice.exec(['/usr/bin/python3', script]);
    expect([code, stderr.split('\n').filter((line) => /Error|Exception/.test(line))]).toEqual([0, []]);
    const walked = JSON.parse(stdout) as Record<string, string[]>;
    for (const type of ['servers', 'volumes', 'images', 'ports']) {
      const expected = (await listed(type)).map(({ id }) => id).sort();
      expect([...(walked[type] ?? [])].sort(), type).toEqual(expected);
    }
    expect(walked['volumes by 7']).toEqual(walked.volumes);
    expect(walked['images by 2']).toEqual(walked.images);
    expect([...(walked['ports by 2'] ?? [])].sort()).toEqual([...(walked.ports ?? [])].sort());
    const names = walked['by name'] ?? [];
    expect(names.length).toBe(walked.servers?.length);
    expect(names).toEqual([...names].sort());
  });
});
