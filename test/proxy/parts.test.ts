/** The proxy's small parts, each by itself. */
import { describe, expect, it } from 'vitest';
import {
  CatalogError,
  ConfigError,
  CouldNotSayError,
  HomeAuthError,
  NotFoundError,
  ProviderAuthError,
  ProviderResponseError,
  TransportError,
  UsageError,
} from '../../src/errors.ts';
import { pairsOf } from '../../src/http/wire.ts';
import { extraServices, rewrittenCatalog } from '../../src/proxy/catalog.ts';
import { namedPlace, narrowingAt, placeOf } from '../../src/proxy/creation.ts';
import {
  downstreamHeaders,
  identityAnswerHeaders,
  identityHeaders,
  upstreamHeaders,
  without,
} from '../../src/proxy/headers.ts';
import { answerFor, Refusal } from '../../src/proxy/refusal.ts';
import { serviceAt, serviceRoute } from '../../src/proxy/route.ts';

const how = {
  base: 'http://p/x',
  identityRoot: 'http://home:5000',
  projectId: 'mine',
  beyond: { services: [], regions: [] },
  region: undefined,
};

describe('a catalog of the proxy', () => {
  const entry = (type: string, url: string) => ({
    type,
    id: '1',
    name: 'n',
    endpoints: [{ id: 'e', interface: 'public', region: 'R', region_id: 'R', url }],
  });
  const urlFor = (type: string, url: string) => {
    const [first] = rewrittenCatalog([entry(type, url)], how) as ReturnType<typeof entry>[];
    return first?.endpoints[0]?.url;
  };

  it.each([
    ['compute', 'http://h:8774/v2.1', 'http://p/x/compute/v2.1'],
    ['compute', 'https://h/compute/v2.1/', 'http://p/x/compute/v2.1'],
    ['volumev3', 'http://h:8776/v3/mine', 'http://p/x/volumev3/v3/mine'],
    ['image', 'http://h:9292', 'http://p/x/image'],
    ['network', 'http://h:9696/', 'http://p/x/network'],
    ['object-store', 'http://h:8080/v1/AUTH_mine', 'http://p/x/object-store/v1/AUTH_mine'],
    ['identity', 'http://home:5000/v3', 'http://p/x/identity/v3'],
    ['identity', 'http://inside:35357/v3', 'http://p/x/identity/v3'],
    ['identity', 'http://home:5000', 'http://p/x/identity'],
  ])('has %s at %s as %s', (type, url, expected) => {
    expect(urlFor(type, url)).toBe(expected);
  });

  it('keeps everything else of an entry, and what it cannot read', () => {
    const rewritten = rewrittenCatalog(
      [entry('image', 'http://h'), 'junk', { type: 7 }, { type: 'x', endpoints: 1 }],
      how,
    );
    expect(rewritten).toEqual([
      { ...entry('image', 'http://p/x/image') },
      'junk',
      { type: 7 },
      { type: 'x', endpoints: [] },
    ]);
  });

  it("adds what only providers have, with the client's project in the place of the provider's", () => {
    const theirs = [
      { type: 'object-store', endpoints: [{ interface: 'public', region: 'A', url: 'http://a/v1/AUTH_theirs' }] },
      { type: 'compute', endpoints: [{ interface: 'public', region: 'A', url: 'http://a/v2.1' }] },
      { type: 'identity', endpoints: [{ interface: 'public', region: 'A', url: 'http://a/v3' }] },
      { type: 'dns', endpoints: [] },
    ] as const;
    const extra = extraServices(theirs, 'theirs', new Set(['compute']));
    expect(extra.map(({ type }) => type)).toEqual(['object-store']);
    const beyond = { services: extra, regions: [] };
    const [, added] = rewrittenCatalog([entry('image', 'http://h')], { ...how, beyond }) as ReturnType<typeof entry>[];
    expect(added?.endpoints.map((each) => each.interface)).toEqual(['public', 'internal', 'admin']);
    expect(added?.endpoints[0]).toMatchObject({
      url: 'http://p/x/object-store/v1/AUTH_mine',
      region: 'R',
      region_id: 'R',
    });
  });
});

