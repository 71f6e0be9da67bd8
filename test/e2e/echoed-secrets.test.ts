/** Services that repeat what they were sent: nothing of it that is secret is shown, kept in a trace, or passed on. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { startTestProxy } from '../support/proxy.ts';
import { type Place, placeFor } from './fed.ts';

const ID = '11111111-2222-4333-8444-555555555555';

let sandbox: Sandbox;
let alice: Place;
let secrets: readonly string[];

beforeAll(async () => {
  sandbox = await startSandbox({});
  alice = placeFor(sandbox.env('alice'));
  const issued = ['home', 'sp-a'].map(async (provider) => {
    const project = provider === 'home' ? [] : ['--project', 'research-one'];
    const { stdout } = await alice.run([
      'token',
      'issue',
      '--provider',
      provider,
      ...project,
      '-f',
      'value',
      '-c',
      'id',
    ]);
    return stdout.trim();
  });
  secrets = [sandbox.env('alice').OS_PASSWORD ?? '', ...(await Promise.all(issued))];
  expect(secrets.every((secret) => secret.length > 8)).toBe(true);
});

afterAll(async () => {
  alice.remove();
  await sandbox.close();
});

async function misbehave(service: string | undefined) {
  const faults = await sandbox.faults.add({ kind: 'echo', ...(service !== undefined && { service }) });
  onTestFinished(() => faults.remove());
}

function spelt(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), bytes.toString('base64')];
}

function expectNoneIn(text: string) {
  for (const secret of secrets) for (const spelling of spelt(secret)) expect(text).not.toContain(spelling);
}

it.each([
  [['list', 'volumes', '--debug'], 'block-storage', 'warm'],
  [['volume', 'show', ID, '--error-format', 'json'], 'block-storage', 'warm'],
  [['show', ID, '--error-format', 'json'], undefined, 'warm'],
  [['provider', 'list', '--debug'], undefined, 'warm'],
  [['curl', '-v', `volume/volumes/${ID}`, '-X', 'DELETE'], 'block-storage', 'warm'],
  // What has to log in first.
  [['list', 'volumes', '--debug'], 'identity', 'cold'],
] as const)('fed %j', async (args, service, memory) => {
  await misbehave(service);
  const env = memory === 'warm' ? {} : { FED_CACHE_DIR: join(alice.folder, 'empty') };
  const { stdout, stderr, code, requests } = await alice.run(args, { env });
  expect(code).not.toBe(0);
  expect(requests.some(({ status }) => status === 400)).toBe(true);
  expectNoneIn(stdout + stderr + JSON.stringify(requests));
});

it('fed proxy', async () => {
  const proxy = await startTestProxy(sandbox);
  const client = await proxy.as('alice');
  await misbehave('block-storage');
  const listed = await client.get('/volume/v3/volumes/detail');
  expect(listed.status).toBe(400);
  const shown = await client.get(`/volume/v3/volumes/${ID}`);
  expect(shown.status).toBe(400);
  expectNoneIn(JSON.stringify([shown.text, shown.headers, proxy.log]));
  await proxy.stop();
});
