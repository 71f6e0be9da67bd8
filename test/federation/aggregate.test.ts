import { describe, expect, it } from 'vitest';
import { TransportError } from '../../src/errors.ts';
import { readText } from '../../src/ports/http.ts';
import { ask, byLinks, byMarkers, idsIn, pageOf } from '../support/aggregated.ts';
import { type CloudRequest, fakeFederation, notFound, projectId } from '../support/fake-federation.ts';
import { type FakeItem, fakeService } from '../support/fake-service.ts';

const scopes = { home: ['research'], 'sp-a': ['one', 'two'], 'sp-b': ['lab'] };

function numbered(scope: string, count: number, more: (at: number) => object = () => ({})): FakeItem[] {
  return Array.from({ length: count }, (_, at) => ({ id: `${scope}-${at}`, name: `${scope}-${at}`, ...more(at) }));
}

const items = {
  'home/research': numbered('h', 3),
  'sp-a/one': numbered('a1', 4),
  'sp-a/two': [],
  'sp-b/lab': numbered('b', 2),
};
const all = ['h-0', 'h-1', 'h-2', 'a1-0', 'a1-1', 'a1-2', 'a1-3', 'b-0', 'b-1'];

function down(provider: string): TransportError {
  return new TransportError(`${provider}: connection refused`, { provider, reason: 'connect', url: 'http://x' });
}

/** The same, with some requests answered otherwise. */
function except(
  service: (request: CloudRequest) => ReturnType<ReturnType<typeof fakeService>>,
  instead: (request: CloudRequest) => ReturnType<ReturnType<typeof fakeService>> | undefined,
) {
  return (request: CloudRequest) => instead(request) ?? service(request);
}

const failing = (provider: string) =>
  except(fakeService({ items }), (request) => {
    if (request.provider === provider) throw down(provider);
    return undefined;
  });

