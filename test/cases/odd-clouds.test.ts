/** Odd clouds from public bug reports, played by the sandbox, and what fed has to make of them. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/settings.ts';
import { call } from '../contract/http.ts';
import { type Place, placeFor, type Result } from '../e2e/fed.ts';
import { login, type SandboxScope } from '../sandbox/login.ts';

const UUID = '11111111-2222-4333-8444-555555555555';
const SLOW = { timeout: 180_000 };

async function start(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; alice: Place }> {
  const sandbox = await startSandbox(options);
  const alice = placeFor(sandbox.env('alice'));
  onTestFinished(async () => {
    alice.remove();
    await sandbox.close();
  });
  return { sandbox, alice };
}

function names({ stdout }: Result): string[] {
  return stdout.trimEnd().split('\n').sort();
}

/** `METHOD path` of the requests for a service that a cloud got. */
function reached(sandbox: Sandbox, cloud: string, prefix: string): string[] {
  const { requests } = sandbox.cloud(cloud);
  return requests.filter(({ path }) => path.startsWith(prefix)).map(({ method, path }) => `${method} ${path}`);
}

describe('01: a provider with several regions', () => {
  const regions = { 'sp-a': ['RegionA', { name: 'RegionTwo', shared: ['block-storage', 'image', 'network'] }] };

  async function serverOfRegionTwo(sandbox: Sandbox): Promise<{ readonly id: string; readonly name: string }> {
    const scope = await login(sandbox, 'alice', 'sp-a', 'research-one');
    const url = `${sandbox.cloud('sp-a').regions[1]?.url}/compute/v2.1/servers`;
    return (await call('GET', url, scope)).json.servers[0];
  }

  it('has the servers of all regions in its lists, and what regions share once', SLOW, async () => {
    const { alice } = await start({ regions });
    const servers = await alice.run(['list', 'servers', '-f', 'value', '-c', 'Name']);
    expect([servers.code, names(servers).filter((name) => name.startsWith('vm-research-one'))]).toEqual([
      0,
      [0, 1, 2].flatMap((n) => [`vm-research-one-${n}`, `vm-research-one-r2-${n}`]).sort(),
    ]);
    const volumes = await alice.run(['list', 'volumes', '-f', 'value', '-c', 'ID']);
    expect([volumes.code, names(volumes).length]).toEqual([0, new Set(names(volumes)).size]);
  });

  it('is shown, located and reached in each of them', SLOW, async () => {
    const { sandbox, alice } = await start({ regions });
    const { id, name } = await serverOfRegionTwo(sandbox);
    const shown = await alice.run(['server', 'show', id, '-f', 'json']);
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining(name)]);
    const located = await alice.run(['locate', id]);
    expect([located.code, located.stdout]).toEqual([0, expect.stringContaining('RegionTwo')]);
    const raw = await alice.run(['curl', '-s', `compute/servers/${id}`]);
    expect([raw.code, JSON.parse(raw.stdout || '{}').server?.name]).toEqual([0, name]);
  });
});

describe('22: the catalog names an address that redirects', () => {
  it('says where to', SLOW, async () => {
    const { sandbox, alice } = await start();
    await sandbox.faults.add({ kind: 'catalog', change: 'moved', service: 'compute', cloud: 'home' });
    const listed = await alice.run(['list', 'servers', '-f', 'value', '-c', 'Name']);
    expect(listed.code).toBe(6);
    expect(listed.stderr).toContain(`${sandbox.home.url}/compute/v2.1`);
    expect(reached(sandbox, 'home', '/compute')).toEqual([]);
  });

  it('says so where http leads to https, and sends no token there', SLOW, async () => {
    const { sandbox, alice } = await start();
    const there = sandbox.home.url.replace('http:', 'https:');
    await sandbox.faults.add({ kind: 'redirect', to: there, service: 'compute', cloud: 'home' });
    const listed = await alice.run(['list', 'servers', '-f', 'value', '-c', 'Name']);
    expect([listed.code, listed.stderr]).toEqual([6, expect.stringContaining(`${there}/compute/v2.1`)]);
  });
});

