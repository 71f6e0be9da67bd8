/**
 * `node bench/testbed/run.mjs [--quick]`: a warm `fed volume show` beside `openstack volume show`, on the real clouds of
 * the testbed (testbed/testbed up, seed). Medians of runs that take turns.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fed } from '../commands/federation.mjs';
import { inTurns, once } from '../commands/measure.mjs';

const rounds = process.argv.includes('--quick') ? 3 : 9;
const top = join(import.meta.dirname, '../..');
const request = join(top, 'bench/commands/get.mjs');
const OPENSTACK = '/usr/bin/openstack';

const folder = mkdtempSync(join(tmpdir(), 'fed-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const openrc = execFileSync(join(top, 'testbed/testbed'), ['env', 'alice'], { encoding: 'utf8' });
const variables = [...openrc.matchAll(/(OS_\w+)=(\S+)/g)].map(([, name, value]) => [
  name,
  value.replace(/^(['"])(.*)\1$/, '$2'),
]);
const env = { PATH: process.env.PATH, HOME: folder, ...Object.fromEntries(variables) };
const json = (...args) =>
  JSON.parse(execFileSync(process.execPath, [fed, ...args, '-f', 'json'], { env, encoding: 'utf8' }));

const ms = (value) => `${value.toFixed(0)} ms`;
const row = (...cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

async function volumeAt(provider, goal) {
  const [volume] = json('volume', 'list', '--provider', provider);
  const scope = ['--provider', provider, '--project', volume.fed_project];
  const { id: token } = json('token', 'issue', ...scope);
  const { url } = json('catalog', 'list', ...scope).find(
    ({ type, interface: kind }) => ['volumev3', 'block-storage'].includes(type) && kind === 'public',
  );
  const remote = ['--os-service-provider', provider, '--os-remote-project-name', volume.fed_project];
  const asThere = provider === 'home' ? [] : [...remote, '--os-remote-project-domain-name', 'Default'];
  // Their region is not home's.
  const { OS_REGION_NAME: _home, ...anywhere } = env;
  const show = [fed, 'volume', 'show', volume.id];
  await once(show, env);
  const figures = await inTurns(rounds, {
    empty: () => once(['-e', '0'], env),
    request: () => once([request, `${url}/volumes/${volume.id}`, token], env),
    fed: () => once(show, env),
    openstack: () => once([...asThere, 'volume', 'show', volume.id], provider === 'home' ? env : anywhere, OPENSTACK),
  });
  const { empty, request: bare, fed: ours, openstack } = figures;
  row(
    `warm fed volume show of a volume at ${provider}${url.startsWith('https:') ? ' (HTTPS)' : ''}`,
    `openstack: ${ms(openstack.wall)}, CPU ${ms(openstack.cpu)}; empty process: ${ms(empty.wall)}, with the request: ${ms(bare.wall)}`,
    `${ms(ours.wall)}: × ${(openstack.wall / ours.wall).toFixed(1)} as fast, CPU × ${(ours.cpu / openstack.cpu).toFixed(3)}; + ${ms(ours.wall - bare.wall)} over the request`,
    goal,
  );
}

row('case', 'bound, measured beside it', 'measured', 'to reach');
row('---', '---', '---', '---');
await volumeAt('home', '15 times as fast, a tenth of the CPU');
await volumeAt('sp-b', '30 times as fast');
await volumeAt('sp-c', '30 times as fast; + 75 ms over HTTPS');