describe('a page of several scopes', () => {
  it('holds everything, in the federation’s order, when nothing limits it (b.10: 20, 21, 22)', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    for (const target of ['volume/volumes', 'volume/volumes/detail', 'compute/servers', 'image/images']) {
      const page = await pageOf(federation, target);
      expect(page.ids).toEqual(all);
      expect(page.next).toBeUndefined();
      expect(page.missing).toEqual([]);
    }
  });

  it('is filled across scopes', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const pages = await byLinks(federation, 'volume/volumes?limit=5');
    expect(pages.map(({ ids }) => ids)).toEqual([all.slice(0, 5), all.slice(5)]);
  });

  it('is filled from further pages of a service that gives less at once', async () => {
    const { federation, requests } = await fakeFederation({ scopes, answer: fakeService({ items, most: 2 }) });
    expect((await pageOf(federation, 'volume/volumes?limit=6')).ids).toEqual(all.slice(0, 6));
    expect(requests.filter(({ provider }) => provider === 'sp-b')).toHaveLength(0);
  });

  it('asks no more scopes than a limit needs (b.10: 26)', async () => {
    const { federation, log } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    expect((await pageOf(federation, 'volume/volumes?limit=1')).ids).toEqual(['h-0']);
    expect(log()).toEqual(['home research GET /volumes?limit=1']);
  });

  it('asks the scopes side by side when nothing limits it', async () => {
    let release: () => void = () => {};
    const everybodyAsked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked = new Set<string>();
    const service = fakeService({ items });
    const { federation } = await fakeFederation({
      scopes,
      answer: async (request) => {
        asked.add(`${request.provider}/${request.project}`);
        if (asked.size === 4) release();
        await everybodyAsked;
        return service(request);
      },
    });
    expect((await pageOf(federation, 'volume/volumes')).ids).toEqual(all);
  });

  it('cancels what it asked for ahead and does not need', async () => {
    const cancelled: string[] = [];
    const service = fakeService({ items });
    let holds = false;
    const { federation } = await fakeFederation({
      scopes,
      answer: (request) => {
        if (request.provider === 'home' || !holds) return service(request);
        return new Promise(() => {
          request.request.signal?.addEventListener('abort', () => cancelled.push(request.project));
        });
      },
    });
    // From then on lists of providers and projects are not fetched first.
    await pageOf(federation, 'volume/volumes');
    holds = true;
    expect((await pageOf(federation, 'volume/volumes', { pageSize: 3 })).ids).toEqual(all.slice(0, 3));
    expect(cancelled.toSorted()).toEqual(['lab', 'one', 'two']);
  });

  describe('that takes many requests', () => {
    const many = Object.fromEntries(
      Array.from({ length: 24 }, (_, at) => [at === 0 ? 'home' : `sp-${at}`, ['lab']] as const),
    );
    const manyItems = (count: number) =>
      Object.fromEntries(Object.keys(many).map((name) => [`${name}/lab`, numbered(name, count)]));

    /** Everybody answers at the same time, and whoever is asked because of that the next time. */
    function inRounds(service: ReturnType<typeof fakeService>) {
      let rounds = 0;
      let round: Promise<void> | undefined;
      const answer = async (request: CloudRequest) => {
        round ??= new Promise((resolve) => {
          rounds += 1;
          setImmediate(() => {
            round = undefined;
            resolve();
          });
        });
        await round;
        return service(request);
      };
      return { answer, rounds: () => rounds };
    }

    it('asks ahead, and little more than it needs', async () => {
      const { answer, rounds } = inRounds(fakeService({ items: manyItems(5), most: 2 }));
      const { federation, requests } = await fakeFederation({ scopes: many, answer });
      expect((await pageOf(federation, 'volume/volumes?limit=90')).ids).toHaveLength(90);
      // Three for each of 18 scopes; one after another they would be as many rounds.
      expect(requests.length).toBeLessThanOrEqual(54 + 4);
      expect(rounds()).toBeLessThanOrEqual(18);
    });

    it('asks nobody in vain where the first scope fills it and the client named a limit', async () => {
      const { answer } = inRounds(fakeService({ items: manyItems(100), most: 2 }));
      const { federation, requests } = await fakeFederation({ scopes: many, answer });
      expect((await pageOf(federation, 'volume/volumes?limit=60')).ids).toHaveLength(60);
      expect(requests.map(({ provider }) => provider)).toEqual(Array.from({ length: 30 }, () => 'home'));
    });

    it('asks not many in vain where the first scope fills it and nothing limits it', async () => {
      const { answer } = inRounds(fakeService({ items: manyItems(100), most: 2 }));
      const { federation, requests } = await fakeFederation({ scopes: many, answer });
      expect((await pageOf(federation, 'volume/volumes', { pageSize: 60 })).ids).toHaveLength(60);
      expect(requests.filter(({ provider }) => provider !== 'home').length).toBeLessThanOrEqual(16);
    });

    it('does not miss what it asked for ahead and does not need', async () => {
      let release: () => void = () => {};
      const failed = new Promise<void>((resolve) => {
        release = resolve;
      });
      const service = fakeService({ items, most: 2 });
      const { federation } = await fakeFederation({
        scopes,
        answer: async (request) => {
          if (request.path.includes('marker=a1-1')) {
            release();
            throw down('sp-a');
          }
          if (request.provider === 'home') await failed;
          return service(request);
        },
      });
      const page = await pageOf(federation, 'volume/volumes', { pageSize: 5 });
      expect(page).toMatchObject({ ids: all.slice(0, 5), missing: [] });
      const next = await pageOf(federation, `volume/volumes?${page.next}`);
      expect(next).toMatchObject({ ids: ['b-0', 'b-1'], missing: [expect.stringContaining('sp-a/one: ')] });
    });
  });

  it('is empty where nobody has the service (b.10: 24)', async () => {
    const none = { home: ['image'], 'sp-a': ['image'], 'sp-b': ['image'] };
    const { federation } = await fakeFederation({ scopes, without: none, answer: fakeService({ items }) });
    const page = await pageOf(federation, 'image/images');
    expect(page.body).toMatchObject({ images: [] });
    expect(page.missing).toEqual([]);
  });

  it('has the others’ items where a provider lacks the service (b.10: 24)', async () => {
    const without = { home: ['image'] };
    const { federation } = await fakeFederation({ scopes, without, answer: fakeService({ items }) });
    expect((await pageOf(federation, 'image/images')).ids).toEqual(all.slice(3));
  });

  it('asks only the scopes of a narrowing', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const page = await pageOf(federation, 'volume/volumes', { narrowing: { providers: ['sp-b'] } });
    expect(page.ids).toEqual(['b-0', 'b-1']);
    const nowhere = ask(federation, 'volume/volumes', { narrowing: { projects: ['nowhere'] } });
    await expect(nowhere).rejects.toMatchObject({ code: 'FED_USAGE' });
  });

  it('passes parameters and headers on, and asks for JSON that can be read', async () => {
    const { federation, requests } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const headers = [
      ['OpenStack-API-Version', 'volume 3.50'],
      ['Accept', 'text/html'],
      ['Accept-Encoding', 'gzip'],
      ['X-Auth-Token', 'the client’s'],
    ] as const;
    await ask(federation, 'volume/volumes?status=error&all_tenants=1', { headers });
    expect(requests).toHaveLength(4);
    for (const { path, request } of requests) {
      expect(path).toMatch(/^\/volumes\?status=error&all_tenants=1&limit=1000$/);
      expect(request.headers).toContainEqual(['OpenStack-API-Version', 'volume 3.50']);
      expect(request.headers.filter(([name]) => /^accept/i.test(name))).toEqual([['Accept', 'application/json']]);
      expect(request.headers.some(([, value]) => value === 'the client’s')).toBe(false);
    }
  });

  it('teaches where everything lives', async () => {
    const { federation, locations } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    await pageOf(federation, 'volume/volumes');
    expect([...locations.values()].find(({ id }) => id === 'b-1')).toEqual({
      type: 'volume',
      id: 'b-1',
      location: { provider: 'sp-b', projectId: projectId('lab') },
    });
    expect(locations.size).toBe(9);
  });

  it('stops when the caller does', async () => {
    const stop = new AbortController();
    const { federation } = await fakeFederation({
      scopes,
      answer: () => {
        stop.abort(new Error('enough'));
        return new Promise(() => {});
      },
    });
    await expect(ask(federation, 'volume/volumes', { signal: stop.signal })).rejects.toThrow('enough');
  });

  it('refuses what it cannot do', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    await expect(ask(federation, 'volume/volumes/h-0')).rejects.toMatchObject({ code: 'FED_USAGE' });
    const backwards = ask(federation, 'network/networks?page_reverse=True');
    await expect(backwards).rejects.toMatchObject({ code: 'FED_USAGE' });
  });
});

