import { describe, expect, it } from 'vitest';
import type { ListOptions } from '../../src/federation/list.ts';
import { resourceTypes, typeNamed } from '../../src/services/index.ts';
import type { ResourceType } from '../../src/services/types.ts';
import { type CloudRequest, type FakeFederation, fakeFederation, projectId } from '../support/fake-federation.ts';

const scopes = { home: ['research'], 'sp-a': ['one', 'two'], 'sp-b': ['lab'] };

async function listed({ federation }: Pick<FakeFederation, 'federation'>, typeName: string, options: ListOptions = {}) {
  const type = typeNamed(typeName) ?? resourceTypes[0];
  if (type === undefined) throw new Error(typeName);
  const rows: string[] = [];
  const unsaid: string[] = [];
  for await (const event of federation.list(type, options)) {
    if (event.kind === 'unsaid') unsaid.push(`${event.unsaid.provider}: ${event.unsaid.reason}`);
    if (event.kind === 'items') {
      rows.push(
        ...event.items.map(
          ({ scope, item }) => `${scope.provider}/${scope.project.name} ${(item as { id: string }).id}`,
        ),
      );
    }
  }
  return { rows: rows.sort(), unsaid };
}

/** A cloud with so many volumes that pages by marker, as Cinder does: links name an internal host. */
function paged(total: number, size: number) {
  return ({ provider, project, path }: CloudRequest) => {
    const url = new URL(path, 'http://x');
    const all = Array.from({ length: total }, (_, at) => ({ id: `${provider}-${project}-${at}`, name: `v${at}` }));
    const start = all.findIndex(({ id }) => id === url.searchParams.get('marker')) + 1;
    const volumes = all.slice(start, start + size);
    const last = volumes.at(-1)?.id;
    const href = `http://internal.invalid/v3/elsewhere/volumes/detail?marker=${last}`;
    return { json: { volumes, ...(volumes.length === size && { volumes_links: [{ rel: 'next', href }] }) } };
  };
}

