/**
 * What the one earlier proxy of this kind (mixmatch) promised in its own tests, 35 behaviours in their order, in the form
 * in which they are better. Where several are one here, the title has their numbers.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import {
  type Client,
  type Reply,
  reached,
  startTestProxy,
  type TestProxy,
  withImageService,
} from '../support/proxy.ts';
import type { Recorded, TestServer } from '../support/server.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let sandbox: Sandbox;
let proxy: TestProxy;
let alice: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ volumes: 3 });
});

afterAll(() => sandbox.close());

beforeEach(async () => {
  proxy = await startTestProxy(sandbox);
  alice = await proxy.as('alice');
  sandbox.clearRequests();
});

afterEach(async () => {
  await proxy.stop();
  await sandbox.faults.clear();
});

const volumes = (rest = '') => `/volume/v3/${alice.projectId}/volumes${rest}`;
const logs = () => Object.fromEntries(sandbox.clouds.map(({ name }) => [name, reached(sandbox, name)]));
const idsOf = (reply: Reply, key: string): string[] => reply.json[key].map(({ id }: { id: string }) => id);
const lab = () => sandbox.cloud('sp-b').projects[0]?.id ?? '';

/** An id at a provider that this proxy has not seen. */
async function unseen(path: string, key: string, provider: string): Promise<string> {
  const other = await startTestProxy(sandbox);
  const client = await other.as('alice');
  const [id = ''] = idsOf(await client.get(path, { 'X-Fed-Provider': provider }), key);
  await other.stop();
  sandbox.clearRequests();
  return id;
}

const withRecorder = <T>(use: (client: Client, service: TestServer) => Promise<T>) => withImageService(sandbox, use);

const headersOf = ({ requests }: TestServer) =>
  Object.fromEntries(((requests.at(-1) as Recorded).headers ?? []).map(([name, value]) => [name.toLowerCase(), value]));

describe('requests and headers', () => {
  it('1: header names are the same in any case', async () => {
    for (const name of ['mm-service-provider', 'MM-SERVICE-PROVIDER', 'Mm-Service-Provider']) {
      expect((await alice.get('/network/v2.0/extensions', { [name]: 'sp-b' })).headers['x-fed-provider']).toBe('sp-b');
    }
    const shouting = await proxy
      .bearing(undefined)
      .get('/network/v2.0/extensions', { 'X-AUTH-TOKEN': alice.token ?? '' });
    expect(shouting.status).toBe(200);
  });

  it("2: the client's tokens reach no provider; the provider's own token does", async () => {
    await alice.get('/network/v2.0/extensions', { 'X-Fed-Provider': 'sp-b', 'X-Service-Token': 'secret' });
    // The sandbox knows only the tokens that it issued itself.
    expect(sandbox.cloud('sp-b').requests.at(-1)).toMatchObject({ status: 200, project: 'lab' });
    await withRecorder(async (client, service) => {
      await client.get('/image/v2/images', { 'X-Service-Token': 'secret', 'X-Fed-Provider': 'home' });
      expect(headersOf(service)).not.toHaveProperty('x-service-token');
    });
  });

  it('3: everything else passes, but what is for one hop, cookies and Host', async () => {
    await withRecorder(async (client, service) => {
      await client.post(
        '/image/v2/images',
        {},
        {
          'X-Odd': '1',
          'OpenStack-API-Version': 'image 2.9',
          'Accept-Language': 'de',
          'If-Match': '"e"',
          Cookie: 'c=1',
        },
      );
      const headers = headersOf(service);
      expect(headers).toMatchObject({
        'x-odd': '1',
        'openstack-api-version': 'image 2.9',
        'accept-language': 'de',
        'if-match': '"e"',
        host: new URL(service.origin).host,
      });
      expect(headers).not.toHaveProperty('cookie');
    });
  });

  it('4: nothing of a token is in the log', async () => {
    await alice.get(volumes());
    await proxy.bearing('a-secret-that-is-no-token').get(volumes());
    expect(JSON.stringify(proxy.log)).not.toMatch(new RegExp(`a-secret-that|${alice.token}`));
  });

  it('5: the cloud behind the proxy sees which proxies a request has passed', async () => {
    await withRecorder(async (client, service) => {
      await client.get('/image/v2/images', { 'MM-PROXY-LIST': 'sp1', 'X-Fed-Via': 'first' });
      expect(headersOf(service)).toMatchObject({
        'mm-proxy-list': 'sp1,home',
        'x-fed-via': expect.stringMatching(/^first, home-/),
      });
    });
  });

  it.each(['MM-PROXY-LIST', 'X-Fed-Via'])(
    '6: what another proxy sent on (%s) stays at home, and its 404 is the answer',
    async (name) => {
      for (const path of [volumes(`/${UNKNOWN}`), `/image/v2/images/${UNKNOWN}`]) {
        expect((await alice.get(path, { [name]: 'remote1' })).status).toBe(404);
      }
      expect(logs()).toMatchObject({ home: [expect.anything(), expect.anything()], 'sp-a': [], 'sp-b': [] });
    },
  );

  it('7: junk in a header that says where is 400', async () => {
    expect((await alice.get(volumes(), { 'MM-SERVICE-PROVIDER': 'j*u{n}k' })).status).toBe(400);
  });

  it('8: an unknown service is 404', async () => {
    expect((await alice.get('/nonsense/v1/things')).status).toBe(404);
  });
});

