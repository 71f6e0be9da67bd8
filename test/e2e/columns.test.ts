/**
 * The columns of listings and the names that `show -c` takes, beside Debian's openstackclient: the same, but for what
 * docs/output.md lists as different on purpose.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onTestbed } from '../contract/target.ts';
import { type Clouds, openClouds } from './clouds.ts';
import { type Place, placeFor } from './fed.ts';

const PATIENCE_MS = 300_000;
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

async function openstack(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', HOME: alice.folder, ...clouds.env('alice') };
  const { stdout } = await promisify(execFile)('openstack', args, { env });
  return stdout;
}

/** The columns of a listing at home; a listing without rows has them, too. */
function headOf(csv: string): string[] {
  const [head = ''] = csv.split('\n');
  return head.split(',').map((title) => title.replace(/^"|"$/g, ''));
}

/** What fed has in the place of openstack's column, and where it adds one: each is in docs/output.md. */
const ON_PURPOSE: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  'server list --long': {
    'Image Name': 'Image',
    'Image ID': undefined,
    'Flavor Name': 'Flavor',
    'Flavor ID': undefined,
  },
};

describe.skipIf(!isWanted)('beside openstack', { timeout: PATIENCE_MS }, () => {
  it.each([
    'server list --long',
    'volume list --long',
    'image list --long',
    'network list --long',
    'subnet list',
    'port list',
    'router list',
    'security group list',
    'floating ip list',
    'keypair list',
    'flavor list --long',
    'volume snapshot list --long',
    'server group list',
    'volume type list',
  ])('fed %s has the same columns in the same order', async (command) => {
    const words = command.split(' ');
    const [theirs, ours] = await Promise.all([
      openstack(...words, '-f', 'csv').then(headOf),
      alice.run([...words, '--provider', 'home', '-f', 'csv']).then(({ stdout }) => headOf(stdout)),
    ]);
    const changes = ON_PURPOSE[command] ?? {};
    for (const title of Object.keys(changes)) expect(theirs).toContain(title);
    const expected = theirs.flatMap((title) => (title in changes ? (changes[title] ?? []) : [title]));
    expect(ours.slice(0, expected.length)).toEqual(expected);
    expect(ours.slice(-2)).toEqual(['Provider', expect.stringMatching(/^Project/)]);
  });
});