describe('the shape of a page', () => {
  it('is Cinder’s: a link at the client’s address with all its parameters (b.10: 28, 31)', async () => {
    const { federation, requests } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const self = 'http://proxy.test/volume/v3/P/volumes';
    const { body, next } = await pageOf(federation, 'volume/volumes?limit=2&metadata=%7B%7D&sort=name:asc', { self });
    expect(Object.keys(body)).toEqual(['volumes', 'volumes_links']);
    const [link] = body.volumes_links as [{ rel: string; href: string }];
    expect(link.rel).toBe('next');
    expect(link.href.startsWith(`${self}?`)).toBe(true);
    const query = new URLSearchParams(next);
    expect([...query.keys()]).toEqual(['limit', 'metadata', 'sort', 'marker', 'fed_cursor']);
    expect(query.get('marker')).toBe('a1-1');
    requests.length = 0;
    await pageOf(federation, `volume/volumes?${next}`, { self });
    expect(requests.every(({ path }) => !path.includes('fed_cursor'))).toBe(true);
  });

  it('is Image’s: links are paths from the version on, and the schema is the service’s (b.10: 22, 29)', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const self = 'http://proxy.test/secret/image/v2/images';
    const { body } = await pageOf(federation, 'image/v2/images?limit=4', { self });
    expect(body).toMatchObject({ first: '/v2/images?limit=4', schema: '/v2/schemas/images' });
    expect(body.next).toMatch(/^\/v2\/images\?limit=4&marker=a1-0&fed_cursor=/);
    expect((await pageOf(federation, 'image/v2/images', { self })).body).not.toHaveProperty('next');
  });

  it('is Keystone’s: null where there is no other page', async () => {
    const users = [{ id: 'u', name: 'u' }];
    const links = { next: null, self: 'http://internal/v3/users', previous: null };
    const { federation } = await fakeFederation({ scopes, answer: () => ({ json: { users, links } }) });
    const { body } = await pageOf(federation, 'identity/v3/users');
    expect(body.links).toEqual({ next: null, self: 'http://proxy.test/identity/v3/users', previous: null });
  });

  describe('has items as they came', () => {
    const written = async (bytes: Uint8Array) => {
      const { federation } = await fakeFederation({
        scopes: { home: ['research'], 'sp-a': ['one'] },
        answer: ({ provider }) => (provider === 'home' ? { bytes } : { json: { servers: [{ id: 'other' }] } }),
      });
      const page = await ask(federation, 'compute/servers');
      if (page.kind !== 'page') throw new Error('no page');
      return new TextDecoder('utf-8', { fatal: true }).decode(page.body);
    };
    const bytesOf = (text: string) => new TextEncoder().encode(text);

    it('with numbers that JavaScript cannot hold, and characters of several bytes', async () => {
      const item = '{"id": "1", "name": "żółw 🐢", "bytes": 9007199254740993, "load": 1.0}';
      const body = await written(bytesOf(`{"servers": [${item}]}`));
      expect(body).toBe(`{"servers":[${item},{"id":"other"}]}`);
    });

    it('also where the key of the list is written in an unusual way', async () => {
      const body = await written(bytesOf('{"\\u0073ervers": [{"id": "1"}, {"id": "2"}], "servers_links": []}'));
      expect(body).toBe('{"servers":[{"id":"1"},{"id":"2"},{"id":"other"}]}');
    });

    it('with what stands beside the list behind it, whatever its name is', async () => {
      const body = await written(bytesOf('{"7": "seven", "servers": [], "more": [1]}'));
      expect(body).toBe('{"servers":[{"id":"other"}],"7":"seven","more":[1]}');
    });

    it('save for what is no UTF-8, which would make everybody’s page unreadable', async () => {
      const bytes = Uint8Array.from(Buffer.from('{"servers": [{"id": "1", "name": "caf\xe9"}]}', 'latin1'));
      expect(await written(bytes)).toBe('{"servers":[{"id": "1", "name": "caf\ufffd"},{"id":"other"}]}');
    });

    it('save for one that is no JSON: its scope is missing', async () => {
      const { federation } = await fakeFederation({
        scopes: { home: ['research'], 'sp-a': ['one'] },
        answer: ({ provider }) =>
          provider === 'home'
            ? { text: '{"servers": [{"id": "1"}, {"id"}]}' }
            : { json: { servers: [{ id: 'other' }] } },
      });
      const page = await pageOf(federation, 'compute/servers');
      expect(page.ids).toEqual(['other']);
      expect(page.missing).toEqual([expect.stringContaining('home/research: ')]);
    });
  });

  it('keeps what is around each key pair', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const { body } = await pageOf(federation, 'compute/os-keypairs?limit=1');
    expect(body.keypairs).toEqual([{ keypair: { id: 'h-0', name: 'h-0' } }]);
  });

  it('is the shorter listing’s also where sorting needs more (b.10: 20)', async () => {
    const more = (at: number) => ({ size: 9 - at, links: [], status: 'available' });
    const { federation, requests } = await fakeFederation({
      scopes,
      answer: fakeService({ items: { 'home/research': numbered('h', 2, more), 'sp-b/lab': numbered('b', 2, more) } }),
    });
    const { body } = await pageOf(federation, 'volume/volumes?sort=size:asc&limit=1');
    expect(requests.every(({ path }) => path.startsWith('/volumes/detail?'))).toBe(true);
    expect(body.volumes).toEqual([{ id: 'h-1', name: 'h-1', links: [] }]);
    requests.length = 0;
    await pageOf(federation, 'volume/volumes?sort=name:asc');
    expect(requests.every(({ path }) => path.startsWith('/volumes?'))).toBe(true);
  });

  it('has the fields that were asked for, whatever else is needed (Neutron)', async () => {
    const more = (at: number) => ({ project_id: projectId(at === 0 ? 'two' : 'one'), mtu: 1500 });
    const networks = numbered('net', 2, more);
    const { federation } = await fakeFederation({
      scopes,
      answer: fakeService({ items: { 'sp-a/one': networks, 'sp-a/two': networks } }),
    });
    const { body } = await pageOf(federation, 'network/networks?fields=name');
    expect(body.networks).toEqual([{ name: 'net-1' }, { name: 'net-0' }]);
  });
});

