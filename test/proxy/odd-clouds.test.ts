/** Odd clouds from public bug reports through the proxy; test/cases has them at the command line. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import type { Fault } from '../../src/sandbox/faults/fault.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/settings.ts';
import { call } from '../contract/http.ts';
import { login } from '../sandbox/login.ts';
import { type Client, type Reply, startTestProxy, type TestProxyOptions } from '../support/proxy.ts';

/** Faults stand before anybody logs in: what is remembered of a catalog is none of today's. */
async function start(
  options: SandboxOptions,
  { faults = [], ...proxyOptions }: TestProxyOptions & { readonly faults?: readonly Fault[] } = {},
): Promise<{ sandbox: Sandbox; alice: Client }> {
  const sandbox = await startSandbox(options);
  for (const fault of faults) await sandbox.faults.add(fault);
  const proxy = await startTestProxy(sandbox, proxyOptions);
  onTestFinished(async () => {
    await proxy.stop();
    await sandbox.close();
  });
  return { sandbox, alice: await proxy.as('alice') };
}

describe('01: a provider with several regions', () => {
  const regions = { 'sp-a': ['RegionA', { name: 'RegionTwo', shared: ['block-storage', 'image', 'network'] }] };

  function names({ json }: Reply): string[] {
    return json.servers.map(({ name }: { name: string }) => name).sort();
  }

  it('is listed in all regions, found in each by an id, and narrowed to one by the path', async () => {
    const { sandbox, alice } = await start({ regions });
    const scope = await login(sandbox, 'alice', 'sp-a', 'research-one');
    const two = sandbox.cloud('sp-a').regions[1]?.url;
    const { id, name } = (await call('GET', `${two}/compute/v2.1/servers`, scope)).json.servers[0];

    const listed = await alice.get('/compute/v2.1/servers/detail');
    expect(listed.status).toBe(200);
    expect(names(listed)).toEqual(expect.arrayContaining(['vm-research-one-0', name]));

    const shown = await alice.get(`/compute/v2.1/servers/${id}`);
    expect([shown.status, shown.json.server.name]).toEqual([200, name]);
    expect(shown.headers).toMatchObject({ 'x-fed-provider': 'sp-a', 'x-fed-region': 'RegionTwo' });

    const narrowed = await alice.get('/regions/RegionTwo/compute/v2.1/servers/detail');
    expect(narrowed.status).toBe(200);
    expect(names(narrowed)).toContain(name);
    expect(names(narrowed).filter((each) => !each.includes('-r2-'))).toEqual([]);
    const byHeader = await alice.get('/compute/v2.1/servers/detail', { 'X-Fed-Region': 'RegionTwo' });
    expect(names(byHeader)).toEqual(names(narrowed));
  });
});

it('34: asks a provider without internal endpoints at its public ones', async () => {
  const faults: Fault[] = [{ kind: 'catalog', change: 'public-only', cloud: 'sp-a' }];
  const { alice } = await start({}, { env: { OS_INTERFACE: 'internal' }, faults });
  const listed = await alice.get('/compute/v2.1/servers/detail');
  expect([listed.status, listed.headers['x-fed-missing']]).toEqual([200, undefined]);
  const found = listed.json.servers.find(({ name }: { name: string }) => name === 'vm-research-one-0');
  const shown = await alice.get(`/compute/v2.1/servers/${found?.id}`);
  expect([shown.status, shown.headers['x-fed-provider']]).toEqual([200, 'sp-a']);
});

it('35: reaches what is in a Swift account, whatever objects are called', async () => {
  const { sandbox, alice } = await start({ services: ['object-store'] });
  const { projectId } = await login(sandbox, 'alice', 'sp-a', 'research-two');
  const object = `/object-store/v1/AUTH_${projectId}/files-research-two/11111111-2222-4333-8444-555555555555`;
  expect((await alice.ask(object, { method: 'PUT', body: 'hello' })).status).toBe(201);
  const got = await alice.get(object);
  expect([got.status, got.text, got.headers['x-fed-provider']]).toEqual([200, 'hello', 'sp-a']);
});

it('35: finds a container of an account that is in one region of several', async () => {
  const regions = { 'sp-b': ['RegionB', 'RegionTwo'] };
  const { sandbox, alice } = await start({ services: ['object-store'], regions });
  const { projectId } = await login(sandbox, 'alice', 'sp-b', 'lab');
  const account = `/object-store/v1/AUTH_${projectId}`;
  const got = await Promise.all(['files-lab', 'files-lab-r2'].map((name) => alice.get(`${account}/${name}`)));
  expect(got.map(({ status, headers }) => [status, headers['x-fed-region']])).toEqual([
    [200, 'RegionB'],
    [200, 'RegionTwo'],
  ]);
  expect((await alice.get(`${account}/none-of-these`)).status).toBe(404);
});

it('37: passes a service of a type that nobody knows on as the catalog has it', async () => {
  const { alice } = await start({ services: ['metric'] });
  const got = await alice.get('/metric/v1/metric', { 'X-Fed-Provider': 'sp-b' });
  expect([got.status, got.text]).toEqual([200, expect.stringContaining('cpu-lab')]);
});

it('goes to no address that only machines of its own network can reach', async () => {
  const faults: Fault[] = [{ kind: 'catalog', cloud: 'sp-a', change: 'metadata', service: 'compute' }];
  const { alice } = await start({}, { faults });
  const listed = await alice.get('/compute/v2.1/servers/detail');
  expect(listed.status).toBe(200);
  expect(listed.headers['x-fed-missing']).toContain('sp-a');
  const only = await alice.get('/compute/v2.1/servers/detail', { 'X-Fed-Provider': 'sp-a' });
  expect(only.status).toBe(502);
  expect(only.text).toContain(
    'its catalog has compute at 169.254.169.254, which is the address of a metadata service. Nothing was sent there.',
  );
  expect((await alice.get('/volume/v3/volumes', { 'X-Fed-Provider': 'sp-a' })).status).toBe(200);
});

it('answers what is a project’s in the scope whose project the path names', async () => {
  const { sandbox, alice } = await start({});
  const { projectId } = await login(sandbox, 'alice', 'sp-b', 'lab');
  const limits = await alice.get(`/volume/v3/${projectId}/limits`);
  expect([limits.status, limits.headers['x-fed-provider']]).toEqual([200, 'sp-b']);
  const own = await login(sandbox, 'alice', 'home', 'research');
  const ofHome = await alice.get(`/volume/v3/${own.projectId}/limits`);
  expect([ofHome.status, ofHome.headers['x-fed-provider']]).toEqual([200, 'home']);
  const nobodys = await alice.get(`/volume/v3/${'0'.repeat(32)}/limits`);
  expect([nobodys.status, nobodys.headers['x-fed-provider']]).toEqual([200, 'home']);
});