it('34: a provider without internal endpoints is asked at its public ones', SLOW, async () => {
  const { sandbox, alice } = await start();
  await sandbox.faults.add({ kind: 'catalog', change: 'public-only', cloud: 'sp-a' });
  const words = ['list', 'servers', '-f', 'value', '-c', 'Name'];
  const listed = await alice.run(words, { env: { OS_INTERFACE: 'internal' } });
  expect([listed.code, names(listed)]).toEqual([0, expect.arrayContaining(['vm-research-one-0', 'vm-lab-0'])]);
});

describe('35: Swift', () => {
  it('gets what is in an account, as it is written, whatever objects are called', SLOW, async () => {
    const { sandbox, alice } = await start({ services: ['object-store'] });
    const scope: SandboxScope = await login(sandbox, 'alice', 'sp-a', 'research-two');
    const account = `/object-store/v1/AUTH_${scope.projectId}`;
    const url = `${sandbox.cloud('sp-a').url}${account}/files-research-two/${UUID}`;
    sandbox.clearRequests();
    const put = await alice.run(['curl', '-s', '-X', 'PUT', '-d', 'hello', url]);
    const got = await alice.run(['curl', '-s', url]);
    expect([put.code, got.code, got.stdout]).toEqual([0, 0, 'hello']);
    const path = await alice.run(['curl', '-s', `object-store/v1/AUTH_${scope.projectId}/files-research-two/${UUID}`]);
    expect([path.code, path.stdout]).toEqual([0, 'hello']);
    const way = `${account}/files-research-two/${UUID}`;
    expect(reached(sandbox, 'sp-a', '/object-store')).toEqual([`PUT ${way}`, `GET ${way}`, `GET ${way}`]);
    expect(['home', 'sp-b'].flatMap((cloud) => reached(sandbox, cloud, '/object-store'))).toEqual([]);
  });
});

it('37: a service of a type that nobody knows is reached by its type and by its URL', SLOW, async () => {
  const { sandbox, alice } = await start({ services: ['metric'] });
  const byType = await alice.run(['curl', '-s', 'metric/v1/metric']);
  expect([byType.code, byType.stdout]).toEqual([0, expect.stringContaining('cpu-')]);
  const scope = await login(sandbox, 'alice', 'sp-b', 'lab');
  const byUrl = await alice.run(['curl', '-s', `${scope.url('metric')}/v1/metric`]);
  expect([byUrl.code, byUrl.stdout]).toEqual([0, expect.stringContaining('cpu-lab')]);
});

describe('38: a Nova that knows nothing beyond 2.38', () => {
  // test/federation/list.test.ts has the race itself, without a clock.
  it('is listed in full in every run, with a memory and without', SLOW, async () => {
    const { sandbox, alice } = await start();
    await sandbox.faults.add({ kind: 'old-nova' });
    for (let run = 0; run < 6; run++) {
      const env = run % 2 === 0 ? { FED_CACHE_DIR: join(alice.folder, `cache-${run}`) } : {};
      const listed = await alice.run(['list', 'servers', '-f', 'value', '-c', 'Name'], { env });
      expect([run, listed.code, names(listed).length, listed.stderr]).toEqual([run, 0, 12, '']);
    }
  });

  it('is complete in the lists of other types', SLOW, async () => {
    const { sandbox, alice } = await start();
    await sandbox.faults.add({ kind: 'old-nova' });
    for (const words of [
      ['flavor', 'list'],
      ['server', 'group', 'list'],
      ['keypair', 'list'],
    ]) {
      const listed = await alice.run([...words, '-f', 'value', '-c', 'Provider']);
      expect([listed.code, listed.stderr, [...new Set(names(listed))]]).toEqual([0, '', ['home', 'sp-a', 'sp-b']]);
    }
  });

  it('is shown', SLOW, async () => {
    const { sandbox, alice } = await start();
    await sandbox.faults.add({ kind: 'old-nova' });
    const scope = await login(sandbox, 'alice', 'sp-a', 'research-one');
    const { id } = (await call('GET', `${scope.url('compute')}/servers`, scope)).json.servers[0];
    const shown = await alice.run(['server', 'show', id, '-f', 'json']);
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining(id)]);
  });
});