describe('a marker', () => {
  it('that a client took from the last item itself is found by its remembered location', async () => {
    const { federation, log, requests } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    await pageOf(federation, 'volume/volumes');
    requests.length = 0;
    expect((await pageOf(federation, 'volume/volumes?limit=3&marker=a1-1')).ids).toEqual(['a1-2', 'a1-3', 'b-0']);
    expect(log()[0]).toBe('sp-a one GET /volumes?limit=3&marker=a1-1');
  });

  it('that is not remembered is looked for (b.10: 25, 29)', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    expect((await pageOf(federation, 'volume/volumes?marker=b-0')).ids).toEqual(['b-1']);
    expect((await pageOf(federation, 'compute/servers?limit=2&marker=h-2')).ids).toEqual(['a1-0', 'a1-1']);
  });

  it('is looked for with the microversion that the client asks for', async () => {
    const microversion = ['OpenStack-API-Version', 'compute 2.79'] as const;
    const service = fakeService({ items });
    const { federation } = await fakeFederation({
      scopes,
      // What is of a later version is not there for who asks for an older one.
      answer: except(service, ({ request, path }) =>
        path.startsWith('/servers/') && !request.headers.some(([, value]) => value === microversion[1])
          ? notFound(path.slice('/servers/'.length))
          : undefined,
      ),
    });
    const { ids } = await pageOf(federation, 'compute/servers?marker=b-0', { headers: [microversion] });
    expect(ids).toEqual(['b-1']);
  });

  it('that the client put into a link of ours is looked for like any other', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    for (const sort of ['', '&sort=name:asc']) {
      const { next } = await pageOf(federation, `volume/volumes?limit=1${sort}`);
      const changed = new URLSearchParams(next);
      changed.set('marker', 'b-0');
      const expected = await pageOf(federation, `volume/volumes?limit=1${sort}&marker=b-0`);
      expect((await pageOf(federation, `volume/volumes?${changed}`)).ids).toEqual(expected.ids);
      changed.set('fed_cursor', '%%%');
      expect((await pageOf(federation, `volume/volumes?${changed}`)).ids).toEqual(expected.ids);
    }
  });

  it('that moved since it was remembered is looked for anew', async () => {
    const { federation, locations } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const location = { provider: 'home', projectId: projectId('research') };
    locations.set('old', { type: 'volume', id: 'b-0', location });
    locations.set(JSON.stringify(['volume', 'b-0']), { type: 'volume', id: 'b-0', location });
    locations.delete('old');
    expect((await pageOf(federation, 'volume/volumes?marker=b-0')).ids).toEqual(['b-1']);
  });

  it('that is the last item leads to an empty page (b.10: 30)', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    for (const target of ['volume/volumes', 'volume/volumes?sort=name:asc']) {
      const page = await pageOf(
        federation,
        `${target}${target.includes('?') ? '&' : '?'}marker=${target.includes('?') ? 'h-2' : 'b-1'}`,
      );
      expect(page.ids).toEqual([]);
      expect(page.next).toBeUndefined();
    }
  });

  it('is found even where the service lists it no more, because it does not fit the filter', async () => {
    const status = (at: number) => ({ status: at === 1 ? 'error' : 'available' });
    const some = { 'home/research': numbered('h', 3, status), 'sp-b/lab': numbered('b', 3, status) };
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items: some }) });
    const target = 'volume/volumes/detail?status=available';
    expect((await pageOf(federation, `${target}&marker=h-1`)).ids).toEqual(['h-2', 'b-0', 'b-2']);
    expect((await pageOf(federation, `${target}&sort=name:desc&marker=h-1`)).ids).toEqual(['h-0', 'b-2', 'b-0']);
    const next = await byLinks(federation, `${target}&sort=name:desc&marker=h-1&limit=1`);
    expect(idsIn(next)).toEqual(['h-0', 'b-2', 'b-0']);
  });

  it.each([
    ['volume/volumes?marker=nowhere', 404],
    ['compute/servers?marker=nowhere', 400],
    ['volume/volumes?sort=name:asc&marker=nowhere', 404],
  ])('that nobody has gets the service’s own answer (%s)', async (target, status) => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const answer = await ask(federation, target);
    if (answer.kind !== 'answer') throw new Error('a page');
    expect(answer.response.status).toBe(status);
    expect(answer.scope.provider).toBe('home');
    expect(await readText(answer.response.body)).toContain('nowhere');
  });

  it('that nobody has, where somebody could not say, is an error', async () => {
    const { federation } = await fakeFederation({ scopes, answer: failing('sp-b') });
    await expect(ask(federation, 'volume/volumes?marker=nowhere')).rejects.toMatchObject({ code: 'FED_COULD_NOT_SAY' });
  });

  it('is ignored where the service ignores it', async () => {
    const { federation } = await fakeFederation({
      scopes: { home: ['research'], 'sp-a': ['one'] },
      answer: ({ provider, path }) =>
        path.startsWith('/security-groups/') ? notFound('x') : { json: { security_groups: [{ id: provider }] } },
    });
    expect((await pageOf(federation, 'network/security-groups?marker=x')).ids).toEqual(['home', 'sp-a']);
  });

  it('is skipped in the answer of a service that pages by nothing (Nova’s key pairs below 2.35)', async () => {
    const pairs = ['k1', 'k2', 'k3'].map((name) => ({ keypair: { name } }));
    const { federation } = await fakeFederation({
      scopes: { home: ['research'], 'sp-a': ['one', 'two'] },
      answer: ({ provider }) => ({ json: { keypairs: provider === 'home' ? pairs : [{ keypair: { name: 'k4' } }] } }),
    });
    const pages = await byLinks(federation, 'compute/os-keypairs?limit=2');
    expect(pages.map(({ ids }) => ids)).toEqual([
      ['k1', 'k2'],
      ['k3', 'k4'],
    ]);
  });

  it('that several clouds have is the last one’s, and the page says that it may lack something', async () => {
    const flavors = (scope: string) => [
      { id: '1', name: `${scope}.small` },
      { id: `${scope}-2`, name: `${scope}.big` },
    ];
    const some = { 'home/research': flavors('h'), 'sp-a/one': flavors('a') };
    const answer = fakeService({ items: some });
    const { federation } = await fakeFederation({ scopes: { home: ['research'], 'sp-a': ['one'] }, answer });
    for (const sort of ['', '&sort_key=flavorid&sort_dir=asc']) {
      const page = await pageOf(federation, `compute/flavors?marker=1${sort}`);
      expect(page.ids).toEqual(sort === '' ? ['a-2'] : ['a-2', 'h-2']);
      expect(page.missing).toEqual([expect.stringMatching(/^home\/research: 1 is there too/)]);
      // Links know which is meant.
      expect(idsIn(await byLinks(federation, `compute/flavors?limit=1${sort}`))).toHaveLength(4);
    }
  });
});