describe('a catalog of the proxy with several regions', () => {
  const endpoint = (region: string) => ({
    id: region,
    interface: 'public',
    region,
    region_id: region,
    url: 'http://h/v2.1',
  });
  const catalog = (type: string) => [{ type, endpoints: [endpoint('One'), endpoint('Two')] }];
  const urls = (type: string, region: string | undefined, regions: readonly string[] = []) => {
    const beyond = { services: [], regions };
    const [first] = rewrittenCatalog(catalog(type), { ...how, region, beyond }) as ReturnType<typeof catalog>;
    return first?.endpoints.map((each) => `${each.region} ${each.url}`);
  };

  it("offers the whole federation in home's region, and in its other regions only these", () => {
    expect(urls('compute', undefined)).toEqual([
      'One http://p/x/compute/v2.1',
      'Two http://p/x/regions/Two/compute/v2.1',
    ]);
    expect(urls('compute', 'Two')).toEqual(['One http://p/x/regions/One/compute/v2.1', 'Two http://p/x/compute/v2.1']);
  });

  it("offers other providers' regions by name, with one Identity for all", () => {
    expect(urls('compute', 'One', ['B 2'])?.at(-1)).toBe('B 2 http://p/x/regions/B%202/compute/v2.1');
    expect(urls('identity', 'One', ['B 2'])?.at(-1)).toBe('B 2 http://p/x/identity/v2.1');
  });
});

describe('where a creation goes', () => {
  it.each([
    ['sp-a', { provider: 'sp-a' }],
    ['sp-a/lab', { provider: 'sp-a', project: 'lab' }],
    ['sp-a/a/b c', { provider: 'sp-a', project: 'a/b c' }],
    ['', undefined],
    ['/lab', undefined],
    ['sp a', undefined],
    ['sp-a/', undefined],
  ])('is %j as people write it', (text, place) => {
    expect(placeOf(text)).toEqual(place);
  });

  it('narrows to the provider, or to one project there', () => {
    expect(narrowingAt({ provider: 'a' })).toEqual({ providers: ['a'] });
    expect(narrowingAt({ provider: 'a', project: 'p' })).toEqual({ providers: ['a'], projects: ['p'] });
  });

  it.each([
    [
      { volume: { name: 'x@sp-a', size: 1 } },
      'volume',
      { place: { provider: 'sp-a' }, body: { volume: { name: 'x', size: 1 } } },
    ],
    [{ name: 'x@sp-a/lab' }, null, { place: { provider: 'sp-a', project: 'lab' }, body: { name: 'x' } }],
    [{ volume: { name: 'x@other' } }, 'volume', undefined],
    [{ volume: { name: '@sp-a' } }, 'volume', undefined],
    [{ volume: { name: 'x@' } }, 'volume', undefined],
    [{ volume: { name: 7 } }, 'volume', undefined],
    [{ server: { name: 'x@sp-a' } }, 'volume', undefined],
    [undefined, 'volume', undefined],
    [[1], null, undefined],
  ])('is what the name in %j says', (body, key, found) => {
    expect(namedPlace(body, key, ['home', 'sp-a'])).toEqual(found);
  });
});

describe('header lines', () => {
  const lines = pairsOf([
    'A',
    '1',
    'a',
    '2',
    'Connection',
    'Close, x-HOP',
    'X-Hop',
    '3',
    'Trailer',
    'T',
    'Upgrade',
    'h2c',
  ]);

  it('keep order, case and repetitions, and lose what is between two neighbours', () => {
    for (const pass of [upstreamHeaders, downstreamHeaders, identityHeaders, identityAnswerHeaders]) {
      expect(pass(lines)).toEqual([
        ['A', '1'],
        ['a', '2'],
      ]);
    }
  });

  it('have credentials where they are meant for home, and nowhere else', () => {
    const credentials = pairsOf([
      'X-AUTH-TOKEN',
      's',
      'x-subject-token',
      's',
      'Authorization',
      's',
      'X-Service-Token',
      's',
    ]);
    expect(upstreamHeaders(credentials)).toEqual([]);
    expect(identityHeaders(credentials)).toEqual(credentials);
    expect(downstreamHeaders(credentials).map(([name]) => name)).toEqual(['Authorization', 'X-Service-Token']);
    expect(identityAnswerHeaders(credentials)).toEqual(credentials);
    const cookies = pairsOf(['Set-Cookie', 'a', 'Set-Cookie2', 'b']);
    expect([...downstreamHeaders(cookies), ...identityAnswerHeaders(cookies)]).toEqual([]);
  });

  it('can be left out by name', () => {
    expect(without(pairsOf(['ETag', '1', 'etag', '2', 'B', '3']), 'ETAG')).toEqual([['B', '3']]);
  });
});