describe('which cloud', () => {
  it('9: what is known at home is asked for at home alone', async () => {
    const [id] = idsOf(await alice.get(volumes(), { 'X-Fed-Provider': 'home' }), 'volumes');
    sandbox.clearRequests();
    expect((await alice.get(volumes(`/${id}`))).status).toBe(200);
    expect(logs()).toMatchObject({ home: [expect.anything()], 'sp-a': [], 'sp-b': [] });
  });

  it("10, 11: what is known at a provider is asked for there alone, in the provider's project", async () => {
    const [volume] = idsOf(await alice.get(volumes(), { 'X-Fed-Provider': 'sp-b' }), 'volumes');
    const [image] = idsOf(
      await alice.get('/image/v2/images?visibility=shared', { 'X-Fed-Provider': 'sp-b' }),
      'images',
    );
    // Others may have chosen an image's id: it is known once all have been asked.
    expect((await alice.get(`/image/v2/images/${image}`)).status).toBe(200);
    sandbox.clearRequests();
    expect((await alice.get(volumes(`/${volume}`))).status).toBe(200);
    expect((await alice.get(`/image/v2/images/${image}`)).status).toBe(200);
    expect(logs()).toEqual({
      home: [],
      'sp-a': [],
      'sp-b': [`GET /volume/v3/${lab()}/volumes/${volume}`, `GET /image/v2/images/${image}`],
    });
  });

  it('12: where the client says home, an unknown id is answered as home does', async () => {
    const reply = await alice.get(volumes(`/${UNKNOWN}`), { 'X-Fed-Provider': 'home' });
    expect(reply).toMatchObject({ status: 404, json: { itemNotFound: { message: expect.stringContaining(UNKNOWN) } } });
    expect(logs()).toMatchObject({ 'sp-a': [], 'sp-b': [] });
  });

  it('13: what is at home is found there, although all are asked at once', async () => {
    const id = await unseen(volumes(), 'volumes', 'home');
    const reply = await alice.get(volumes(`/${id}`));
    expect(reply).toMatchObject({ status: 200, headers: { 'x-fed-provider': 'home' } });
  });

  it.each([
    ['volumes', () => volumes()],
    ['images', () => '/image/v2/images'],
  ])('14: what home does not have is answered by the provider that has it (%s)', async (key, path) => {
    const id = await unseen(key === 'images' ? `${path()}?visibility=shared` : path(), key, 'sp-b');
    const reply = await alice.get(`${path()}/${id}`);
    expect(reply).toMatchObject({ status: 200, headers: { 'x-fed-provider': 'sp-b' } });
    expect(reply.text).toContain(id);
  });

  it('14: even when home finds the id bad', async () => {
    const id = await unseen('/image/v2/images?visibility=shared', 'images', 'sp-b');
    await sandbox.faults.add({ kind: 'status', status: 400, cloud: 'home', service: 'image' });
    expect((await alice.get(`/image/v2/images/${id}`)).headers['x-fed-provider']).toBe('sp-b');
  });

  it('15: what nobody has is 404', async () => {
    expect((await alice.get(volumes(`/${UNKNOWN}`))).status).toBe(404);
  });

  it('16: where some cannot say, that is said, with their names', async () => {
    await sandbox.faults.add({ kind: 'status', status: 400, cloud: 'home', service: 'block-storage' });
    await sandbox.faults.add({ kind: 'status', status: 403, cloud: 'sp-a', service: 'block-storage' });
    const reply = await alice.get(volumes(`/${UNKNOWN}`));
    expect(reply.status).toBe(502);
    expect(reply.text).toMatch(/home\/research/);
    expect(reply.text).toMatch(/sp-a\/research-one/);
  });

  it('17: a creation by name@provider goes there alone, without the suffix', async () => {
    const named = await startTestProxy(sandbox, { nameRouting: true });
    const client = await named.as('alice');
    sandbox.clearRequests();
    const reply = await client.post(volumes(), { volume: { name: 'n@sp-b', size: 1 } });
    expect(reply).toMatchObject({
      status: 202,
      json: { volume: { name: 'n' } },
      headers: { 'x-fed-provider': 'sp-b' },
    });
    expect(logs()).toEqual({ home: [], 'sp-a': [], 'sp-b': [`POST /volume/v3/${lab()}/volumes`] });
    await named.stop();
  });

  it('18: a creation that says nothing goes home, and nowhere else if home refuses it', async () => {
    for (const volume of [{ size: 1 }, { size: 'no number' }]) await alice.post(volumes(), { volume });
    expect(logs()).toMatchObject({
      home: [expect.stringMatching(/^POST/), expect.stringMatching(/^POST/)],
      'sp-a': [],
      'sp-b': [],
    });
  });

  it('19: collections that are unknown go home as they are, with the microversion', async () => {
    await withRecorder(async (client, service) => {
      for (const path of ['/image/v2/messages', '/image/v2/messages/first?x=1']) {
        await client.get(path, { 'OpenStack-API-Version': 'image 2.9' });
        expect(service.requests.at(-1)?.url).toBe(path.slice('/image'.length));
        expect(headersOf(service)).toMatchObject({ 'openstack-api-version': 'image 2.9' });
      }
    });
  });
});

