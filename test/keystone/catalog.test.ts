import { describe, expect, it } from 'vitest';
import { type Catalog, catalogEntryFor, catalogFrom, offerOf, type Wanted } from '../../src/keystone/catalog.ts';
import type { Service } from '../../src/services/types.ts';

const BLOCK_STORAGE: Service = {
  type: 'block-storage',
  aliases: ['volumev3', 'volumev2', 'volume'],
  version: 'v3',
  projectInPath: true,
};

const endpoint = (url: string, changes: Record<string, string> = {}) => ({
  interface: 'public',
  region: 'RegionA',
  url,
  ...changes,
});
const PUBLIC: Wanted = { interfaces: ['public'] };

describe('catalogFrom', () => {
  it('reduces what Keystone lists to what is needed', () => {
    const listed = [
      {
        id: '1',
        name: 'cinderv3',
        type: 'volumev3',
        endpoints: [{ id: '2', interface: 'public', region: 'R', region_id: 'R', url: 'http://c:8776/v3/p' }],
      },
    ];
    expect(catalogFrom(listed)).toEqual([
      { type: 'volumev3', endpoints: [{ interface: 'public', region: 'R', url: 'http://c:8776/v3/p' }] },
    ]);
  });

  it('takes region_id, and region where there is no other', () => {
    const [entry] = catalogFrom([
      {
        type: 'x',
        endpoints: [
          { interface: 'public', region_id: 'A', url: 'http://a' },
          { interface: 'public', region: 'B', url: 'http://b' },
        ],
      },
    ]);
    expect(entry?.endpoints.map(({ region }) => region)).toEqual(['A', 'B']);
  });

  it('leaves out what is no endpoint, whatever shape it has', () => {
    expect(catalogFrom([null, 3, { endpoints: [] }, { type: 'x', endpoints: 'none' }])).toEqual([
      { type: 'x', endpoints: [] },
    ]);
    expect(catalogFrom([{ type: 'x', endpoints: [null, { url: '' }, { interface: 'public', url: null }] }])).toEqual([
      { type: 'x', endpoints: [] },
    ]);
    expect(catalogFrom({ compute: 'http://x' })).toEqual([]);
    expect(catalogFrom(undefined)).toEqual([]);
  });
});

describe('offerOf', () => {
  const urlsIn = (catalog: Catalog, want: Wanted = PUBLIC) => {
    const offer = offerOf(catalog, BLOCK_STORAGE, want);
    return offer.kind === 'offered' ? offer.endpoints.map(({ url }) => url) : offer;
  };

  it('prefers the canonical type, then the aliases in their order', () => {
    const catalog: Catalog = [
      { type: 'volume', endpoints: [endpoint('http://c/v1')] },
      { type: 'volumev3', endpoints: [endpoint('http://c/v3')] },
    ];
    expect(urlsIn(catalog)).toEqual(['http://c/v3']);
    const both = [...catalog, { type: 'block-storage', endpoints: [endpoint('http://c/canonical')] }];
    expect(urlsIn(both)).toEqual(['http://c/canonical']);
  });

  it('goes on to an alias where the canonical type has no endpoint that fits', () => {
    const catalog: Catalog = [
      { type: 'block-storage', endpoints: [endpoint('http://c/internal', { interface: 'internal' }), endpoint(' ')] },
      { type: 'volumev3', endpoints: [endpoint('http://c/v3')] },
    ];
    expect(urlsIn(catalog)).toEqual(['http://c/v3']);
  });

  it('gives an endpoint for each region, and one where regions share it', () => {
    const catalog: Catalog = [
      {
        type: 'volumev3',
        endpoints: [
          endpoint('http://a'),
          endpoint('http://b', { region: 'RegionB' }),
          endpoint('http://a/', { region: 'RegionC' }),
          endpoint('http://second-of-a'),
        ],
      },
    ];
    expect(offerOf(catalog, BLOCK_STORAGE, PUBLIC)).toEqual({
      kind: 'offered',
      endpoints: [
        { url: 'http://a', regions: ['RegionA', 'RegionC'] },
        { url: 'http://b', regions: ['RegionB'] },
      ],
    });
    expect(urlsIn(catalog, { ...PUBLIC, region: 'RegionB' })).toEqual(['http://b']);
  });

  it('takes an endpoint without a region for every region', () => {
    const catalog: Catalog = [{ type: 'volumev3', endpoints: [endpoint('http://a', { region: '' })] }];
    expect(urlsIn(catalog, { ...PUBLIC, region: 'RegionB' })).toEqual(['http://a']);
  });

  it('takes the first interface that a region has', () => {
    const catalog: Catalog = [
      {
        type: 'volumev3',
        endpoints: [
          endpoint('http://a/public'),
          endpoint('http://a/internal', { interface: 'internal' }),
          endpoint('http://b/public', { region: 'RegionB' }),
        ],
      },
    ];
    expect(urlsIn(catalog, { interfaces: ['internal', 'public'] })).toEqual(['http://a/internal', 'http://b/public']);
  });

  it('drops slashes at the end, and passes over what is no http URL', () => {
    const catalog: Catalog = [
      { type: 'volumev3', endpoints: [endpoint('/v3'), endpoint('ftp://c/v3'), endpoint('http://c/v3//')] },
    ];
    expect(urlsIn(catalog)).toEqual(['http://c/v3']);
  });

  it('says that a service is absent only where the catalog has others', () => {
    expect(urlsIn([{ type: 'image', endpoints: [endpoint('http://i')] }])).toEqual({ kind: 'absent' });
  });

  it.each<[string, Catalog, Wanted, string]>([
    ['an empty catalog', [], PUBLIC, 'its catalog is empty'],
    [
      'another region',
      [{ type: 'volumev3', endpoints: [endpoint('http://a'), endpoint('http://b', { region: 'RegionB' })] }],
      { ...PUBLIC, region: 'HomeRegion' },
      'its catalog has block-storage in RegionA, RegionB, not in HomeRegion',
    ],
    [
      'another interface',
      [{ type: 'volumev3', endpoints: [endpoint('http://a', { interface: 'admin' })] }],
      PUBLIC,
      'its catalog has block-storage at the interface admin, not public',
    ],
    [
      'a URL that is none',
      [{ type: 'volumev3', endpoints: [endpoint('ftp://c/v3')] }],
      PUBLIC,
      'its catalog gives block-storage the URL "ftp://c/v3", which cannot be used',
    ],
    [
      'no endpoint',
      [{ type: 'volumev3', endpoints: [] }],
      PUBLIC,
      'its catalog names block-storage without an endpoint',
    ],
  ])('says why a service cannot be asked: %s', (_name, catalog, want, reason) => {
    expect(offerOf(catalog, BLOCK_STORAGE, want)).toEqual({ kind: 'unusable', reason });
  });
});

