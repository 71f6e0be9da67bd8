/** Which scope a request goes to, proved by what reached the clouds. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Client, reached, startTestProxy, type TestProxy } from '../support/proxy.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let sandbox: Sandbox;
let proxy: TestProxy;
let alice: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ volumes: 4 });
});

afterAll(() => sandbox.close());

beforeEach(async () => {
  proxy = await startTestProxy(sandbox);
  alice = await proxy.as('alice');
  sandbox.clearRequests();
  return async () => {
    await proxy.stop();
    await sandbox.faults.clear();
  };
});

const volumes = (rest = '') => `/volumev3/v3/${alice.projectId}/volumes${rest}`;
const everywhere = () => Object.fromEntries(sandbox.clouds.map(({ name }) => [name, reached(sandbox, name)]));
const projectAt = (cloud: string, name: string) =>
  sandbox.cloud(cloud).projects.find((project) => project.name === name)?.id ?? '';

/** The first of a list in one scope, by which nothing is learnt that this proxy knows afterwards. */
async function someAt(
  path: string,
  key: string,
  provider: string,
  project?: string,
): Promise<{ id: string; name: string }> {
  const other = await startTestProxy(sandbox);
  try {
    const client = await other.as('alice');
    const reply = await client.get(path, { 'X-Fed-Provider': provider, ...(project && { 'X-Fed-Project': project }) });
    return reply.json[key][0];
  } finally {
    await other.stop();
    sandbox.clearRequests();
  }
}

describe('a request that says where', () => {
  it.each(['X-Fed-Provider', 'x-fed-provider', 'MM-SERVICE-PROVIDER', 'mm-service-provider'])(
    'with %s goes there alone',
    async (header) => {
      const reply = await alice.get('/network/v2.0/extensions', { [header]: 'sp-b' });
      expect(reply.status).toBe(200);
      expect(reply.headers['x-fed-provider']).toBe('sp-b');
      expect(everywhere()).toEqual({ home: [], 'sp-a': [], 'sp-b': ['GET /network/v2.0/extensions'] });
    },
  );

  it.each([
    ['X-Fed-Project', 'by name', () => 'research-two'],
    ['X-Fed-Project', 'by id', () => projectAt('sp-a', 'research-two')],
    ['MM-PROJECT-ID', 'by id', () => projectAt('sp-a', 'research-two')],
  ])('with %s %s goes to that project', async (header, _how, value) => {
    const reply = await alice.post(
      volumes(),
      { volume: { size: 1, name: 'placed' } },
      {
        'X-Fed-Provider': 'sp-a',
        [header]: value(),
      },
    );
    expect(reply.status).toBe(202);
    expect(reply.headers['x-fed-project']).toBe(projectAt('sp-a', 'research-two'));
    expect(reply.headers['x-fed-project-name']).toBe('research-two');
    expect(everywhere()).toMatchObject({ home: [], 'sp-b': [] });
  });

  it("takes mixmatch's word for the cloud that the proxy stands before", async () => {
    const reply = await alice.get('/network/v2.0/extensions', { 'MM-SERVICE-PROVIDER': 'default' });
    expect(reply.headers['x-fed-provider']).toBe('home');
  });

  it.each([
    ['X-Fed-Provider', 'nowhere'],
    ['MM-SERVICE-PROVIDER', 'Junk!'],
    ['X-Fed-Project', 'nothing'],
  ])('of a place that does not exist (%s: %s) is refused with 400', async (header, value) => {
    for (const path of ['/network/v2.0/extensions', '/compute/v2.1/servers', volumes(`/${UNKNOWN}`)]) {
      const reply = await alice.get(path, { [header]: value });
      expect([path, reply.status]).toEqual([path, 400]);
      expect(reply.text).toContain(value);
    }
    expect(everywhere()).toEqual({ home: [], 'sp-a': [], 'sp-b': [] });
  });

  it('of a provider with several projects, and names nothing that lives in one, is refused with 400', async () => {
    const reply = await alice.post(volumes(), { volume: { size: 1 } }, { 'X-Fed-Provider': 'sp-a' });
    expect(reply.status).toBe(400);
    expect(reply.text).toMatch(/research-one.*research-two/);
    expect(reply.text).toContain('Say which with X-Fed-Provider and X-Fed-Project.');
    expect(everywhere()['sp-a']).toEqual([]);
  });
});

