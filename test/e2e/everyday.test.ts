import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useContract } from '../contract/contract.ts';
import { type Clouds, openClouds } from './clouds.ts';
import { type Place, placeFor } from './fed.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

let clouds: Clouds;
let alice: Place;

beforeAll(async () => {
  clouds = await openClouds();
  alice = placeFor(clouds.env('alice'));
});

afterAll(async () => {
  alice.remove();
  await clouds.close();
});

interface Item {
  readonly id: string;
  readonly name: string;
  readonly fed_provider: string;
  readonly fed_project: string;
}

async function list(place: Place, ...args: string[]): Promise<Item[]> {
  const { code, stdout, stderr } = await place.run([...args, '-f', 'json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Item[];
}

const labelOf = ({ fed_provider, fed_project }: Item) => `${fed_provider}/${fed_project}`;

describe('listing', () => {
  it('shows the servers of all clouds that have any, each once', async () => {
    const servers = await list(alice, 'list', 'servers');
    expect(new Set(servers.map(({ id }) => id)).size).toBe(servers.length);
    expect([...new Set(servers.map(labelOf))]).toEqual(clouds.scopes.filter((scope) => !scope.startsWith('sp-c')));
  });

  it('follows every page: as many volumes as the clouds themselves have', async () => {
    const volumes = await list(alice, 'volume', 'list');
    const counts: Record<string, number> = {};
    for (const volume of volumes) counts[labelOf(volume)] = (counts[labelOf(volume)] ?? 0) + 1;
    expect(Object.keys(counts)).toEqual(clouds.scopes);
    expect(counts['sp-a/research-one']).toBeGreaterThan(50);
    const paged = await list(alice, 'volume', 'list', '--page-size', '7');
    expect(paged.map(({ id }) => id).sort()).toEqual(volumes.map(({ id }) => id).sort());
  });

  it('gives the same in every word order', async () => {
    const one = await alice.run(['list', 'volumes', '-f', 'value', '-c', 'ID', '--sort-column', 'ID']);
    for (const words of [
      ['volume', 'list'],
      ['list', 'volume'],
      ['volumes', 'list'],
    ]) {
      const other = await alice.run([...words, '-f', 'value', '-c', 'ID', '--sort-column', 'ID']);
      expect(other.stdout).toBe(one.stdout);
    }
  });

  it('narrows to providers and projects', async () => {
    expect([...new Set((await list(alice, 'volume', 'list', '--provider', 'sp-a')).map(labelOf))]).toEqual([
      'sp-a/research-one',
      'sp-a/research-two',
    ]);
    expect([...new Set((await list(alice, 'volume', 'list', '--project', 'lab')).map(labelOf))]).toEqual(['sp-b/lab']);
  });

  it('finds equal names only, and cuts at a limit', async () => {
    const named = await list(alice, 'volume', 'list', '--name', 'vol-research-one-1');
    expect(named.map(({ name }) => name)).toEqual(['vol-research-one-1']);
    expect(await list(alice, 'volume', 'list', '--limit', '9')).toHaveLength(9);
  });

  it.each([
    'flavor',
    'keypair',
    'server group',
    'volume snapshot',
    'volume type',
    'image',
    'network',
    'subnet',
    'port',
  ])('lists %ss', async (type) => {
    const { code, stderr } = await alice.run(['list', ...type.split(' '), '-f', 'value']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each(['router', 'security group', 'floating ip', 'region'])('lists %ss', async (type) => {
    const { code, stderr } = await alice.run([...type.split(' '), 'list', '-f', 'ndjson']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('showing', () => {
  it('finds one volume of each scope, and asks only its owner the second time', async () => {
    const volumes = await list(alice, 'volume', 'list');
    await alice.run(['cache', 'clear']);
    for (const scope of clouds.scopes) {
      const volume = volumes.find((each) => labelOf(each) === scope);
      const first = await alice.run(['volume', 'show', volume?.id ?? '', '-f', 'json']);
      expect({ ...first, stdout: '', requests: [] }).toMatchObject({ code: 0, stderr: '' });
      expect(labelOf(JSON.parse(first.stdout) as Item)).toBe(scope);
      const second = await alice.run(['volume', 'show', volume?.id ?? '', '-f', 'json']);
      expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
      expect(second.requests.map(({ method, provider }) => `${method} ${provider}`)).toEqual([
        `GET ${scope.split('/')[0]}`,
      ]);
    }
  });

  it('finds by name, and by an id of a type that is not said', async () => {
    const { stdout } = await alice.run(['server', 'show', 'vm-lab-1', '-f', 'value', '-c', 'id']);
    expect(stdout.trim()).toMatch(UUID);
    const shown = await alice.run(['show', stdout.trim(), '-f', 'json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'vm-lab-1', fed_provider: 'sp-b' });
  });

  it('lists the matches of a name that is not unique', async () => {
    const { code, stderr } = await alice.run(['flavor', 'show', 'm1.tiny']);
    expect(code).toBe(5);
    expect(stderr).toMatch(/at home\/research\n.*at sp-a\//s);
  });

  it('says "not found" when every cloud has said so', async () => {
    const { code, stderr, stdout } = await alice.run(['volume', 'show', UNKNOWN]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toBe(`fed: volume ${UNKNOWN} was not found at home, sp-a, sp-b, sp-c.\n`);
  });

  it('locates, and says how that is known', async () => {
    const [volume] = await list(alice, 'volume', 'list', '--project', 'lab');
    await alice.run(['cache', 'forget', volume?.id ?? '']);
    const probed = await alice.run(['locate', volume?.id ?? '', '-f', 'json']);
    expect(JSON.parse(probed.stdout)).toMatchObject([{ provider: 'sp-b', project: 'lab', how: 'probed' }]);
    const remembered = await alice.run(['locate', volume?.id ?? '', '-f', 'json']);
    expect(JSON.parse(remembered.stdout)).toMatchObject([{ provider: 'sp-b', how: 'remembered' }]);
    expect(remembered.requests).toEqual([]);
  });
});

describe('what changes behind the back of what is remembered', () => {
  const contract = useContract();
  const made: Array<() => Promise<unknown>> = [];

  afterEach(async () => {
    for (const undo of made.splice(0)) await undo();
  });

  async function create(provider: string): Promise<string> {
    const body = JSON.stringify({ volume: { size: 1, name: 'fed-e2e' } });
    // The testbed's sp-b has two regions, and a creation that may be for either is refused.
    const isEither = provider === 'sp-b' && clouds.requestsAt === undefined;
    const where = ['--provider', provider, ...(isEither ? ['--region', 'RegionB'] : [])];
    const answer = await alice.run(['curl', '-sf', ...where, '-d', body, 'volume/volumes']);
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    const { id } = (JSON.parse(answer.stdout) as { volume: { id: string } }).volume;
    made.push(() => alice.run(['curl', '-s', '-X', 'DELETE', `volume/volumes/${id}`]));
    return id;
  }

  it('finds what was just created, forgets what was deleted elsewhere, and finds what was made anew', async () => {
    const id = await create('sp-b');
    const shown = await alice.run(['volume', 'show', id, '-f', 'value', '-c', 'fed_provider']);
    expect(shown.stdout.trim()).toBe('sp-b');
    expect(shown.requests).toHaveLength(1);
    await expect
      .poll(async () => (await alice.run(['volume', 'show', id, '-f', 'value', '-c', 'status'])).stdout.trim(), {
        timeout: 60_000,
      })
      .toBe('available');
    if (clouds.requestsAt === undefined) {
      const lab = await contract.scope('sp-b', 'lab');
      await lab.call('DELETE', `${lab.volume}/volumes/${id}`);
    } else {
      // On the sandbox contract tests and these run different federations.
      const token = await alice.run(['token', 'issue', '--provider', 'sp-b', '-f', 'value', '-c', 'id']);
      const { stdout: url } = await alice.run([
        'curl',
        '-s',
        '-o',
        '-',
        '-w',
        '%{url_effective}',
        `volume/volumes/${id}`,
      ]);
      const address = url.slice(url.lastIndexOf('http'));
      await fetch(address, { method: 'DELETE', headers: { 'X-Auth-Token': token.stdout.trim() } });
    }
    await expect.poll(async () => (await alice.run(['volume', 'show', id])).code, { timeout: 60_000 }).toBe(4);
    const cached = await alice.run(['cache', 'show', '-f', 'value', '-c', 'ID']);
    expect(cached.stdout).not.toContain(id);
    const again = await create('sp-c');
    expect((await alice.run(['volume', 'show', again, '-f', 'value', '-c', 'fed_provider'])).stdout.trim()).toBe(
      'sp-c',
    );
  }, 180_000);
});

describe('raw calls', () => {
  it('come back as the provider sent them', async () => {
    const [volume] = await list(alice, 'volume', 'list', '--project', 'research-two');
    const { code, stdout } = await alice.run(['curl', '-si', `volume/volumes/${volume?.id}`]);
    expect(code).toBe(0);
    const [head = '', body = ''] = stdout.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head.toLowerCase()).toMatch(/\r\ncontent-length: \d+/);
    expect(Buffer.byteLength(body)).toBe(Number(/content-length: (\d+)/i.exec(head)?.[1]));
    expect(JSON.parse(body)).toMatchObject({ volume: { id: volume?.id } });
  });

  it('end with 0 for any answer, and with 22 for 4xx where -f says so', async () => {
    const target = 'compute/no-such-thing';
    expect((await alice.run(['curl', target])).code).toBe(0);
    expect(await alice.run(['curl', '-f', target])).toMatchObject({ code: 22, stdout: '' });
    const kept = await alice.run(['curl', '--fail-with-body', target]);
    expect(kept.code).toBe(22);
    expect(kept.stdout).not.toBe('');
  });

  it('are refused outside the catalogs, before anything is sent there', async () => {
    const { code, stderr, requests } = await alice.run(['curl', 'http://127.0.0.1:1/v3/volumes']);
    expect(code).toBe(2);
    expect(stderr).toContain('none of your catalogs');
    expect(requests.some(({ url }) => url.includes(':1/'))).toBe(false);
  });

  it('go to every scope with --all', async () => {
    const { code, stdout } = await alice.run(['curl', '--all', 'volume/volumes?limit=1']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { provider: string; project: string });
    expect(code).toBe(0);
    const asked = new Set(lines.map(({ provider, project }) => `${provider}/${project}`));
    expect([...asked].sort()).toEqual([...clouds.scopes].sort());
  });

  it('follow pages with --paginate', async () => {
    const { stdout } = await alice.run([
      ...['curl', '-s', '--paginate', '--provider', 'sp-a', '--project', 'research-one', 'volume/volumes?limit=30'],
    ]);
    const pages = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { volumes: unknown[] });
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(({ volumes }) => volumes).length).toBeGreaterThan(50);
  });
});

describe('the federation', () => {
  it('shows every provider with its state', async () => {
    const { code, stdout } = await alice.run(['provider', 'list', '-f', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'home', reachable: true, authenticated: true, projects: ['research'] },
      { name: 'sp-a', authenticated: true, projects: expect.arrayContaining(['research-one', 'research-two']) },
      { name: 'sp-b', authenticated: true, projects: ['lab'] },
      { name: 'sp-c', authenticated: true, projects: ['archive'] },
    ]);
  });

  it('shows every scope beside the home project', async () => {
    const { stdout } = await alice.run(['project', 'list', '-f', 'json']);
    const scopes = JSON.parse(stdout) as Array<{ provider: string; name: string; home_project: string }>;
    expect(scopes.map(({ provider, name }) => `${provider}/${name}`)).toEqual(clouds.scopes);
    expect(new Set(scopes.map(({ home_project }) => home_project))).toEqual(new Set(['research']));
  });

  it('gives a token that works at its scope', async () => {
    const { stdout } = await alice.run(['token', 'issue', '--provider', 'sp-b', '-f', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ provider: 'sp-b', project: 'lab', id: expect.any(String) });
  });

  it('is entered the way openstack says it: OS_SERVICE_PROVIDER and OS_REMOTE_PROJECT_NAME', async () => {
    const env = {
      OS_SERVICE_PROVIDER: 'sp-a',
      OS_REMOTE_PROJECT_NAME: 'research-two',
      OS_REMOTE_PROJECT_DOMAIN_NAME: 'Default',
    };
    const { stdout } = await alice.run(['volume', 'list', '-f', 'json'], { env });
    expect([...new Set((JSON.parse(stdout) as Item[]).map(labelOf))]).toEqual(['sp-a/research-two']);
  });
});