describe('a refusal', () => {
  const status = (error: unknown) => answerFor(error, 'compute', 'http://p/identity/v3').status;
  const provider = { provider: 'sp-a', step: 'present' as const };

  it.each([
    [new Refusal(413, 'x'), 413],
    [new HomeAuthError('x', { status: 404 }), 401],
    [new UsageError('x'), 400],
    [new NotFoundError('x', { providers: [] } as never), 404],
    [new CouldNotSayError('x', { absent: [], unsaid: [] } as never), 502],
    [new ProviderAuthError('x', { ...provider, status: 403 } as never), 403],
    [new ProviderAuthError('x', { ...provider, status: 500 } as never), 502],
    [new ProviderResponseError('x', { provider: 'sp-a', status: 404 }), 404],
    [new ProviderResponseError('x', { provider: 'sp-a', status: 500 }), 502],
    [new TransportError('x', { reason: 'timeout' } as never), 504],
    [new TransportError('x', { reason: 'connect' } as never), 502],
    [new CatalogError('x', { provider: 'sp-a', service: 'compute' }), 502],
    [new ConfigError('x'), 503],
    [new DOMException('x', 'TimeoutError'), 504],
    [new TypeError('a bug'), 500],
    ['not even an error', 500],
  ])('of %s has the status %i', (error, expected) => {
    expect(status(error)).toBe(expected);
  });

  it('tells nothing of what is inside when it is a bug', () => {
    const { body } = answerFor(new TypeError('cannot read secret of /path'), 'compute', '');
    expect(body).not.toContain('secret');
  });

  it.each([
    ['compute', { badRequest: { code: 400, message: 'why (what to do)' } }],
    ['block-storage', { badRequest: { code: 400, message: 'why (what to do)' } }],
    ['network', { NeutronError: { type: 'Fed400', message: 'why (what to do)', detail: '' } }],
    ['image', { error: { code: 400, title: 'badRequest', message: 'why (what to do)' } }],
    ['proxy', { error: { code: 400, title: 'badRequest', message: 'why (what to do)' } }],
  ])('reads as one of %s', (service, body) => {
    const answer = answerFor(new UsageError('why', { hint: 'what to do' }), service, '');
    expect(JSON.parse(String(answer.body))).toEqual(body);
  });

  it('says where to authenticate when that is what is needed', () => {
    expect(answerFor(new Refusal(401, 'x'), 'compute', 'http://p/identity/v3').headers).toContainEqual([
      'WWW-Authenticate',
      'Keystone uri="http://p/identity/v3"',
    ]);
  });
});

describe('a path of the proxy', () => {
  const about = async (path: string, projectId = 'mine') => {
    const service = serviceAt(path);
    if (service === undefined) return undefined;
    const { root, subject } = await serviceRoute(service, { path, query: '', projectId });
    return [service.type, root, subject.version, subject.path];
  };

  it.each([
    ['/compute/v2.1/servers/7', ['compute', '/compute', 'v2.1', '/servers/7']],
    ['/volumev3/v3/mine/volumes', ['block-storage', '/volumev3', 'v3', '/volumes']],
    ['/volume/v3/mine/volumes', ['block-storage', '/volume', 'v3', '/volumes']],
    ['/block-storage/v3/other/volumes', ['block-storage', '/block-storage', 'v3', '/other/volumes']],
    ['/object-store/v1/AUTH_mine/c/o', ['object-store', '/object-store', 'v1', '/c/o']],
    ['/image', ['image', '/image', undefined, '']],
    ['/rating/v1/x', ['rating', '/rating', 'v1', '/x']],
    ['/', undefined],
    ['/%zz/x', undefined],
    ['/..%2f/x', undefined],
  ])('%s is about %j', async (path, expected) => {
    expect(await about(path)).toEqual(expected);
  });
});

describe('where version documents are', () => {
  it.each([
    ['/compute', true],
    ['/compute/', true],
    ['/compute/v2.1', true],
    ['/volumev3/v3/', true],
    ['/volumev3/v3/mine', false],
    ['/object-store/v1/AUTH_mine', false],
    ['/compute/v2.1/servers', false],
  ])('%s: %s', async (path, isVersions) => {
    const service = serviceAt(path);
    if (service === undefined) throw new Error(`${path} is of no service`);
    const isVersionsAt = async (query: string) =>
      (await serviceRoute(service, { path, query, projectId: 'mine' })).isVersions;
    expect(await isVersionsAt('')).toBe(isVersions);
    expect(await isVersionsAt('a=1')).toBe(false);
  });
});