describe('a request on a resource', () => {
  it("is probed for once, with the owner's own project id in the path, and then goes there at once", async () => {
    const { id } = await someAt(volumes(), 'volumes', 'sp-b');
    const first = await alice.get(volumes(`/${id}`));
    expect(first).toMatchObject({ status: 200, json: { volume: { id } } });
    expect(first.headers['x-fed-provider']).toBe('sp-b');
    sandbox.clearRequests();
    expect((await alice.get(volumes(`/${id}`))).status).toBe(200);
    const path = `/volume/v3/${projectAt('sp-b', 'lab')}/volumes/${id}`;
    expect(everywhere()).toEqual({ home: [], 'sp-a': [], 'sp-b': [`GET ${path}`] });
    expect(proxy.log.slice(-2).map(({ how }) => how)).toEqual(['probed', 'remembered']);
  });

  it('is remembered where a list has shown it', async () => {
    const { json } = await alice.get(volumes());
    const id = json.volumes.at(-1).id;
    sandbox.clearRequests();
    await alice.get(volumes(`/${id}`));
    expect(Object.values(everywhere()).flat()).toHaveLength(1);
  });

  it('that changes or ends it reaches one cloud, once', async () => {
    const { id } = await someAt(volumes(), 'volumes', 'sp-a', 'research-two');
    const changed = await alice.ask(volumes(`/${id}`), { method: 'PUT', body: { volume: { name: 'changed' } } });
    expect(changed.json.volume.name).toBe('changed');
    expect((await alice.ask(volumes(`/${id}`), { method: 'DELETE' })).status).toBe(202);
    const written = Object.entries(everywhere()).flatMap(([cloud, lines]) =>
      lines.filter((line) => !line.startsWith('GET')).map((line) => `${cloud} ${line}`),
    );
    const path = `/volume/v3/${projectAt('sp-a', 'research-two')}/volumes/${id}`;
    expect(written).toEqual([`sp-a PUT ${path}`, `sp-a DELETE ${path}`]);
  });

  it('that nobody has is 404, and a write of it reaches nobody', async () => {
    const reply = await alice.ask(volumes(`/${UNKNOWN}`), { method: 'DELETE' });
    expect(reply).toMatchObject({ status: 404, json: { itemNotFound: { code: 404 } } });
    expect(
      Object.values(everywhere())
        .flat()
        .filter((line) => !line.startsWith('GET')),
    ).toEqual([]);
  });

  it('that somebody who cannot be asked may have is 502, and says who', async () => {
    await sandbox.faults.add({ kind: 'status', status: 503, cloud: 'sp-b' });
    const reply = await alice.get(volumes(`/${UNKNOWN}`));
    expect(reply.status).toBe(502);
    expect(reply.text).toContain('sp-b');
  });

  it('is sent on with a body that can be read once only, after it was probed for', async () => {
    const image = { name: 'streamed', disk_format: 'raw', container_format: 'bare' };
    const other = await startTestProxy(sandbox);
    const made = await (await other.as('alice')).post('/image/v2/images', image, { 'X-Fed-Provider': 'sp-b' });
    await other.stop();
    const bytes = Buffer.alloc(300_000, 'to the byte ');
    const body = (async function* () {
      for (let at = 0; at < bytes.length; at += 7000) yield await Promise.resolve(bytes.subarray(at, at + 7000));
    })();
    const file = `/image/v2/images/${made.json.id}/file`;
    const headers = { 'Content-Type': 'application/octet-stream' };
    const sent = await alice.ask(file, { method: 'PUT', headers, body });
    expect(sent).toMatchObject({ status: 204, headers: { 'x-fed-provider': 'sp-b' } });
    expect((await alice.get(file)).bytes.equals(bytes)).toBe(true);
  });

  it('whose id means something at several clouds is read at the first, and not changed', async () => {
    const read = await alice.get('/compute/v2.1/flavors/1');
    expect(read).toMatchObject({ status: 200, json: { flavor: { id: '1' } } });
    expect(read.headers['x-fed-provider']).toBe('home');
    expect((await alice.ask('/compute/v2.1/flavors/1', { method: 'DELETE' })).status).toBe(409);
  });
});