describe('catalogEntryFor', () => {
  const CATALOG: Catalog = [
    { type: 'compute', endpoints: [endpoint('https://cloud.example:8774/v2.1')] },
    { type: 'image', endpoints: [endpoint('https://image.example'), endpoint('http://10.0.0.1:9292/')] },
    { type: 'identity', endpoints: [endpoint('https://cloud.example/identity')] },
    { type: 'block-storage', endpoints: [endpoint('https://cloud.example/volume/v3/p1')] },
    { type: 'volume', endpoints: [endpoint('https://cloud.example/volume')] },
    { type: 'broken', endpoints: [endpoint('not a url')] },
  ];
  const found = (url: string) => {
    const match = catalogEntryFor(CATALOG, url);
    return match && [match.entry.type, match.rest];
  };

  it.each([
    ['https://cloud.example:8774/v2.1/servers?limit=5', ['compute', '/servers?limit=5']],
    ['https://cloud.example:8774/v2.1', ['compute', '']],
    ['https://cloud.example:8774/v2.1/', ['compute', '/']],
    ['https://CLOUD.example:8774/v2.1/servers', ['compute', '/servers']],
    ['https://image.example:443/v2/images', ['image', '/v2/images']],
    ['http://10.0.0.1:9292/v2/images#top', ['image', '/v2/images']],
    ['https://cloud.example/volume/v3/p1/volumes', ['block-storage', '/volumes']],
    ['https://cloud.example/volume/v3/p2/volumes', ['volume', '/v3/p2/volumes']],
    ['https://cloud.example:8774/v2.1/os-keypairs/my%2Fkey', ['compute', '/os-keypairs/my%2Fkey']],
    ['https://image.example/v2/ключ', ['image', '/v2/%D0%BA%D0%BB%D1%8E%D1%87']],
  ])('%s is inside', (url, expected) => {
    expect(found(url)).toEqual(expected);
  });

  it.each([
    ['another host', 'https://evil.example:8774/v2.1/servers'],
    ['another scheme', 'http://cloud.example:8774/v2.1/servers'],
    ['another port', 'https://cloud.example:8775/v2.1/servers'],
    ['a host that starts the same', 'https://cloud.example.evil.example:8774/v2.1/servers'],
    ['a segment that starts the same', 'https://cloud.example:8774/v2.10/servers'],
    ['a path above the endpoint', 'https://cloud.example:8774/'],
    ['dot segments', 'https://cloud.example:8774/v2.1/../v3/x'],
    ['dot segments that lead back inside', 'https://cloud.example:8774/v2.1/x/../servers'],
    ['encoded dot segments', 'https://cloud.example:8774/v2.1/%2e%2E/v3'],
    ['dots with an encoded slash', 'https://cloud.example:8774/v2.1/..%2fv3'],
    ['dots encoded twice', 'https://cloud.example:8774/v2.1/%252e%252e/v3'],
    ['dots with an encoded backslash', 'https://cloud.example:8774/v2.1/..%5cv3'],
    ['backslashes', 'https://cloud.example:8774\\@evil.example/v2.1'],
    ['an encoded spelling of the prefix', 'https://cloud.example:8774/%762.1/servers'],
    ['credentials', 'https://user:password@cloud.example:8774/v2.1/servers'],
    ['a host as user name', 'https://cloud.example:8774@evil.example/v2.1'],
    ['a tab, which parsers drop', 'https://cloud.example:8774/v2.1/.\t./x'],
    ['white space in front', ' https://cloud.example:8774/v2.1/servers'],
    ['no URL', '/v2.1/servers'],
    ['another protocol', 'file:///v2.1'],
  ])('%s is outside', (_what, url) => {
    expect(found(url)).toBeUndefined();
  });
});