describe('a limit', () => {
  it.each([
    ['volume/volumes?limit=x', 400],
    ['compute/servers?limit=-1', 400],
    ['image/images?limit=1.5', 400],
  ])('that is no number gets the service’s own answer (%s)', async (target, status) => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const answer = await ask(federation, target);
    expect(answer).toMatchObject({ kind: 'answer', response: { status } });
  });

  it('of 0 is none for Neutron and nothing for the others', async () => {
    const { federation, requests } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    expect((await pageOf(federation, 'network/networks?limit=0')).ids).toEqual(all);
    requests.length = 0;
    expect((await pageOf(federation, 'volume/volumes?limit=0')).ids).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('is kept where the service does not know pages (server groups)', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    expect((await pageOf(federation, 'compute/os-server-groups')).ids).toEqual(all);
    const page = await pageOf(federation, 'compute/os-server-groups?limit=4&offset=2');
    expect(page.ids).toEqual(all.slice(2, 6));
  });

  it('counts behind an offset (Cinder)', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const pages = await byLinks(federation, 'volume/volumes?limit=3&offset=4');
    expect(idsIn(pages)).toEqual(all.slice(4));
  });
});

describe('what several projects of a provider see', () => {
  const image = (id: string, owner: string, visibility = 'public') => ({
    id,
    name: id,
    owner: projectId(owner),
    visibility,
  });
  const one = [image('i1', 'two'), image('i2', 'stranger'), image('i3', 'one'), image('s1', 'stranger', 'shared')];
  const two = [
    image('i1', 'two'),
    image('i2', 'stranger'),
    image('i3', 'one'),
    image('s1', 'stranger', 'shared'),
    image('s2', 'stranger', 'shared'),
  ];
  const some = { 'home/research': [image('h1', 'research')], 'sp-a/one': one, 'sp-a/two': two, 'sp-b/lab': [] };
  const once = ['h1', 'i2', 'i3', 's1', 'i1', 's2'];

  it('is listed once: by the project that owns it, else by the first that sees it', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items: some }) });
    expect((await pageOf(federation, 'image/images')).ids).toEqual(once);
  });

  it.each([1, 2, 3])(
    'is listed once in pages of %i, by links and by own markers, whatever is remembered',
    async (size) => {
      for (const target of ['image/images', 'network/networks']) {
        const { federation, locations } = await fakeFederation({
          scopes,
          answer: fakeService({
            most: 2,
            items: Object.fromEntries(
              Object.entries(some).map(([scope, list]) => [
                scope,
                list.map((each) => ({ ...each, project_id: each.owner })),
              ]),
            ),
          }),
        });
        const expected = once;
        expect(idsIn(await byLinks(federation, `${target}?limit=${size}`))).toEqual(expected);
        expect(idsIn(await byMarkers(federation, `${target}?limit=${size}`))).toEqual(expected);
        // As another listing may have left it.
        for (const [key, entry] of locations) {
          const location = { provider: 'sp-a', projectId: projectId('two') };
          if (entry.location.provider === 'sp-a') locations.set(key, { ...entry, location });
        }
        expect(idsIn(await byMarkers(federation, `${target}?limit=${size}`))).toEqual(expected);
        const sorted = `${target}?limit=${size}&sort_key=name&sort_dir=asc`;
        expect(idsIn(await byLinks(federation, sorted))).toEqual(once.toSorted());
        expect(idsIn(await byMarkers(federation, sorted))).toEqual(once.toSorted());
      }
    },
  );

  it('continues in the scope that lists it, whichever is remembered', async () => {
    const networks = ['n1', 'n2', 'n3'].map((id) => ({ id, name: id, project_id: projectId('stranger') }));
    const { federation, locations } = await fakeFederation({
      scopes,
      answer: fakeService({ items: { 'sp-a/one': networks, 'sp-a/two': [...networks].reverse() } }),
    });
    const location = { provider: 'sp-a', projectId: projectId('two') };
    locations.set(JSON.stringify(['network', 'n1']), { type: 'network', id: 'n1', location });
    expect((await pageOf(federation, 'network/networks?marker=n1')).ids).toEqual(['n2', 'n3']);
  });

  it('costs one request for a page of items that only asking can tell', async () => {
    const { federation, log } = await fakeFederation({ scopes, answer: fakeService({ items: some }) });
    await pageOf(federation, 'image/images?visibility=shared');
    const asked = log().filter((line) => line.includes('id='));
    expect(asked).toEqual([`sp-a one GET /images?visibility=shared&id=${encodeURIComponent('in:s1,s2')}&limit=2`]);
  });

  it('is asked of one scope of each provider where all see the same', async () => {
    const flavors = numbered('f', 2);
    const { federation, requests } = await fakeFederation({
      scopes,
      answer: fakeService({ items: { 'home/research': flavors, 'sp-a/one': flavors, 'sp-a/two': flavors } }),
    });
    expect((await pageOf(federation, 'compute/flavors')).ids).toEqual(['f-0', 'f-1', 'f-0', 'f-1']);
    expect(requests.map(({ project }) => project).toSorted()).toEqual(['lab', 'one', 'research']);
  });
});

