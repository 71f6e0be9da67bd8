/** `fed provider list`: what each provider says when it is asked, whatever is remembered. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Place, placeFor } from './fed.ts';

let sandbox: Sandbox;
let alice: Place;

beforeAll(async () => {
  sandbox = await startSandbox({ regions: { 'sp-b': ['North', 'South'] } });
});

beforeEach(() => {
  alice = placeFor(sandbox.env('alice'));
});

afterEach(async () => {
  await sandbox.faults.clear();
  alice.remove();
});

afterAll(() => sandbox.close());

interface Row {
  readonly name: string;
  readonly reachable: boolean;
  readonly authenticated: boolean;
  readonly projects: readonly string[];
  readonly regions: readonly string[] | null;
  readonly problem: string | null;
}

async function listed(...more: string[]): Promise<{ code: number | null; rows: Row[]; stderr: string }> {
  const { code, stdout, stderr } = await alice.run(['provider', 'list', '-f', 'json', ...more]);
  return { code, rows: JSON.parse(stdout) as Row[], stderr };
}

function askedOf(cloud: string): readonly string[] {
  return sandbox.cloud(cloud).requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
}

describe('with everything remembered', () => {
  beforeEach(async () => {
    expect((await listed()).code).toBe(0);
    expect((await listed()).code).toBe(0);
    sandbox.clearRequests();
  });

  it('each provider is asked, and home is shown its token', async () => {
    expect((await listed()).code).toBe(0);
    expect(askedOf('home')).toEqual(['GET /identity/v3/auth/tokens']);
    expect(askedOf('sp-a')).toEqual(['GET /identity/v3/auth/projects']);
    expect(askedOf('sp-b')).toEqual(['GET /identity/v3/auth/projects']);
  });

  it('a cloud that is down is not reachable', async () => {
    await sandbox.faults.add({ kind: 'refuse', cloud: 'sp-a' });
    await sandbox.faults.add({ kind: 'status', status: 503, body: 'html', cloud: 'sp-b' });
    const { code, rows, stderr } = await listed();
    expect(code).toBe(6);
    expect(rows).toMatchObject([
      { name: 'home', reachable: true, problem: null },
      { name: 'sp-a', reachable: false, authenticated: false, problem: expect.stringContaining('connection refused') },
      { name: 'sp-b', reachable: false, authenticated: false, problem: expect.stringContaining('503') },
    ]);
    expect(stderr).toContain('sp-a, sp-b');
  });

  it('all of them down, nothing is reachable; --cached says what is remembered', async () => {
    await sandbox.faults.add({ kind: 'refuse', cloud: ['home', 'sp-a', 'sp-b'] });
    const { code, rows } = await listed();
    expect(code).toBe(7);
    expect(rows.map(({ name, reachable }) => [name, reachable])).toEqual([
      ['home', false],
      ['sp-a', false],
      ['sp-b', false],
    ]);
    const cached = await listed('--cached');
    expect(cached.code).toBe(0);
    expect(cached.rows).toMatchObject([{ reachable: true }, { reachable: true }, { projects: ['lab'], regions: null }]);
  });

  it('a provider that home has disabled meanwhile is none any more', async () => {
    await sandbox.faults.add({ kind: 'disabled-at-home', cloud: 'sp-b' });
    const { code, rows } = await listed();
    expect({ code, names: rows.map(({ name }) => name) }).toEqual({ code: 0, names: ['home', 'sp-a'] });
  });
});

it.each([
  ['for one project', ', project_name: lab'],
  ['for no certain project', ''],
])('a provider with credentials of its own %s is asked, too', async (_, scope) => {
  const auth = `auth_url: "${sandbox.cloud('sp-b').authUrl}", username: local, password: local-secret${scope}`;
  writeFileSync(join(alice.folder, 'clouds.yaml'), `clouds: {own: {auth: {${auth}}}}\n`);
  expect((await alice.run(['provider', 'add', 'own', '--cloud', 'own'])).code).toBe(0);
  await listed('--provider', 'own');
  sandbox.clearRequests();
  expect((await listed('--provider', 'own')).rows).toMatchObject([{ name: 'own', reachable: true, problem: null }]);
  expect(askedOf('sp-b')).toHaveLength(1);
  await sandbox.faults.add({ kind: 'refuse', cloud: 'sp-b' });
  expect(await listed('--provider', 'own')).toMatchObject({ code: 7, rows: [{ reachable: false }] });
});

describe('the catalog', () => {
  it.each([
    ['empty', undefined, /^its catalog is empty$/],
    ['bad-url', 'compute', /^its catalog gives compute the URL .* cannot be used$/],
  ] as const)('that is %s is a problem', async (change, service, problem) => {
    await sandbox.faults.add({ kind: 'catalog', cloud: 'sp-a', change, ...(service !== undefined && { service }) });
    const { code, rows } = await listed();
    expect(code).toBe(6);
    expect(rows[1]).toMatchObject({ reachable: true, authenticated: true, problem: expect.stringMatching(problem) });
    expect(rows[1]?.projects).toHaveLength(2);
  });

  it('says the regions, and the table shows them where a provider has several', async () => {
    const { rows } = await listed();
    expect(rows.map(({ regions }) => [...(regions ?? [])].sort())).toEqual([
      ['HomeRegion'],
      ['RegionA'],
      ['North', 'South'],
    ]);
    const table = (await alice.run(['provider', 'list'])).stdout;
    expect(table).toMatch(/Regions/);
    expect((await alice.run(['provider', 'list', '--provider', 'sp-a'])).stdout).not.toMatch(/Regions/);
  });
});

it('is narrowed to the providers with a region, and says which regions there are', async () => {
  const { code, rows } = await listed('--region', 'South');
  expect([code, rows.map(({ name }) => name)]).toEqual([0, ['sp-b']]);
  const wrong = await alice.run(['provider', 'list', '--region', 'Suth']);
  expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 2, stdout: '' });
  expect(wrong.stderr).toMatch(/^fed: There is no region Suth; there are: HomeRegion, .*South, North.*\.\n/);
});
