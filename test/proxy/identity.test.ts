/** Home's Keystone behind the proxy, and whose token a request carries. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Client, reached, startTestProxy, type TestProxy } from '../support/proxy.ts';

let sandbox: Sandbox;
let proxy: TestProxy;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

beforeEach(async () => {
  proxy = await startTestProxy(sandbox);
});

afterEach(async () => {
  await proxy.stop();
  await sandbox.faults.clear();
  sandbox.setTokenLifetime(3600);
});

interface Entry {
  type: string;
  endpoints: { interface: string; region: string; url: string }[];
}

const list = '/compute/v2.1/servers';
const checks = () => sandbox.home.requests.filter((r) => r.method === 'GET' && r.path === '/identity/v3/auth/tokens');

describe('the catalog', () => {
  it('has every service at the proxy, by its type, for all interfaces, in the regions that home has', async () => {
    const { body, projectId } = await proxy.as('alice');
    const catalog = body.token.catalog as Entry[];
    for (const { type, endpoints } of catalog) {
      for (const { url } of endpoints) expect(url).toMatch(new RegExp(`^${proxy.url}/${type}(/|$)`));
      expect(endpoints.map((each) => each.interface).sort()).toEqual(['admin', 'internal', 'public']);
      expect(new Set(endpoints.map(({ region }) => region))).toEqual(new Set([sandbox.home.region]));
    }
    const urls = Object.fromEntries(catalog.map(({ type, endpoints }) => [type, endpoints[0]?.url]));
    expect(urls).toMatchObject({
      identity: `${proxy.url}/identity/v3`,
      compute: `${proxy.url}/compute/v2.1`,
      volumev3: `${proxy.url}/volumev3/v3/${projectId}`,
      image: `${proxy.url}/image`,
    });
  });

  it('is the same when it is asked for by itself, and when a token is looked at', async () => {
    const alice = await proxy.as('alice');
    const { catalog } = alice.body.token;
    expect((await alice.get('/identity/v3/auth/catalog')).json.catalog).toEqual(catalog);
    const shown = await alice.get('/identity/v3/auth/tokens', { 'X-Subject-Token': alice.token ?? '' });
    expect(shown.json.token.catalog).toEqual(catalog);
  });

  it('is not waited for where a provider cannot be entered', async () => {
    await sandbox.faults.add({ kind: 'refuse', cloud: ['sp-a', 'sp-b'] });
    expect((await proxy.as('alice')).body.token.catalog.length).toBeGreaterThan(5);
  });
});

describe('what Keystone answers', () => {
  it('is its own refusal where it refuses, with the proxy as the place to authenticate at', async () => {
    const reply = await proxy.bearing('junk').get('/identity/v3/projects');
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe(`Keystone uri="${proxy.url}/identity/v3"`);
    await expect(proxy.bearing(undefined).login({ ...sandbox.env('alice'), OS_PASSWORD: 'wrong' })).rejects.toThrow(
      /401/,
    );
  });

  it.each(['/identity', '/identity/', '/identity/v3', '/identity/v3/'])(
    'has versions that lead to the proxy (%s)',
    async (path) => {
      const reply = await proxy.bearing(undefined).get(path);
      expect([200, 300]).toContain(reply.status);
      const versions = reply.json.version === undefined ? reply.json.versions.values : [reply.json.version];
      expect(versions[0].links[0].href).toBe(`${proxy.url}/identity/v3/`);
      expect(reply.text).not.toContain(sandbox.home.url);
    },
  );

  it('has links that lead to the proxy', async () => {
    const alice = await proxy.as('alice');
    const reply = await alice.get('/identity/v3/auth/projects');
    expect(reply.json.links.self).toMatch(new RegExp(`^${proxy.url}/identity/v3/`));
    expect(reply.text).not.toContain(sandbox.home.url);
  });

  it('is for another name of the proxy where the client uses one', async () => {
    const reply = await proxy.bearing(undefined).get('/identity/v3', { Host: 'cloud.example:1234' });
    expect(reply.json.version.links[0].href).toBe('http://cloud.example:1234/identity/v3/');
    const strange = await proxy.bearing(undefined).get('/identity/v3', { Host: 'a"b/c' });
    expect(strange.json.version.links[0].href).toBe(`${proxy.url}/identity/v3/`);
  });

  it('is for the public URL where the proxy is told of one', async () => {
    const named = await startTestProxy(sandbox, { publicUrl: 'https://cloud.example/fed' });
    const reply = await named.bearing(undefined).get('/identity/v3');
    expect(reply.json.version.links[0].href).toBe('https://cloud.example/fed/identity/v3/');
    await named.stop();
  });
});

describe('a token', () => {
  it('that is missing, junk or of another cloud is refused with the place to get one', async () => {
    for (const token of [undefined, 'junk', 'a b', 'x'.repeat(5000)]) {
      const reply = await proxy.bearing(token).get(list);
      expect(reply.status).toBe(401);
      expect(reply.headers['www-authenticate']).toBe(`Keystone uri="${proxy.url}/identity/v3"`);
      expect(reply.json.unauthorized.code).toBe(401);
    }
    expect(reached(sandbox, 'sp-a')).toEqual([]);
  });

  it('that is for no project is refused', async () => {
    const domain = { name: 'Default' };
    const user = { name: 'alice', domain, password: 'alice-secret' };
    const auth = { identity: { methods: ['password'], password: { user } }, scope: 'unscoped' };
    const reply = await proxy.bearing(undefined).post('/identity/v3/auth/tokens', { auth });
    const unscoped = proxy.bearing(String(reply.headers['x-subject-token']));
    for (const path of [list, '/compute/', '/image/v2/images/1']) {
      const { status, text } = await unscoped.get(path);
      expect([path, status]).toEqual([path, 401]);
      expect(text).toContain('not scoped to a project');
    }
  });

  it('that the proxy has just passed on is not asked about', async () => {
    const alice = await proxy.as('alice');
    sandbox.clearRequests();
    await alice.get(list);
    expect(checks()).toEqual([]);
  });

  it('that is new is asked about once, by however many requests at once', async () => {
    const { token } = await proxy.as('alice');
    const other = await startTestProxy(sandbox);
    sandbox.clearRequests();
    const client = other.bearing(token);
    const replies = await Promise.all(Array.from({ length: 12 }, () => client.get('/network/v2.0/extensions')));
    expect(replies.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(checks()).toHaveLength(1);
    await other.stop();
  });

  it('that was revoked through the proxy stops working at once', async () => {
    const alice = await proxy.as('alice');
    expect((await alice.get(list)).status).toBe(200);
    const headers = { 'X-Subject-Token': alice.token ?? '' };
    expect((await alice.ask('/identity/v3/auth/tokens', { method: 'DELETE', headers })).status).toBe(204);
    expect((await alice.get(list)).status).toBe(401);
  });

  it('that was revoked elsewhere is asked about again when its time is over, and refused', async () => {
    const strict = await startTestProxy(sandbox, { tokenCheckMs: 0 });
    const alice = await strict.as('alice');
    expect((await alice.get(list)).status).toBe(200);
    const revoke = { method: 'DELETE', headers: { 'X-Subject-Token': alice.token ?? '' } };
    await alice.ask(`${sandbox.home.authUrl}/auth/tokens`, revoke);
    const reply = await alice.get(list);
    expect(reply.status).toBe(401);
    // Nor may what is remembered of it answer anything.
    expect((await alice.get(`/compute/v2.1/servers?limit=1`)).status).toBe(401);
    await strict.stop();
  });

  it('that was revoked elsewhere may go on for as long as the proxy is told to remember, and no cloud hears of it', async () => {
    const alice = await proxy.as('alice');
    await alice.get(list);
    const revoke = { method: 'DELETE', headers: { 'X-Subject-Token': alice.token ?? '' } };
    await alice.ask(`${sandbox.home.authUrl}/auth/tokens`, revoke);
    sandbox.clearRequests();
    await alice.get(list, { 'X-Fed-Provider': 'sp-b' });
    expect(checks()).toEqual([]);
  });

  it('is asked about at home when it is about to end, and refused when it has', async () => {
    sandbox.setTokenLifetime(2, 'home');
    const alice = await proxy.as('alice');
    sandbox.expireTokens('home');
    await expect.poll(async () => (await alice.get(list)).status, { timeout: 20_000 }).toBe(401);
  });

  it('is not let in when home cannot say whose it is', async () => {
    const { token } = await proxy.as('alice');
    const other = await startTestProxy(sandbox);
    await sandbox.faults.add({ kind: 'status', status: 503, cloud: 'home', service: 'identity' });
    expect((await other.bearing(token).get(list)).status).toBe(502);
    await sandbox.faults.clear();
    await sandbox.faults.add({ kind: 'refuse', cloud: 'home' });
    expect((await other.bearing(token).get(list)).status).toBe(502);
    await other.stop();
  });
});

describe('what K2K gave', () => {
  const entered = () => sandbox.home.requests.filter(({ path }) => path.includes('/saml2/ecp')).length;

  it('serves another token of the same user in the same project', async () => {
    await (await proxy.as('alice')).get(list);
    sandbox.clearRequests();
    expect((await (await proxy.as('alice')).get(list)).status).toBe(200);
    expect(entered()).toBe(0);
  });

  it.each([
    ['another user', 'bob'],
    ['another user of the same project', 'erin'],
    ['a user in another project', 'dana'],
  ])('serves no token of %s', async (_whose, name) => {
    await (await proxy.as('alice')).get(list);
    sandbox.clearRequests();
    await (await proxy.as(name)).get(list);
    expect(entered()).toBeGreaterThan(0);
  });

  it('serves no token that an application credential gave, which may be good for less', async () => {
    await (await proxy.as('alice')).get(list);
    const { user, name, secret } = sandbox.applicationCredential;
    const credential = { name, secret, user: { name: user, domain: { name: 'Default' } } };
    const auth = { identity: { methods: ['application_credential'], application_credential: credential } };
    sandbox.clearRequests();
    const reply = await proxy.bearing(undefined).post('/identity/v3/auth/tokens', { auth });
    expect(reply.status).toBe(201);
    expect((await proxy.bearing(String(reply.headers['x-subject-token'])).get(list)).status).toBe(200);
    expect(entered()).toBe(2);
  });
});

describe('many users', () => {
  /** A generator of the same numbers for the same seed. */
  function randomly(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  it("never get each other's answers, in a storm of requests", async () => {
    const stormy = await startTestProxy(sandbox, { tokenCheckMs: 500 });
    const users = await Promise.all(['alice', 'bob'].map((name) => stormy.as(name)));
    const [alice, bob] = users as [Client, Client];
    const volumesOf = (client: Client) => client.get(`/volumev3/v3/${client.projectId}/volumes/detail?limit=200`);
    const projectOf = (volume: Record<string, unknown>) => String(volume['os-vol-tenant-attr:tenant_id']);
    const owned = new Map<Client, { ids: string[]; projects: Set<string> }>();
    for (const client of users) {
      const { json } = await volumesOf(client);
      const ids = json.volumes.map(({ id }: { id: string }) => id);
      owned.set(client, { ids, projects: new Set(json.volumes.map(projectOf)) });
    }
    const [hers, his] = [owned.get(alice), owned.get(bob)];
    expect(hers?.ids.length).toBeGreaterThan(20);
    expect(his?.ids.length).toBeGreaterThan(5);
    expect(his?.ids.filter((id) => hers?.ids.includes(id))).toEqual([]);
    sandbox.clearRequests();

    const random = randomly(7);
    const wrong: string[] = [];
    const one = async () => {
      const client = random(2) === 0 ? alice : bob;
      const other = client === alice ? bob : alice;
      const mine = owned.get(client) ?? { ids: [], projects: new Set<string>() };
      const theirs = owned.get(other)?.ids ?? [];
      const pick = (ids: readonly string[]) => ids[random(ids.length)];
      switch (random(8)) {
        case 0: {
          const { status, json } = await volumesOf(client);
          const foreign = json?.volumes?.filter(
            (volume: Record<string, unknown>) => !mine.projects.has(projectOf(volume)),
          );
          if (status !== 200 || foreign.length > 0 || json.volumes.length !== mine.ids.length)
            wrong.push(`list ${status}`);
          return;
        }
        case 1:
        case 2: {
          const { status } = await client.get(`/volumev3/v3/${client.projectId}/volumes/${pick(theirs)}`);
          // bob is a stranger at sp-b, which therefore cannot say that it does not have it.
          if (status !== 404 && !(client === bob && status === 502)) wrong.push(`foreign ${status}`);
          return;
        }
        default: {
          const id = pick(mine.ids);
          const { status, json } = await client.get(`/volumev3/v3/${client.projectId}/volumes/${id}`);
          if (status !== 200 || json.volume.id !== id || !mine.projects.has(projectOf(json.volume))) {
            wrong.push(`own ${status}`);
          }
        }
      }
    };
    let left = 2000;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        while (left-- > 0) await one();
      }),
    );
    expect(wrong).toEqual([]);
    // What reached the clouds for a project came with a token of that project.
    for (const cloud of sandbox.clouds) {
      const crossed = cloud.requests.filter(({ path, project, status }) => {
        const named = /\/volume\/v3\/([0-9a-f]{32})\//.exec(path)?.[1];
        return (
          named !== undefined &&
          project !== named &&
          !cloud.projects.some((p) => p.id === named && p.name === project) &&
          status !== 401
        );
      });
      expect(crossed).toEqual([]);
    }
    await stormy.stop();
  }, 180_000);
});