describe('lists', () => {
  const ALL = 12;

  it('20: a short list is the union of the short lists, without asking for more than was asked', async () => {
    sandbox.clearRequests();
    const reply = await startFresh(async (client) => client.get(volumes()));
    expect(new Set(idsOf(reply, 'volumes')).size).toBe(ALL);
    for (const volume of reply.json.volumes) expect(Object.keys(volume).sort()).toEqual(['id', 'links', 'name']);
    expect(
      Object.values(logs())
        .flat()
        .filter((line) => line.includes('/detail')),
    ).toEqual([]);
  });

  it('21: a detailed list is the union of the detailed lists', async () => {
    const reply = await startFresh((client) => client.get(volumes('/detail')));
    expect(new Set(idsOf(reply, 'volumes')).size).toBe(ALL);
    for (const volume of reply.json.volumes) expect(volume).toHaveProperty('size');
  });

  it('22: images are the union, each once', async () => {
    const reply = await alice.get('/image/v2/images?limit=1000');
    const ids = idsOf(reply, 'images');
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.values(logs()).every((lines) => lines.length > 0)).toBe(true);
  });

  it("23: one cloud's list alone is a header away", async () => {
    expect(idsOf(await alice.get(volumes(), { 'X-Fed-Provider': 'home' }), 'volumes')).toHaveLength(3);
  });

  it('24: a provider without the service has nothing to add, and nobody misses it', async () => {
    const wide = await startSandbox({ providers: 3, volumes: 1 });
    const wideProxy = await startTestProxy(wide);
    const client = await wideProxy.as('alice');
    const reply = await client.get('/compute/v2.1/servers');
    expect(reply.status).toBe(200);
    expect(reply.headers['x-fed-missing']).toBeUndefined();
    expect(wide.cloud('sp-c').requests.filter(({ path }) => path.includes('/compute'))).toEqual([]);
    await wideProxy.stop();
    await wide.close();
  });

  it('25: a marker is sent to no cloud that does not have it', async () => {
    const first = await alice.get(volumes('?limit=2'));
    const [, marker] = idsOf(first, 'volumes');
    sandbox.clearRequests();
    await alice.get(volumes(`?limit=5&marker=${marker}`));
    const { home = [], ...others } = logs();
    expect(home.every((line) => line.includes(`marker=${marker}`))).toBe(true);
    expect(
      Object.values(others)
        .flat()
        .filter((line) => line.includes(marker ?? '')),
    ).toEqual([]);
  });

  it('26: limit is kept', async () => {
    for (const limit of [1, 2, 7])
      expect(idsOf(await alice.get(volumes(`?limit=${limit}`)), 'volumes')).toHaveLength(limit);
  });

  it.each([
    ['sort=size:asc', 'size', 1],
    ['sort_key=size&sort_dir=asc', 'size', 1],
    ['sort=updated_at:asc', 'updated_at', 1],
    ['sort=updated_at:desc', 'updated_at', -1],
  ])('27: %s is the order over all clouds', async (query, field, direction) => {
    const reply = await startFresh((client) => client.get(volumes(`/detail?${query}`)));
    const values = reply.json.volumes.map((volume: Record<string, string | number>) => volume[field]);
    expect(values).toHaveLength(ALL);
    const sorted = [...values].sort((a, b) => (a < b ? -direction : a > b ? direction : 0));
    expect(values).toEqual(sorted);
  });

  it('28, 29: the next page is linked with everything that was asked for, and begins after this one', async () => {
    const path = volumes('/detail?sort=name:asc&limit=5&status=available');
    const page = await alice.get(path);
    const next = new URL(page.json.volumes_links[0].href);
    expect(next.searchParams.get('marker')).toBe(idsOf(page, 'volumes').at(-1));
    for (const [name, value] of [
      ['sort', 'name:asc'],
      ['limit', '5'],
      ['status', 'available'],
    ]) {
      expect(next.searchParams.get(name ?? '')).toBe(value);
    }
    const following = await alice.get(next.href);
    const everything = await alice.get(volumes('/detail?sort=name:asc&status=available'));
    expect([...idsOf(page, 'volumes'), ...idsOf(following, 'volumes')]).toEqual(
      idsOf(everything, 'volumes').slice(0, 10),
    );
    // No link back to the start: Cinder, Nova and Glance have none in a page that is not the first.
  });

  it('30: after the last item is nothing', async () => {
    const last = idsOf(await alice.get(volumes()), 'volumes').at(-1);
    expect((await alice.get(volumes(`?marker=${last}`))).json).toEqual({ volumes: [] });
  });

  it('31: limit and marker at once are fine', async () => {
    const [last] = idsOf(await alice.get(volumes('?limit=1')), 'volumes');
    expect((await alice.get(volumes(`?limit=1&marker=${last}`))).status).toBe(200);
  });

  /** With a new sandbox's contents: other tests create volumes. */
  async function startFresh(use: (client: Client) => Promise<Reply>): Promise<Reply> {
    await sandbox.close();
    await proxy.stop();
    sandbox = await startSandbox({ volumes: 3 });
    proxy = await startTestProxy(sandbox);
    alice = await proxy.as('alice');
    sandbox.clearRequests();
    return use(alice);
  }
});

