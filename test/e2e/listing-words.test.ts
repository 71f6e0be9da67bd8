/** What a listing says when it is not simply complete. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Place, placeFor } from './fed.ts';

let sandbox: Sandbox;
let alice: Place;

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 3 });
  alice = placeFor(sandbox.env('alice'));
});

afterEach(() => sandbox.faults.clear());

afterAll(async () => {
  alice.remove();
  await sandbox.close();
});

describe('a filter that every cloud calls wrong', () => {
  it.each([[[]], [['--strict']], [['-f', 'json']]])('is exit 1 with the service’s own words: %j', async (options) => {
    const { code, stdout, stderr } = await alice.run(['port', 'list', '--query', 'bogus=1', ...options]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^fed: home\/research, sp-a\/research-one, .*sp-b\/lab: listing ports was answered with 400: .*bogus/,
    );
  });

  it('is said for programs, too', async () => {
    const { stderr } = await alice.run(['port', 'list', '--query', 'bogus=1', '--error-format', 'json']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'FED_RESPONSE', provider: 'home', status: 400 } });
  });
});

it('what everybody forbids is exit 1 with the words', async () => {
  await sandbox.faults.add({
    kind: 'status',
    status: 403,
    service: 'compute',
    body: 'json',
  });
  const { code, stdout, stderr } = await alice.run(['server', 'list']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/home\/research.*: listing servers was answered with 403/);
});

it('a status of what has none is wrong usage, before anybody is asked', async () => {
  const { code, stderr, requests } = await alice.run(['flavor', 'list', '--status', 'x']);
  expect({ code, requests }).toEqual({ code: 2, requests: [] });
  expect(stderr).toContain('fed: Flavors have no status.\n');
});

it.each([
  [['server', 'list', '-c', 'name,id'], 'hint: Each column has a -c of its own. Columns: ID, Name'],
  [
    ['server', 'show', 'a', 'b'],
    'fed: fed server show takes one id or name.\nhint: A name with spaces in it needs quotes',
  ],
])('says how it is put: %j', async (args, words) => {
  const { code, stderr } = await alice.run(args);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});

it('a project’s name in the place of its service’s type is seen through', async () => {
  const { code, stderr } = await alice.run(['curl', 'cinder/volumes']);
  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean block-storage?');
});

describe('a provider without the service', () => {
  it.each([
    ['server list', ['server', 'list', '--provider', 'sp-c']],
    ['curl', ['curl', 'compute/servers', '--provider', 'sp-c']],
    ['curl --all', ['curl', '--all', 'compute/servers', '--provider', 'sp-c']],
  ])('that was asked alone is no empty list: %s', async (_, args) => {
    const { code, stdout, stderr } = await alice.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('fed: sp-c has no compute service.\n');
  });

  it('that was named among others is named in a warning', async () => {
    const args = ['server', 'list', '--provider', 'sp-b', '--provider', 'sp-c', '-f', 'value', '-c', 'Provider'];
    const { code, stdout, stderr } = await alice.run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'fed: warning: sp-c has no compute service.\n' });
    expect(new Set(stdout.trimEnd().split('\n'))).toEqual(new Set(['sp-b']));
    expect((await alice.run([...args, '--strict'])).code).toBe(0);
  });

  it('is normal where nobody was named', async () => {
    const { code, stderr } = await alice.run(['server', 'list', '-f', 'value', '-c', 'ID']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('pages that come to no end', () => {
  const link = [{ rel: 'next', href: 'http://internal/v3/volumes/detail?marker=v1' }];
  const looping = { volumes: [{ id: 'v1', name: 'first' }], volumes_links: link };
  const add = (json: unknown) => sandbox.faults.add({ kind: 'json', json, cloud: 'sp-b', service: 'block-storage' });
  const list = ['volume', 'list', '-f', 'value', '-c', 'Name', '--provider', 'sp-b'];

  it.each([
    ['as a page repeats', looping, 'first\n', 'one of them repeats'],
    ['as an empty one has a link', { volumes: [], volumes_links: link }, '', 'one without items has a link'],
  ])('make a listing incomplete, %s', async (_, json, printed, words) => {
    await add(json);
    const { code, stdout, stderr } = await alice.run(list);
    expect({ code, stdout }).toEqual({ code: 6, stdout: printed });
    expect(stderr).toContain(`The listing is incomplete: sp-b/lab could not say: the pages of volumes come to no`);
    expect(stderr).toContain(words);
    expect(await alice.run([...list, '--strict'])).toMatchObject({ code: 6, stdout: '' });
  });

  it('make fed curl --paginate incomplete', async () => {
    await add(looping);
    const args = ['curl', '--paginate', 'volume/volumes/detail', '--provider', 'sp-b'];
    const { code, stdout, stderr } = await alice.run(args);
    expect(code).toBe(6);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toContain('the pages of volumes/detail come to no end: one of them repeats');
    await sandbox.faults.clear();
    await add({ volumes: [], volumes_links: link });
    expect(await alice.run(args)).toMatchObject({ code: 6, stderr: expect.stringContaining('one without items') });
  });
});

it('an id that several clouds have is told apart by the provider, not by the id', async () => {
  const { code, stderr } = await alice.run(['flavor', 'show', '1']);
  expect(code).toBe(5);
  expect(stderr).toContain('hint: Say which with --provider and --project.\n');
});

it('a table that is interrupted has the rows that came, and says whom it waited for', async () => {
  await sandbox.faults.add({ kind: 'hang', cloud: 'sp-b', service: 'compute' });
  sandbox.clearRequests();
  const child = alice.start(['server', 'list']);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text) => {
    stdout += text;
  });
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  const isAsked = () => sandbox.cloud('sp-b').requests.some(({ path }) => path.includes('/servers'));
  await vi.waitFor(() => expect(isAsked()).toBe(true), { timeout: 20_000 });
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(code).toBe(130);
  expect(stdout).toContain('| home ');
  expect(stderr).toContain('fed: The listing is incomplete: it was interrupted while waiting for');
  expect(stderr).toContain('sp-b');
});
