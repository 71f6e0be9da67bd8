/** What is printed once all of it is there stands in the federation's order, whoever answers first. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Place, placeFor } from './fed.ts';

let sandbox: Sandbox;
let alice: Place;

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 2 });
  await sandbox.faults.add({ cloud: 'home', kind: 'latency', ms: 50 });
  await sandbox.faults.add({ cloud: 'sp-a', kind: 'latency', ms: 200 });
  alice = placeFor(sandbox.env('alice'));
});

afterAll(async () => {
  alice.remove();
  await sandbox.close();
});

it.each([
  [
    ['provider', 'list', '-c', 'Name'],
    ['home', 'sp-a', 'sp-b'],
  ],
  [
    ['project', 'list', '-c', 'Provider', '-c', 'Name'],
    ['home', 'sp-a', 'sp-b'],
  ],
  [
    ['catalog', 'list', '-c', 'Provider'],
    ['home', 'sp-a', 'sp-b'],
  ],
])('%j', async (command, order) => {
  await alice.run(['cache', 'clear']);
  const { code, stdout } = await alice.run([...command, '-f', 'csv', '--quote', 'none']);
  expect(code).toBe(0);
  const clouds = stdout.split('\n').flatMap((line) => /home|sp-a|sp-b/.exec(line)?.[0] ?? []);
  expect([...new Set(clouds)]).toEqual(order);
  // Each cloud's rows stand together.
  expect(clouds).toEqual([...clouds].sort((one, other) => order.indexOf(one) - order.indexOf(other)));
});

interface Volume {
  readonly id: string;
  readonly size: number;
  readonly fed_provider: string;
}

async function volumes(...options: string[]): Promise<Volume[]> {
  const { code, stdout } = await alice.run(['volume', 'list', '-f', 'json', ...options]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Volume[];
}

it('a limit of -1 is none, as openstack has it', async () => {
  const ids = async (...more: string[]) => {
    const { stdout } = await alice.run(['volume', 'list', '-f', 'value', '-c', 'id', ...more]);
    return stdout.trim().split('\n').sort();
  };
  const all = await ids();
  expect(all.length).toBeGreaterThan(5);
  expect(await ids('--limit', '-1')).toEqual(all);
});

it('a limit takes the first rows of this order, in every format', async () => {
  const first = (await volumes()).slice(0, 2);
  expect(first.map(({ fed_provider }) => fed_provider)).toEqual(['home', 'home']);
  for (const format of ['table', 'json', 'yaml', 'csv', 'value', 'ndjson']) {
    const { stdout } = await alice.run(['volume', 'list', '--limit', '2', '-f', format, '-c', 'id']);
    expect(stdout.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g), format).toEqual(first.map(({ id }) => id));
  }
});

it.each([
  ['json', []],
  ['value', ['-c', 'ID', '-c', 'Size']],
])('a sorted limit takes the first of all, as %s', async (format, columns) => {
  const largest = (await volumes()).sort((one, other) => other.size - one.size)[0];
  const sorting = ['--sort-column', 'size', '--sort-descending', '--limit', '1'];
  const { stdout } = await alice.run(['volume', 'list', ...sorting, '-f', format, ...columns]);
  expect(stdout).toContain(largest?.id);
});