describe('a sorted page', () => {
  const sized = (scope: string, ...sizes: (number | null)[]) =>
    sizes.map((size, at) => {
      const day = size === null ? null : `2026-01-${String(size).padStart(2, '0')}T00:00:00Z`;
      return { id: `${scope}${at}`, name: `${scope}${at}`, size, updated_at: day };
    });
  const some = {
    'home/research': sized('h', 3, null, 1),
    'sp-a/one': sized('a', 2, 3),
    'sp-a/two': sized('t', null),
    'sp-b/lab': sized('b', 10, 1),
  };

  it.each([
    ['sort=size:asc', ['h1', 't0', 'h2', 'b1', 'a0', 'h0', 'a1', 'b0']],
    ['sort=size:desc', ['b0', 'h0', 'a1', 'a0', 'h2', 'b1', 'h1', 't0']],
    ['sort=size', ['b0', 'h0', 'a1', 'a0', 'h2', 'b1', 'h1', 't0']],
    ['sort_key=size&sort_dir=asc', ['h1', 't0', 'h2', 'b1', 'a0', 'h0', 'a1', 'b0']],
    ['sort=size:asc,name:desc', ['t0', 'h1', 'h2', 'b1', 'a0', 'h0', 'a1', 'b0']],
    ['sort=updated_at:asc', ['h1', 't0', 'h2', 'b1', 'a0', 'h0', 'a1', 'b0']],
  ])('merges numbers, times, texts and nothing in order (b.10: 27): %s', async (sort, expected) => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items: some }) });
    for (const limit of [1, 2, 100]) {
      const ids = idsIn(await byLinks(federation, `volume/volumes/detail?${sort}&limit=${limit}`));
      expect(ids).toEqual(expected);
    }
  });

  it('continues behind the last item of each scope, without asking those that have no more', async () => {
    const { federation, log, requests } = await fakeFederation({ scopes, answer: fakeService({ items: some }) });
    const first = await pageOf(federation, 'volume/volumes/detail?sort=size:asc&limit=4');
    requests.length = 0;
    const second = await pageOf(federation, `volume/volumes/detail?${first.next}`);
    expect(second.ids).toEqual(['a0', 'h0', 'a1', 'b0']);
    expect(log().toSorted()).toEqual([
      'home research GET /volumes/detail?sort=size%3Aasc&limit=4&marker=h2',
      'sp-a one GET /volumes/detail?sort=size%3Aasc&limit=4',
      'sp-b lab GET /volumes/detail?sort=size%3Aasc&limit=4&marker=b1',
    ]);
  });

  it('does not read what the service ignores (Nova’s `sort`)', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    expect((await pageOf(federation, 'compute/servers?sort=name:desc')).ids).toEqual(all);
  });

  it('reads sort keys as the service names them (Nova’s created_at is the item’s `created`)', async () => {
    const made = (scope: string, ...days: number[]) =>
      days.map((day, at) => ({ id: `${scope}${at}`, created_at: `2026-01-0${day}`, created: `2026-01-0${day}` }));
    const servers = { 'home/research': made('h', 1, 5), 'sp-b/lab': made('b', 3, 4) };
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items: servers }) });
    const page = await pageOf(federation, 'compute/servers?sort_key=created_at&sort_dir=asc');
    expect(page.ids).toEqual(['h0', 'b0', 'b1', 'h1']);
  });

  it('has links that are short enough for any server, however many scopes there are', async () => {
    const projects = Array.from({ length: 120 }, (_, at) => `p${at}`);
    const lists = Object.fromEntries(
      projects.map((project) => [`sp-a/${project}`, numbered(`${project}-${'x'.repeat(30)}`, 1)]),
    );
    const { federation, requests } = await fakeFederation({
      scopes: { home: ['research'], 'sp-a': projects },
      answer: fakeService({ items: lists }),
    });
    const pages = await byLinks(federation, 'volume/volumes?sort=name:asc&limit=50');
    expect(pages.map(({ ids }) => ids.length)).toEqual([50, 50, 20]);
    expect(new Set(idsIn(pages)).size).toBe(120);
    for (const { next } of pages.slice(0, -1)) expect(next?.length).toBeLessThan(7000);
    expect(requests.length).toBeGreaterThan(2 * 121);
  });

  it('that the service refuses is refused as the service does', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const answer = await ask(federation, 'volume/volumes?sort=bogus:asc');
    expect(answer).toMatchObject({ kind: 'answer', scope: { provider: 'home' }, response: { status: 400 } });
  });
});