describe('listing over all scopes', () => {
  it('follows every page of every scope, at the endpoint that was called', async () => {
    const fake = await fakeFederation({ scopes, answer: paged(6, 2) });
    const { rows, unsaid } = await listed(fake, 'volume');
    expect(rows).toHaveLength(24);
    expect(new Set(rows).size).toBe(24);
    expect(unsaid).toEqual([]);
    // An exactly full last page has a link to an empty one.
    expect(fake.requests).toHaveLength(4 * 4);
  });

  it('gives what the first scope has before the last of many is asked, and asks them all', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [at === 0 ? 'home' : `sp-${at}`, [`p${at}`]]),
    );
    const fake = await fakeFederation({ scopes: many, answer: paged(1, 2) });
    const type = typeNamed('volume');
    if (type === undefined) throw new Error('volume');
    let askedAtFirst: number | undefined;
    for await (const event of fake.federation.list(type)) {
      if (event.kind === 'items') askedAtFirst ??= fake.requests.length;
    }
    expect(askedAtFirst).toBeLessThan(10);
    expect(fake.requests).toHaveLength(10);
  });

  it('says that something is missing when a service ignores the marker and gives the same page again', async () => {
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: ({ path }) => ({
        json: {
          volumes: [{ id: 'same' }],
          volumes_links: [{ rel: 'next', href: `http://x/?marker=${path.length}` }],
        },
      }),
    });
    expect(await listed(fake, 'volume')).toEqual({
      rows: ['home/research same'],
      unsaid: ['home: the pages of volumes come to no end: one of them repeats'],
    });
    expect(fake.requests).toHaveLength(2);
  });

  it.each([
    ['the last', ['one', 'two', 'two']],
    ['an earlier one', ['one', 'two', 'three', 'one']],
  ])('says so when a link repeats: %s', async (_, links) => {
    let page = 0;
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: () => {
        const href = `http://x/?marker=${links[page]}`;
        page += 1;
        return { json: { volumes: [{ id: `v${page}` }], volumes_links: [{ rel: 'next', href }] } };
      },
    });
    const { rows, unsaid } = await listed(fake, 'volume');
    expect(rows).toHaveLength(links.length);
    expect(unsaid).toEqual(['home: the pages of volumes come to no end: the link to the next one repeats']);
  });

  it('reads no more than so many pages where there is always another, and says how many', async () => {
    let page = 0;
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: () => {
        page += 1;
        return {
          json: { volumes: [{ id: `v${page}` }], volumes_links: [{ rel: 'next', href: `http://x/?marker=v${page}` }] },
        };
      },
    });
    const { rows, unsaid } = await listed(fake, 'volume');
    expect(rows).toHaveLength(10_000);
    expect(unsaid).toEqual([
      'home: the pages of volumes come to no end: 10000 were read, and the last has a link to another',
    ]);
  });

  it.each([
    ['a page without items has one', [], 'http://x/?marker=more', 'one without items has a link to the next'],
    ['it says nothing', [{ id: 'v' }], 'http://x/', 'the link to the next one does not say which it is'],
  ])('says so when a link leads nowhere: %s', async (_, volumes, href, reason) => {
    const json = { volumes, volumes_links: [{ rel: 'next', href }] };
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: () => ({ json }) });
    const { rows, unsaid } = await listed(fake, 'volume');
    expect(rows).toHaveLength(volumes.length);
    expect(unsaid).toEqual([`home: the pages of volumes come to no end: ${reason}`]);
    expect(fake.requests).toHaveLength(1);
  });

  it('does not mind where a link leads that the limit makes unnecessary', async () => {
    const json = { volumes: [{ id: 'v' }], volumes_links: [{ rel: 'next', href: 'http://x/' }] };
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: () => ({ json }) });
    expect(await listed(fake, 'volume', { limit: 1 })).toEqual({ rows: ['home/research v'], unsaid: [] });
  });

  it('does not take "previous" for "next" (Neutron)', async () => {
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: () => ({
        json: { ports: [{ id: 'p' }], ports_links: [{ rel: 'previous', href: 'http://x/?page_reverse=True' }] },
      }),
    });
    await listed(fake, 'port');
    expect(fake.requests).toHaveLength(1);
  });

  it('follows relative links (Glance)', async () => {
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: ({ path }) =>
        path.includes('marker=a')
          ? { json: { images: [{ id: 'b' }] } }
          : { json: { images: [{ id: 'a' }], next: '/v2/images?marker=a' } },
    });
    expect((await listed(fake, 'image')).rows).toEqual(['home/research a', 'home/research b']);
  });

  it('unwraps the elements of key pairs', async () => {
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: () => ({ json: { keypairs: [{ keypair: { name: 'k', id: 'k' } }] } }),
    });
    expect((await listed(fake, 'keypair')).rows).toEqual(['home/research k']);
  });

  it('gives the others when a provider fails, even in the middle of its pages, and says which', async () => {
    const fake = await fakeFederation({
      scopes,
      answer: (request) =>
        request.provider === 'sp-b' && request.path.includes('marker')
          ? { status: 503, text: '<html><title>503</title>down</html>', contentType: 'text/html' }
          : paged(3, 2)(request),
    });
    const { rows, unsaid } = await listed(fake, 'volume');
    expect(rows).toHaveLength(3 * 3 + 2);
    expect(unsaid).toHaveLength(1);
    expect(unsaid[0]).toMatch(/^sp-b: .*503/);
  });

  it.each([
    ['HTML', { text: '<html>login</html>', contentType: 'text/html' }],
    ['JSON without the listing', { json: { versions: [] } }],
    ['broken JSON', { text: '{"volumes": [', contentType: 'application/json' }],
  ])('says so when a provider gives %s with 200', async (_, answer) => {
    const fake = await fakeFederation({
      scopes,
      answer: (request) => (request.provider === 'sp-b' ? answer : { json: { volumes: [] } }),
    });
    expect((await listed(fake, 'volume')).unsaid).toHaveLength(1);
  });

  it('gives items before their page has come to its end', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const fake = await fakeFederation({
      scopes: { home: ['research'], 'sp-b': ['lab'] },
      answer: ({ provider }) => ({
        pieces: (async function* () {
          yield `{"volumes": [{"id": "${provider}-1"}, {"id": "${provider}`;
          await ended;
          yield '-2"}]}';
        })(),
      }),
    });
    const type = typeNamed('volume') as ResourceType;
    const ids: unknown[] = [];
    for await (const event of fake.federation.list(type)) {
      if (event.kind === 'items') ids.push(...event.items.map(({ item }) => (item as { id: string }).id));
      if (ids.length === 2) end();
    }
    expect(ids.slice(0, 2).sort()).toEqual(['home-1', 'sp-b-1']);
    expect(ids.slice(2).sort()).toEqual(['home-2', 'sp-b-2']);
  });

  it('gives those items of a page that came before it broke off, and says that it did', async () => {
    const text = '{"volumes": [{"id": "1"}, {"id": "2"}, {"id": "3';
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: () => ({ text, contentType: 'application/json' }),
    });
    const { rows, unsaid } = await listed(fake, 'volume');
    expect(rows).toEqual(['home/research 1', 'home/research 2']);
    expect(unsaid).toEqual([expect.stringMatching(/broken JSON/)]);
    expect(fake.locations.size).toBe(2);
  });

  it('finds the items under a key that is written in an unusual way', async () => {
    const text = '{"\\u0076olumes": [{"id": "1"}]}';
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: () => ({ text }) });
    expect(await listed(fake, 'volume')).toEqual({ rows: ['home/research 1'], unsaid: [] });
  });

  it.each([0, 1, 3])('reads no more than the limit needs: %i', async (limit) => {
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: paged(100, 2) });
    expect((await listed(fake, 'volume', { limit })).rows).toHaveLength(limit);
    expect(fake.requests).toHaveLength(Math.ceil(limit / 2));
  });

  it.each<ListOptions>([{ name: 'web' }, { status: 'active' }])(
    'counts what is given towards a limit, and not what %j leaves out',
    async (filter) => {
      const servers = [
        { id: '1', name: 'db', status: 'ERROR' },
        { id: '2', name: 'web', status: 'ACTIVE' },
      ];
      const fake = await fakeFederation({
        scopes: { home: ['research'] },
        // A service that knows the limit, and nothing of the filter.
        answer: ({ path }) => ({ json: { servers: path.includes('limit=1') ? servers.slice(0, 1) : servers } }),
      });
      expect((await listed(fake, 'server', { ...filter, limit: 1 })).rows).toEqual(['home/research 2']);
    },
  );

  it('takes a provider without the service for one that has none', async () => {
    const fake = await fakeFederation({
      scopes,
      without: { 'sp-b': ['compute'] },
      answer: () => ({ json: { servers: [] } }),
    });
    expect(await listed(fake, 'server')).toEqual({ rows: [], unsaid: [] });
  });

  it('gives a shared resource once, by the scope that owns it', async () => {
    const images = [
      { id: 'public', visibility: 'public', owner: projectId('two') },
      { id: 'foreign', visibility: 'public', owner: 'somebody else' },
    ];
    const fake = await fakeFederation({ scopes, answer: () => ({ json: { images } }) });
    expect((await listed(fake, 'image')).rows).toEqual([
      'home/research foreign',
      'home/research public',
      'sp-a/one foreign',
      'sp-a/two public',
      'sp-b/lab foreign',
      'sp-b/lab public',
    ]);
  });

  it('remembers where everything lives that it listed', async () => {
    const fake = await fakeFederation({ scopes, answer: paged(2, 5) });
    await listed(fake, 'volume');
    expect(fake.locations.size).toBe(8);
  });

  it('gives only equal names and statuses', async () => {
    const servers = [
      { id: '1', name: 'web', status: 'ACTIVE' },
      { id: '2', name: 'web-2', status: 'ACTIVE' },
      { id: '3', name: 'web', status: 'ERROR' },
    ];
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: () => ({ json: { servers } }) });
    expect((await listed(fake, 'server', { name: 'web', status: 'active' })).rows).toEqual(['home/research 1']);
  });

  it('does not send a name that the service would read as a pattern', async () => {
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: () => ({ json: { servers: [] } }) });
    await listed(fake, 'server', { name: 'a(b' });
    expect(fake.log()).toEqual(['home research GET /servers/detail']);
  });

  it.each([
    ['server', 'Active', '/servers/detail?status=ACTIVE'],
    ['volume', 'In-Use', '/volumes/detail?status=in-use'],
    ['image', 'ACTIVE', '/images?status=active'],
    ['port', 'down', '/ports?status=DOWN'],
    // Neutron refuses it for routers.
    ['router', 'active', '/routers'],
    // Cinder shows error where it has error_managing stored, and Nova has no state of this name.
    ['volume', 'error', '/volumes/detail'],
    ['server', 'unknown', '/servers/detail'],
  ])('sends a status where the service finds all that have it: %s %s', async (type, status, path) => {
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: () => ({ json: { [`${type}s`]: [] } }),
    });
    await listed(fake, type, { status });
    expect(fake.log()).toEqual([`home research GET ${path}`]);
  });

  it('leaves a status that --query asks for alone', async () => {
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: () => ({ json: { servers: [] } }) });
    await listed(fake, 'server', { query: [['status', 'ERROR']], status: 'error' });
    expect(fake.log()).toEqual(['home research GET /servers/detail?status=ERROR']);
  });

  it('passes other filters on as they are', async () => {
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: () => ({ json: { servers: [] } }) });
    await listed(fake, 'server', { query: [['tags', 'a,b']], pageSize: 50 });
    expect(fake.log()).toEqual(['home research GET /servers/detail?tags=a%2Cb&limit=50']);
  });

  it('asks again without the microversion where a cloud is too old for it', async () => {
    const asked: string[] = [];
    const fake = await fakeFederation({
      scopes: { home: ['research'] },
      answer: ({ request }) => {
        const version = request.headers.find(([name]) => name === 'OpenStack-API-Version')?.[1];
        asked.push(version ?? 'none');
        return version === undefined ? { json: { servers: [{ id: '1' }] } } : { status: 406, json: {} };
      },
    });
    expect((await listed(fake, 'server')).rows).toEqual(['home/research 1']);
    expect(asked).toEqual(['compute 2.47', 'none']);
  });

  it('asks every project of such a cloud again, each of which is refused before the cloud is known', async () => {
    const fake = await fakeFederation({
      scopes,
      answer: ({ project, request }) =>
        request.headers.some(([name]) => name === 'OpenStack-API-Version')
          ? { status: 406, json: {} }
          : { json: { servers: [{ id: project }] } },
    });
    expect(await listed(fake, 'server')).toEqual({
      rows: ['home/research research', 'sp-a/one one', 'sp-a/two two', 'sp-b/lab lab'],
      unsaid: [],
    });
    expect(fake.log()).toHaveLength(8);
    await listed(fake, 'server');
    expect(fake.log()).toHaveLength(12);
  });

  it('stops asking when the reader stops reading', async () => {
    const fake = await fakeFederation({ scopes: { home: ['research'] }, answer: paged(100, 1) });
    const type = typeNamed('volume');
    for await (const event of fake.federation.list(type as NonNullable<typeof type>)) {
      if (event.kind === 'items') break;
    }
    expect(fake.requests.length).toBeLessThan(5);
    expect(fake.locations.size).toBeGreaterThan(0);
  });
});