describe('a creation', () => {
  const images = (provider: string) => someAt('/image/v2/images', 'images', provider);

  it('that names nothing goes home', async () => {
    const reply = await alice.post(volumes(), { volume: { size: 1, name: 'at home' } });
    expect(reply.headers['x-fed-provider']).toBe('home');
    expect(everywhere()).toMatchObject({ 'sp-a': [], 'sp-b': [] });
  });

  it('goes to where what it names lives, and is known there afterwards', async () => {
    const image = await images('sp-b');
    const server = { name: 'made', imageRef: image.id, flavorRef: '1', networks: 'none' };
    const reply = await alice.post('/compute/v2.1/servers', { server }, { 'OpenStack-API-Version': 'compute 2.37' });
    expect(reply.status).toBe(202);
    expect(reply.headers['x-fed-provider']).toBe('sp-b');
    expect(reply.headers.location).toMatch(new RegExp(`^${proxy.url}/compute/v2.1/servers/`));
    sandbox.clearRequests();
    expect((await alice.get(`/compute/v2.1/servers/${reply.json.server.id}`)).status).toBe(200);
    expect(everywhere()).toMatchObject({ home: [], 'sp-a': [] });
  });

  it('of what lives at two clouds is refused with 409 that names both, and reaches nobody', async () => {
    const image = await images('sp-b');
    const network = await someAt('/network/v2.0/networks', 'networks', 'sp-a', 'research-two');
    const server = { name: 'torn', imageRef: image.id, flavorRef: '1', networks: [{ uuid: network.id }] };
    const reply = await alice.post('/compute/v2.1/servers', { server });
    expect(reply).toMatchObject({ status: 409, json: { conflictingRequest: { code: 409 } } });
    expect(reply.text).toMatch(/sp-a/);
    expect(reply.text).toMatch(/sp-b/);
    expect(
      Object.values(everywhere())
        .flat()
        .filter((line) => line.startsWith('POST')),
    ).toEqual([]);
  });

  it('of an attachment across clouds is refused in the same way', async () => {
    const server = await someAt('/compute/v2.1/servers', 'servers', 'sp-b');
    const volume = await someAt(volumes(), 'volumes', 'sp-a', 'research-one');
    const reply = await alice.post(`/compute/v2.1/servers/${server.id}/os-volume_attachments`, {
      volumeAttachment: { volumeId: volume.id },
    });
    expect(reply.status).toBe(409);
    expect(reply.text).toMatch(/sp-a.*sp-b|sp-b.*sp-a/s);
  });

  it('that is refused at home is tried nowhere else', async () => {
    await sandbox.faults.add({ kind: 'status', status: 413, cloud: 'home', service: 'block-storage' });
    expect((await alice.post(volumes(), { volume: { size: 1 } })).status).toBe(413);
    expect(everywhere()).toMatchObject({ home: [expect.stringMatching(/^POST/)], 'sp-a': [], 'sp-b': [] });
  });

  it('keeps an @ in a name where names say nothing of where', async () => {
    const reply = await alice.post(volumes(), { volume: { size: 1, name: 'data@sp-b' } });
    expect(reply.json.volume.name).toBe('data@sp-b');
    expect(reply.headers['x-fed-provider']).toBe('home');
  });
});

describe('where names say where', () => {
  beforeEach(async () => {
    await proxy.stop();
    proxy = await startTestProxy(sandbox, { nameRouting: true });
    alice = await proxy.as('alice');
    sandbox.clearRequests();
  });

  it.each([
    ['data@sp-b', 'sp-b', 'lab', 'data'],
    ['a@b@sp-b', 'sp-b', 'lab', 'a@b'],
    ['data@sp-a/research-two', 'sp-a', 'research-two', 'data'],
    ['data@sp-a', 'sp-a', 'research-one', 'data'],
    ['data@nowhere', 'home', 'research', 'data@nowhere'],
    ['@sp-b', 'home', 'research', '@sp-b'],
  ])('%s is created at %s/%s as %s', async (name, provider, project, created) => {
    const reply = await alice.post(volumes(), { volume: { size: 1, name } });
    expect(reply.json.volume.name).toBe(created);
    expect(reply.headers).toMatchObject({ 'x-fed-provider': provider, 'x-fed-project': projectAt(provider, project) });
  });

  it('an image is created there too, as its body is the image itself', async () => {
    const reply = await alice.post('/image/v2/images', {
      name: 'img@sp-b',
      disk_format: 'raw',
      container_format: 'bare',
    });
    expect(reply).toMatchObject({ status: 201, json: { name: 'img' } });
    expect(reply.headers['x-fed-provider']).toBe('sp-b');
  });
});

describe('with a default provider', () => {
  beforeEach(async () => {
    await proxy.stop();
    proxy = await startTestProxy(sandbox, { defaultPlace: { provider: 'sp-a', project: 'research-two' } });
    alice = await proxy.as('alice');
    sandbox.clearRequests();
  });

  it('what names nothing is created there', async () => {
    const reply = await alice.post(volumes(), { volume: { size: 1 } });
    expect(reply.headers['x-fed-project']).toBe(projectAt('sp-a', 'research-two'));
  });

  it('what names something is created where that lives', async () => {
    const volume = await someAt(volumes(), 'volumes', 'sp-b');
    const reply = await alice.post(volumes(), { volume: { size: 9, source_volid: volume.id } });
    expect(reply.headers['x-fed-provider']).toBe('sp-b');
  });

  it('what says where goes there', async () => {
    const reply = await alice.post(volumes(), { volume: { size: 1 } }, { 'X-Fed-Provider': 'home' });
    expect(reply.headers['x-fed-provider']).toBe('home');
  });
});