describe('counts', () => {
  it('are added up over all scopes, also those whose page was not needed', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    expect((await pageOf(federation, 'volume/volumes?with_count=true')).body.count).toBe(9);
    const page = await pageOf(federation, 'volume/volumes?with_count=true&limit=2');
    expect(page.body.count).toBe(9);
    const last = await pageOf(federation, 'volume/volumes?with_count=true&marker=b-0');
    expect(last.body.count).toBe(9);
    expect((await pageOf(federation, 'volume/volumes')).body).not.toHaveProperty('count');
  });

  it('lack those who cannot say, which is said', async () => {
    const { federation } = await fakeFederation({ scopes, answer: failing('sp-b') });
    const page = await pageOf(federation, 'volume/volumes?with_count=true&limit=2');
    expect(page.body.count).toBe(7);
    expect(page.missing).toEqual(['sp-b/lab: connection refused']);
  });
});

describe('who cannot answer', () => {
  it('does not keep the others from answering, and is named on every page that follows', async () => {
    const { federation } = await fakeFederation({ scopes, answer: failing('home') });
    for (const target of ['volume/volumes?limit=2', 'volume/volumes?limit=2&sort=name:asc']) {
      const pages = await byLinks(federation, target);
      expect(idsIn(pages)).toEqual(all.slice(3));
      expect(pages[0]?.missing).toEqual(['home/research: connection refused']);
      for (const { missing } of pages.slice(1)) {
        expect(missing).toEqual(['home/research: it could not answer for an earlier page of this listing']);
      }
    }
  });

  it('is named as the link says only if it is one of the providers', async () => {
    const { federation } = await fakeFederation({ scopes, answer: fakeService({ items }) });
    const cursor = {
      m: 'h-0',
      a: ['home', projectId('research')],
      x: [['sp-b'], ['elsewhere'], ['sp-a', 'p', 'a\r\nb']],
    };
    const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
    const page = await pageOf(federation, `volume/volumes?marker=h-0&limit=1&fed_cursor=${text}`);
    expect(page.ids).toEqual(['h-1']);
    expect(page.missing).toEqual(['sp-b/: it could not answer for an earlier page of this listing']);
  });

  it.each([
    ['volume/volumes', all.slice(0, 7)],
    ['volume/volumes?sort=name:desc', ['h-2', 'h-1', 'h-0', 'a1-3', 'a1-2', 'a1-1', 'a1-0']],
  ])('is who has not answered when the time is over (%s)', async (target, ids) => {
    const deadline = new AbortController();
    const service = fakeService({ items });
    const { federation } = await fakeFederation({
      scopes,
      answer: (request) => {
        if (request.provider !== 'sp-b') return service(request);
        // Behind everything that the others' answers lead to.
        setImmediate(() => deadline.abort(new DOMException('', 'TimeoutError')));
        return new Promise(() => {});
      },
    });
    const page = await pageOf(federation, target, { signal: deadline.signal });
    expect(page.missing).toEqual(['sp-b/lab: it had not answered when the time was over']);
    expect(page.ids).toEqual(ids);
  });

  it('is not named before its turn', async () => {
    const { federation } = await fakeFederation({ scopes, answer: failing('sp-b') });
    const pages = await byLinks(federation, 'volume/volumes?limit=4');
    expect(pages.map(({ missing }) => missing.length)).toEqual([0, 1]);
  });

  it('in the middle of its pages is left out from there on, even if it is back', async () => {
    let broken = true;
    const answer = except(fakeService({ items, most: 2 }), ({ provider, path }) => {
      if (broken && provider === 'sp-a' && path.includes('marker'))
        return { status: 503, text: 'down', contentType: 'text/plain' };
      return undefined;
    });
    const { federation } = await fakeFederation({ scopes, answer });
    for (const sort of ['', '&sort=name:asc']) {
      broken = true;
      const first = await pageOf(federation, `volume/volumes?limit=6${sort}`);
      expect(first.missing).toEqual([expect.stringMatching(/^sp-a\/one: listing volumes was answered with 503/)]);
      broken = false;
      const second = await pageOf(federation, `volume/volumes?${first.next}`);
      expect([...first.ids, ...second.ids].toSorted()).toEqual(
        all.filter((id) => id !== 'a1-2' && id !== 'a1-3').toSorted(),
      );
      expect(second.missing).toHaveLength(1);
    }
  });

  it('is named where some refuse and others answer', async () => {
    const refusal = { status: 400, json: { badRequest: { message: 'no such parameter' } } };
    const answer = except(fakeService({ items }), ({ provider }) => (provider === 'home' ? refusal : undefined));
    const { federation } = await fakeFederation({ scopes, answer });
    const page = await pageOf(federation, 'volume/volumes?strange=1');
    expect(page.ids).toEqual(all.slice(3));
    expect(page.missing).toEqual(['home/research: listing volumes was answered with 400: no such parameter']);
  });

  it('passes the first refusal on where nobody answers', async () => {
    const { federation } = await fakeFederation({
      scopes,
      answer: ({ provider }) => {
        if (provider === 'home') throw down('home');
        return { status: 400, json: { badRequest: { message: `no, says ${provider}` } } };
      },
    });
    for (const target of ['volume/volumes', 'volume/volumes?limit=1', 'volume/volumes?sort=name']) {
      const answer = await ask(federation, target);
      if (answer.kind !== 'answer') throw new Error('a page');
      expect(answer.scope).toMatchObject({ provider: 'sp-a', project: { name: 'one' } });
      expect(await readText(answer.response.body)).toContain('no, says sp-a');
    }
  });

  it('is an error that names everybody where nobody answers and nobody refuses', async () => {
    const { federation } = await fakeFederation({
      scopes,
      answer: ({ provider }) => {
        if (provider === 'home') return { status: 503, text: '<html>', contentType: 'text/html' };
        throw down(provider);
      },
    });
    const error = await ask(federation, 'volume/volumes').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'FED_COULD_NOT_SAY', unsaid: { length: 4 } });
  });

  it('does not end a walk whose marker is there', async () => {
    const { federation, locations } = await fakeFederation({ scopes, answer: failing('sp-a') });
    const location = { provider: 'sp-a', projectId: projectId('one') };
    locations.set(JSON.stringify(['volume', 'a1-1']), { type: 'volume', id: 'a1-1', location });
    const page = await pageOf(federation, 'volume/volumes?marker=a1-1');
    expect(page.ids).toEqual(['b-0', 'b-1']);
    expect(page.missing.map((each) => each.split(':')[0])).toEqual(['sp-a/one', 'sp-a/two']);
  });
});
