import { Readable, Writable } from 'node:stream';
import {
  Agent,
  type Dispatcher,
  getGlobalDispatcher,
  request,
  setGlobalDispatcher,
  stream,
  fetch as undiciFetch,
} from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CouldNotSayError, Federation, federate, SeveralOwnersError } from '../../src/index.ts';
import { collected, useClouds } from './clouds.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const clouds = useClouds();

/** What a program has that knows one cloud: a token, and the endpoints of its catalog. */
interface Program {
  readonly token: string;
  readonly cinder: string;
  readonly glance: string;
  readonly nova: string;
}

async function programOf(user: string): Promise<Program> {
  const env = clouds.env(user);
  const domain = { name: 'Default' };
  const answer = await fetch(`${env.OS_AUTH_URL}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: env.OS_USERNAME, password: env.OS_PASSWORD, domain } },
        },
        scope: { project: { name: env.OS_PROJECT_NAME, domain } },
      },
    }),
  });
  type Entry = { type: string; endpoints: Array<{ interface: string; url: string }> };
  const { token } = (await answer.json()) as { token: { catalog: Entry[] } };
  const urlOf = (type: string) =>
    token.catalog.find((each) => each.type === type)?.endpoints.find((each) => each.interface === 'public')?.url ?? '';
  return {
    token: answer.headers.get('x-subject-token') ?? '',
    cinder: urlOf('volumev3') || urlOf('block-storage'),
    glance: urlOf('image'),
    nova: urlOf('compute'),
  };
}

let plain: Dispatcher;
let alice: Program;
let federation: Federation;
let volumes: Record<string, string>;
let headers: Record<string, string>;

beforeAll(async () => {
  plain = getGlobalDispatcher();
  alice = await programOf('alice');
  headers = { 'X-Auth-Token': alice.token, Accept: 'application/json' };
  federation = await Federation.open({ env: clouds.env(), retries: 0 });
  volumes = {};
  for await (const { provider, item } of federation.list('volume')) volumes[provider] ??= String(item.id);
  setGlobalDispatcher(new Agent().compose(federate(federation)));
});

afterAll(async () => {
  setGlobalDispatcher(plain);
  await federation.close();
});

beforeEach(() => clouds.sandbox.clearRequests());

const volumeUrl = (id = '') => `${alice.cinder}/volumes/${id}`;
const calls = (cloud: string) => clouds.log(cloud).filter((line) => !line.includes('/identity'));

describe('a GET of what lives elsewhere, at the URL that it would have at home', () => {
  it('is answered by the owner through global fetch', async () => {
    const answer = await fetch(volumeUrl(volumes['sp-b']), { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-fed-provider')).toBe('sp-b');
    expect(answer.headers.get('x-fed-project')).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers.get('x-fed-project-name')).toBe('lab');
    expect(await answer.json()).toMatchObject({ volume: { id: volumes['sp-b'] } });
    expect(calls('home')).toEqual([]);
    const [project] = clouds.sandbox.cloud('sp-b').projects;
    expect(calls('sp-b')).toEqual([`GET /volume/v3/${project?.id}/volumes/${volumes['sp-b']}`]);
  });

  it("is answered by the owner through undici's fetch, request and stream", async () => {
    const id = volumes['sp-a'] ?? '';
    const fetched = await undiciFetch(volumeUrl(id), { headers });
    expect(fetched.headers.get('x-fed-provider')).toBe('sp-a');
    const text = await fetched.text();
    const requested = await request(volumeUrl(id), { headers });
    expect(requested.headers['x-fed-provider']).toBe('sp-a');
    expect(await requested.body.text()).toBe(text);
    let streamed = '';
    await stream(volumeUrl(id), { method: 'GET', headers }, ({ statusCode }) => {
      expect(statusCode).toBe(200);
      return new Writable({
        write(chunk: Buffer, _encoding, done) {
          streamed += chunk.toString();
          done();
        },
      });
    });
    expect(streamed).toBe(text);
  });

  it('is answered by the owner to handlers of the older kind', async () => {
    const seen = await new Promise<{ status: number; provider: string; text: string }>((resolve, reject) => {
      let [status, provider, text] = [0, '', ''];
      const url = new URL(volumeUrl(volumes['sp-b']));
      const handler: Dispatcher.DispatchHandler = {
        onConnect: () => {},
        onHeaders: (code, raw) => {
          status = code;
          const at = raw.findIndex((each) => each.toString().toLowerCase() === 'x-fed-provider');
          provider = String(raw[at + 1]);
          return true;
        },
        onData: (chunk) => {
          text += chunk.toString();
          return true;
        },
        onComplete: () => resolve({ status, provider, text }),
        onError: reject,
      };
      // undici 6 gives interceptors the handler as it is.
      const dispatch = federate(federation)(plain.dispatch.bind(plain));
      dispatch({ origin: url.origin, path: url.pathname, method: 'GET', headers }, handler);
    });
    expect(seen).toMatchObject({ status: 200, provider: 'sp-b' });
    expect(JSON.parse(seen.text)).toMatchObject({ volume: { id: volumes['sp-b'] } });
  });

  it('finds by asking what was never seen', async () => {
    const dispatcher = new Agent().compose(federate({ env: clouds.env() }));
    const answer = await request(volumeUrl(volumes['sp-c']), { headers, dispatcher });
    expect(answer.headers['x-fed-provider']).toBe('sp-c');
    expect(answer.statusCode).toBe(200);
    await answer.body.dump();
    await dispatcher.close();
  });
});

describe('what goes home', () => {
  it('is what home has, as it was', async () => {
    const answer = await fetch(volumeUrl(volumes.home), { headers });
    expect(answer.headers.get('x-fed-provider')).toBeNull();
    expect(await answer.json()).toMatchObject({ volume: { id: volumes.home } });
    expect(calls('home')).toHaveLength(1);
  });

  it('is what nobody has', async () => {
    const answer = await fetch(volumeUrl(UNKNOWN), { headers });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('x-fed-provider')).toBeNull();
    await answer.text();
  });

  it('is a collection, and a request that names nothing', async () => {
    const listed = await fetch(`${alice.cinder}/volumes`, { headers });
    expect(((await listed.json()) as { volumes: unknown[] }).volumes).toHaveLength(4);
    const limits = await fetch(`${alice.cinder}/limits`, { headers });
    expect(limits.status).toBe(200);
    await limits.text();
    expect(calls('home')).toHaveLength(2);
    for (const cloud of ['sp-a', 'sp-b', 'sp-c']) expect(calls(cloud)).toEqual([]);
  });

  it('is what home has, too, where ids are not unique', async () => {
    const [flavor] = await collected(federation.list('flavor', { providers: ['home'], limit: 1 }));
    const answer = await fetch(`${alice.nova}/flavors/${flavor?.item.id}`, { headers });
    expect(answer.status).toBe(200);
    await answer.text();
  });

  it('is never a not-found that may be wrong: the request fails', async () => {
    await clouds.sandbox.faults.add({ cloud: 'sp-b', kind: 'refuse' });
    const failure = await fetch(volumeUrl(UNKNOWN), { headers }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect((failure as Error).cause).toBeInstanceOf(CouldNotSayError);
    await expect(request(volumeUrl(UNKNOWN), { headers })).rejects.toBeInstanceOf(CouldNotSayError);
  });
});

describe('a DELETE of an id that others may have, too', () => {
  const images = () => `${alice.glance.replace(/\/(v2)?$/, '')}/v2/images`;
  const deleted = () => calls('home').filter((line) => line.startsWith('DELETE'));

  async function copiesAt(...providers: string[]): Promise<string> {
    const id = crypto.randomUUID();
    for (const provider of providers) {
      const json = { id, name: 'copy', disk_format: 'raw', container_format: 'bare' };
      const project = provider === 'sp-a' ? { project: 'research-one' } : {};
      const made = await federation.forward({ method: 'POST', target: 'image/images', provider, json, ...project });
      expect(made.status).toBe(201);
      made.discard();
    }
    clouds.sandbox.clearRequests();
    return id;
  }

  it('is not sent to home where another cloud has the id, too', async () => {
    const id = await copiesAt('home', 'sp-a');
    const sent = request(`${images()}/${id}`, { method: 'DELETE', headers });
    await expect(sent).rejects.toBeInstanceOf(SeveralOwnersError);
    expect(deleted()).toEqual([]);
  });

  it('is not sent to home while home could not say whether it has it', async () => {
    const id = await copiesAt('sp-a');
    await clouds.sandbox.faults.add({ cloud: 'home', kind: 'status', status: 503, service: 'image' });
    const sent = request(`${images()}/${id}`, { method: 'DELETE', headers });
    await expect(sent).rejects.toBeInstanceOf(CouldNotSayError);
    expect(deleted()).toEqual([]);
  });
});

describe('what is not touched', () => {
  it('is a request with the token of another user', async () => {
    const bob = await programOf('bob');
    const answer = await fetch(volumeUrl(volumes['sp-b']), { headers: { 'X-Auth-Token': bob.token } });
    expect(answer.ok).toBe(false);
    await answer.text();
    expect(calls('sp-b')).toEqual([]);
  });

  it('is a request with a token that nobody knows, or with none', async () => {
    for (const other of [{ 'X-Auth-Token': 'nonsense' }, {}]) {
      const answer = await fetch(volumeUrl(volumes['sp-b']), { headers: other });
      expect(answer.status).toBe(401);
      await answer.text();
    }
    expect(calls('sp-b')).toEqual([]);
  });

  it("is a URL that is none of home's, and Identity", async () => {
    const { url } = clouds.sandbox.cloud('sp-b');
    const elsewhere = await fetch(`${url}/volume/`, { headers });
    expect(elsewhere.headers.get('x-fed-provider')).toBeNull();
    await elsewhere.text();
    const identity = await fetch(`${clouds.sandbox.home.authUrl}/auth/projects`, { headers });
    expect(identity.status).toBe(200);
    await identity.text();
  });
});

describe('an explicit provider', () => {
  const create = { method: 'POST', body: JSON.stringify({ volume: { size: 1, name: 'explicit' } }) };

  it('wins, and its headers are not sent on', async () => {
    const answer = await fetch(volumeUrl().slice(0, -1), {
      ...create,
      headers: {
        ...headers,
        'Content-Type': 'application/json',
        'X-Fed-Provider': 'sp-a',
        'X-Fed-Project': 'research-two',
      },
    });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('x-fed-project')).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers.get('x-fed-project-name')).toBe('research-two');
    await answer.text();
    expect(calls('sp-a')).toHaveLength(1);
    expect(calls('home')).toEqual([]);
  });

  it("can be given as an option of undici's", async () => {
    const options = { method: 'GET' as const, headers, fed: { provider: 'sp-c' } };
    const answer = await request(`${alice.cinder}/volumes`, options);
    expect(answer.headers['x-fed-provider']).toBe('sp-c');
    expect(((await answer.body.json()) as { volumes: unknown[] }).volumes).toHaveLength(4);
  });

  it('fails where there is none of that name', async () => {
    const sent = request(`${alice.cinder}/volumes`, { headers: { ...headers, 'X-Fed-Provider': 'sp-x' } });
    await expect(sent).rejects.toThrow('no provider named sp-x');
  });
});

describe('bodies', () => {
  it('decide where something is made: an image of sp-b makes a server at sp-b', async () => {
    const [image] = await collected(federation.list('image', { providers: ['sp-b'], limit: 1 }));
    const answer = await fetch(`${alice.nova}/servers`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ server: { name: 'made', imageRef: image?.item.id, flavorRef: '1', networks: 'none' } }),
    });
    expect(answer.headers.get('x-fed-provider')).toBe('sp-b');
    await answer.text();
    expect(calls('home').filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  it('that were read on the way home arrive there whole', async () => {
    const answer = await fetch(`${alice.cinder}/volumes`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ volume: { size: 1, name: 'at home' } }),
    });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('x-fed-provider')).toBeNull();
    const { volume } = (await answer.json()) as { volume: { name: string } };
    expect(volume.name).toBe('at home');
  });

  it('stream both ways, byte by byte', async () => {
    const bytes = Buffer.alloc(3_000_000, 'interceptor');
    const made = await federation.forward({
      ...{ method: 'POST', target: 'image/images', provider: 'sp-b' },
      json: { name: 'up', disk_format: 'raw', container_format: 'bare' },
    });
    const { id } = (await made.json()) as { id: string };
    const file = `${alice.glance.replace(/\/(v2)?$/, '')}/v2/images/${id}/file`;
    const up = await request(file, {
      method: 'PUT',
      headers: { 'X-Auth-Token': alice.token, 'Content-Type': 'application/octet-stream' },
      body: Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]),
    });
    expect(up.statusCode).toBe(204);
    expect(up.headers['x-fed-provider']).toBe('sp-b');
    await up.body.dump();
    const down = await fetch(file, { headers: { 'X-Auth-Token': alice.token } });
    expect(down.headers.get('x-fed-provider')).toBe('sp-b');
    expect(Buffer.compare(Buffer.from(await down.arrayBuffer()), bytes)).toBe(0);
  });

  it('wait for a reader who does not read', async () => {
    const [image] = await collected(federation.list('image', { providers: ['sp-b'], name: 'up' }));
    const url = new URL(`${alice.glance.replace(/\/(v2)?$/, '')}/v2/images/${image?.item.id}/file`);
    let received = 0;
    let resume = () => {};
    let ended = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    await new Promise<void>((paused, failed) => {
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: () => {},
        onResponseStart: () => {},
        onResponseData: (controller, chunk) => {
          received += chunk.length;
          resume = () => controller.resume();
          if (received > 1_000_000) return;
          controller.pause();
          paused();
        },
        onResponseEnd: () => ended(),
        onResponseError: (_, error) => failed(error),
      };
      const dispatch = federate(federation)(plain.dispatch.bind(plain));
      dispatch({ origin: url.origin, path: url.pathname, method: 'GET', headers }, handler);
    });
    const before = received;
    // A request there and back leaves time for more to come.
    await federation.forward({ target: `volume/volumes/${volumes['sp-b']}` });
    expect(received).toBe(before);
    while (received <= 1_000_000) {
      const last = received;
      resume();
      while (received === last) await new Promise((resolve) => setImmediate(resolve));
    }
    await end;
    expect(received).toBe(3_000_000);
  });
});

describe('a caller who gives up', () => {
  it('while the owner is looked for gets the reason, and nothing is sent', async () => {
    await clouds.sandbox.faults.add({ cloud: 'sp-b', kind: 'hang' });
    const aborting = new AbortController();
    const sent = request(volumeUrl(UNKNOWN), { method: 'DELETE', headers, signal: aborting.signal });
    aborting.abort(new Error('no longer wanted'));
    await expect(sent).rejects.toThrow('no longer wanted');
    expect(clouds.log('home').filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  it('while the owner does not answer gets an AbortError from fetch', async () => {
    await clouds.sandbox.faults.add({ cloud: 'sp-b', kind: 'hang' });
    const aborting = new AbortController();
    const sent = fetch(volumeUrl(volumes['sp-b']), { headers, signal: aborting.signal });
    while (calls('sp-b').length === 0) await new Promise((resolve) => setImmediate(resolve));
    aborting.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('in the middle of a body gets no more of it', async () => {
    await clouds.sandbox.faults.add({ cloud: 'sp-b', path: '/volumes/', kind: 'slow', bytesPerSecond: 50 });
    const aborting = new AbortController();
    const answer = await fetch(volumeUrl(volumes['sp-b']), { headers, signal: aborting.signal });
    const reader = answer.body?.getReader();
    await reader?.read();
    aborting.abort();
    await expect(reader?.read()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('failures', () => {
  it('of the owner in the middle of a body break the body', async () => {
    await clouds.sandbox.faults.add({ cloud: 'sp-b', path: '/volumes/', kind: 'cut' });
    const answer = await request(volumeUrl(volumes['sp-b']), { headers });
    await expect(answer.body.text()).rejects.toMatchObject({ code: 'FED_TRANSPORT', provider: 'sp-b' });
  });

  it('of the owner to be reached are the cause of the error of fetch', async () => {
    await clouds.sandbox.faults.add({ cloud: 'sp-b', kind: 'refuse' });
    const sent = fetch(volumeUrl(volumes['sp-b']), { headers });
    await expect(sent).rejects.toMatchObject({ name: 'TypeError', cause: { code: 'FED_TRANSPORT' } });
  });

  it('of ids that several have, but not home, say who has them', async () => {
    const id = crypto.randomUUID();
    for (const provider of ['sp-a', 'sp-b']) {
      const json = { id, name: 'twice', disk_format: 'raw', container_format: 'bare' };
      const target = 'image/images';
      const project = provider === 'sp-a' ? { project: 'research-one' } : {};
      const made = await federation.forward({ method: 'POST', target, provider, json, ...project });
      expect(made.status).toBe(201);
      made.discard();
    }
    const dispatcher = new Agent().compose(federate({ env: clouds.env() }));
    const sent = request(`${alice.glance.replace(/\/(v2)?$/, '')}/v2/images/${id}`, { headers, dispatcher });
    await expect(sent).rejects.toBeInstanceOf(SeveralOwnersError);
    await dispatcher.close();
  });

  it('of home to authenticate fail the request, and the next one tries again', async () => {
    await clouds.sandbox.faults.add({ cloud: 'home', service: 'identity', kind: 'status', status: 503, times: 1 });
    const dispatcher = new Agent().compose(federate({ env: clouds.env(), retries: 0 }));
    await expect(request(volumeUrl(volumes['sp-b']), { headers, dispatcher })).rejects.toThrow('503');
    const answer = await request(volumeUrl(volumes['sp-b']), { headers, dispatcher });
    expect(answer.headers['x-fed-provider']).toBe('sp-b');
    await answer.body.dump();
    await dispatcher.close();
  });
});

describe('collections, where they are aggregated', () => {
  it('are one page of the items of all clouds, and say who is missing', async () => {
    const dispatcher = new Agent().compose(federate(federation, { aggregate: true }));
    const list = async () => {
      const answer = await request(`${alice.cinder}/volumes/detail`, { headers, dispatcher });
      const { volumes: items } = (await answer.body.json()) as { volumes: Array<{ id: string }> };
      return { count: items.length, missing: answer.headers['x-fed-missing'] };
    };
    expect(await list()).toMatchObject({ count: expect.any(Number), missing: undefined });
    expect((await list()).count).toBeGreaterThan(80);
    await clouds.sandbox.faults.add({ cloud: 'sp-c', kind: 'refuse' });
    expect(await list()).toMatchObject({ missing: 'sp-c' });
    await dispatcher.close();
  });
});