describe('versions', () => {
  it.each(['/volume', '/image', '/compute', '/network'])(
    '32: %s has the versions of the service, which lead to the proxy',
    async (path) => {
      const { json: document } = await alice.get(`${path}/`);
      expect(document.versions.some(({ status }: { status: string }) => status === 'CURRENT')).toBe(true);
      for (const { links } of document.versions) {
        const self = links.find(({ rel }: { rel: string }) => rel === 'self');
        expect(self.href).toMatch(new RegExp(`^${proxy.url}${path}/v[\\d.]+/$`));
      }
      expect(
        Object.values(logs())
          .flat()
          .filter((line) => line.includes(alice.projectId)),
      ).toEqual([]);
      // Without a token: 401. A catalog, and with it the service's address, is for a user.
    },
  );

  it('33: the document of one version is what the service answers', async () => {
    expect((await alice.get('/volume/v3/')).json.versions[0]).toMatchObject({ id: 'v3.0' });
    expect((await alice.get('/compute/v2.1/')).json.version).toMatchObject({ id: 'v2.1' });
  });
});

describe('what is learnt', () => {
  it('34: what is created is remembered, and forgotten when it is deleted', async () => {
    const made = await alice.post(
      volumes(),
      { volume: { size: 1, name: 'short-lived' } },
      { 'X-Fed-Provider': 'sp-b' },
    );
    const { id } = made.json.volume;
    sandbox.clearRequests();
    expect((await alice.get(volumes(`/${id}`))).status).toBe(200);
    expect(logs()).toMatchObject({ home: [], 'sp-a': [] });
    expect((await alice.ask(volumes(`/${id}`), { method: 'DELETE' })).status).toBe(202);
    await expect.poll(async () => (await alice.get(volumes(`/${id}`))).status).toBe(404);
  });

  // 35, routes with methods, variables and slashes, is about plug-ins of mixmatch's that have no counterpart here.
});
