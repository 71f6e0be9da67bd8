import { describe, expect, it } from 'vitest';
import type { ListEvent } from '../../src/federation/list.ts';
import { showSubject } from '../../src/federation/resource.ts';
import type { Narrowing } from '../../src/federation/roster.ts';
import { subjectOf } from '../../src/federation/subject.ts';
import { typeNamed } from '../../src/services/index.ts';
import type { ResourceType } from '../../src/services/types.ts';
import {
  type CloudAnswer,
  type CloudRequest,
  type FakeOptions,
  fakeFederation,
  notFound,
  projectId,
} from '../support/fake-federation.ts';

const VOLUME = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const IMAGE = '33333333-3333-4333-8333-333333333333';

function type(name: string): ResourceType {
  const found = typeNamed(name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** sp-a has two regions, each with a volume of its own; images are the same in both. */
const volumes: Readonly<Record<string, string>> = { One: VOLUME, Two: OTHER };

function answer({ region = '', path, method }: CloudRequest): CloudAnswer {
  const id = path.split('?')[0]?.split('/').at(-1) ?? '';
  if (method === 'POST') return { status: 202, json: { volume: { id: 'made', name: region } } };
  if (path.startsWith('/volumes/detail')) {
    return { json: { volumes: volumes[region] === undefined ? [] : [{ id: volumes[region], name: region }] } };
  }
  if (path.startsWith('/images')) return id === IMAGE ? { json: { id, visibility: 'private' } } : notFound(id);
  return volumes[region] === id ? { json: { volume: { id, name: region } } } : notFound(id);
}

function twoRegions(options: Partial<FakeOptions> = {}) {
  return fakeFederation({
    scopes: { home: ['research'], 'sp-a': ['lab'] },
    regions: { 'sp-a': ['One', 'Two'] },
    answer,
    ...options,
  });
}

async function listed(events: AsyncIterable<ListEvent>) {
  const items: unknown[] = [];
  const unsaid: string[] = [];
  for await (const event of events) {
    if (event.kind === 'items') {
      items.push(...event.items.map(({ scope, item }) => `${scope.provider} ${scope.region} ${Object(item).id}`));
    }
    if (event.kind === 'unsaid') unsaid.push(`${event.unsaid.provider}: ${event.unsaid.reason}`);
  }
  return { items: items.sort(), unsaid };
}

describe('a provider with several regions', () => {
  it('is listed in all of them', async () => {
    const { federation } = await twoRegions();
    expect((await listed(federation.list(type('volume')))).items).toEqual([`sp-a One ${VOLUME}`, `sp-a Two ${OTHER}`]);
  });

  it('is asked once for a service that is the same in several', async () => {
    const { federation, log } = await twoRegions({ answer: () => ({ json: { images: [] } }) });
    await listed(federation.list(type('image')));
    expect(log().filter((line) => line.startsWith('sp-a'))).toHaveLength(1);
  });

  it('is searched in all of them, and the region is remembered', async () => {
    const { federation, locations, log, requests } = await twoRegions();
    const shown = await federation.show(type('volume'), OTHER);
    expect(shown.scope).toMatchObject({ provider: 'sp-a', region: 'Two' });
    expect([...locations.values()].map(({ location }) => location)).toEqual([
      { provider: 'sp-a', projectId: projectId('lab'), region: 'Two' },
    ]);
    requests.length = 0;
    await federation.show(type('volume'), OTHER);
    expect(log()).toEqual([`sp-a lab Two GET /volumes/${OTHER}`]);
  });

  it('is searched again where a location of an earlier time says no region', async () => {
    const { federation, locations } = await twoRegions();
    locations.set('x', { type: 'volume', id: OTHER, location: { provider: 'sp-a', projectId: projectId('lab') } });
    await expect(federation.show(type('volume'), OTHER)).resolves.toMatchObject({ scope: { region: 'Two' } });
  });

  it('forgets a region that the catalog has no more', async () => {
    const { federation, locations } = await twoRegions();
    const location = { provider: 'sp-a', projectId: projectId('lab'), region: 'Closed' };
    locations.set(JSON.stringify(['volume', VOLUME]), { type: 'volume', id: VOLUME, location });
    await expect(federation.show(type('volume'), VOLUME)).resolves.toMatchObject({ scope: { region: 'One' } });
  });

  it('has requests forwarded to the region that owns what they are about', async () => {
    const { federation, log } = await twoRegions();
    const forward = { method: 'DELETE', subject: await subjectOf(`volume/volumes/${OTHER}`), headers: [] };
    await federation.forward(forward);
    expect(log().at(-1)).toBe(`sp-a lab Two DELETE /volumes/${OTHER}`);
  });

  it('has creations sent to the region of what they name', async () => {
    const { federation, log } = await twoRegions();
    const body = JSON.stringify({ volume: { source_volid: OTHER, size: 1 } });
    const forwarded = await federation.forward({
      method: 'POST',
      subject: await subjectOf('volume/volumes'),
      headers: [],
      body,
    });
    expect(log().at(-1)).toBe('sp-a lab Two POST /volumes');
    expect(forwarded.scope.region).toBe('Two');
  });

  it('refuses a creation that may be for either, and sends nothing', async () => {
    const { federation, log } = await twoRegions();
    const create = async (narrowing: Narrowing) =>
      federation.forward({
        method: 'POST',
        subject: await subjectOf('volume/volumes'),
        headers: [],
        body: JSON.stringify({ volume: { imageRef: IMAGE, size: 1 } }),
        narrowing,
      });
    await expect(create({ providers: ['sp-a'] })).rejects.toMatchObject({
      code: 'FED_USAGE',
      message: expect.stringContaining('sp-a/lab in One, sp-a/lab in Two'),
      hint: expect.stringContaining('--region'),
    });
    expect(log().filter((line) => line.includes('POST'))).toEqual([]);
    await create({ providers: ['sp-a'], regions: ['Two'] });
    expect(log().at(-1)).toBe('sp-a lab Two POST /volumes');
  });

  it('is narrowed to a region by its name, which no other provider need have', async () => {
    const { federation, log } = await twoRegions();
    const narrowing = { regions: ['Two'] };
    expect((await listed(federation.list(type('volume'), { narrowing }))).items).toEqual([`sp-a Two ${OTHER}`]);
    expect(log()).toEqual(['sp-a lab Two GET /volumes/detail']);
    await expect(federation.show(type('volume'), VOLUME, { narrowing })).rejects.toMatchObject({
      code: 'FED_NOT_FOUND',
    });
  });

  it('says which regions there are where one is wanted that nobody has', async () => {
    const { federation } = await twoRegions();
    await expect(listed(federation.list(type('volume'), { narrowing: { regions: ['Tow'] } }))).rejects.toMatchObject({
      code: 'FED_USAGE',
      message: expect.stringMatching(/no region Tow .*home-region, One, Two/),
    });
  });

  it('is none of a provider that is elsewhere, whatever services that lacks', async () => {
    const { federation } = await twoRegions({
      scopes: { home: ['research'], 'sp-a': ['lab'], 'sp-c': ['archive'] },
      without: { 'sp-c': ['volumev3'] },
    });
    const failure = {
      code: 'FED_USAGE',
      message: expect.stringMatching(/no region Tow .*home-region, One, Two, sp-c/),
    };
    const narrowing = { regions: ['Tow'] };
    await expect(listed(federation.list(type('volume'), { narrowing }))).rejects.toMatchObject(failure);
    await expect(federation.show(type('volume'), OTHER, { narrowing })).rejects.toMatchObject(failure);
    const subject = await subjectOf('volume/volumes/detail');
    const aggregated = federation.aggregate({ subject, headers: [], narrowing, self: 'http://p/volumes' });
    await expect(aggregated).rejects.toMatchObject(failure);
    const there = federation.aggregate({
      subject,
      headers: [],
      narrowing: { regions: ['sp-c-region'] },
      self: 'http://p/volumes',
    });
    await expect(there).rejects.toMatchObject({ message: 'sp-c has no block-storage service.' });
  });

  it('that has other services, and not this one, is said to lack it', async () => {
    const volumes = [{ interface: 'public', region: 'One', url: 'http://sp-a.test/volume/v3' }];
    const images = [{ interface: 'public', region: 'Two', url: 'http://sp-a.test/image' }];
    const catalog = [
      { type: 'volumev3', endpoints: volumes },
      { type: 'image', endpoints: images },
    ];
    const { federation } = await twoRegions({ catalogs: { 'sp-a': catalog } });
    await expect(listed(federation.list(type('volume'), { narrowing: { regions: ['Two'] } }))).rejects.toMatchObject({
      message: 'There is no block-storage service in Two at home, sp-a.',
    });
  });

  it('is not said to be nowhere by those who could be entered alone', async () => {
    const { federation } = await twoRegions({
      listAnswer: (provider) => (provider === 'sp-a' ? { status: 503, json: {} } : undefined),
      remembered: { home: ['research'], 'sp-a': [] },
    });
    const narrowing = { regions: ['Two'] };
    await expect(federation.show(type('volume'), OTHER, { narrowing })).rejects.toMatchObject({
      code: 'FED_COULD_NOT_SAY',
    });
    expect((await listed(federation.list(type('volume'), { narrowing }))).unsaid).toHaveLength(1);
  });

  it('is aggregated over its regions, page by page', async () => {
    const { federation } = await twoRegions();
    const seen: string[] = [];
    let query = 'limit=1';
    for (let page = 0; page < 4 && query !== ''; page += 1) {
      const subject = { ...(await subjectOf('volume/volumes/detail')), query };
      const aggregated = await federation.aggregate({ subject, headers: [], narrowing: {}, self: 'http://p/volumes' });
      if (aggregated.kind !== 'page') throw new Error(aggregated.kind);
      const parts: Uint8Array[] = [];
      const { body } = aggregated;
      if (body instanceof Uint8Array) parts.push(body);
      else for await (const part of body as AsyncIterable<Uint8Array>) parts.push(part);
      const json = JSON.parse(Buffer.concat(parts).toString());
      seen.push(...json.volumes.map(({ id }: { id: string }) => id));
      query = new URL(json.volumes_links?.[0]?.href ?? 'http://p/').search.slice(1);
    }
    expect(seen).toEqual([VOLUME, OTHER]);
  });
});

describe('a service that cannot be asked', () => {
  const inNoRegion = [
    { type: 'volumev3', endpoints: [{ interface: 'admin', region: 'One', url: 'http://sp-a.test/v3' }] },
  ];

  it.each([
    ['an interface that is not there', inNoRegion, 'at the interface admin, not public'],
    ['an empty catalog', [], 'its catalog is empty'],
  ])('is missing from a listing, and said: %s', async (_name, catalog, reason) => {
    const { federation } = await twoRegions({ catalogs: { 'sp-a': catalog }, regions: {} });
    const { unsaid } = await listed(federation.list(type('volume')));
    expect(unsaid).toEqual([expect.stringContaining(reason)]);
  });

  it('keeps a search from saying "not found"', async () => {
    const { federation } = await twoRegions({ catalogs: { 'sp-a': inNoRegion }, regions: {} });
    await expect(federation.show(type('volume'), OTHER)).rejects.toMatchObject({ code: 'FED_COULD_NOT_SAY' });
  });

  it('is asked nowhere where the catalog has other services', async () => {
    const { federation, log } = await twoRegions({ without: { 'sp-a': ['volumev3'] } });
    const { named } = showSubject(type('volume'), OTHER);
    await expect(federation.show(type('volume'), named.id)).rejects.toMatchObject({ code: 'FED_NOT_FOUND' });
    expect(log().some((line) => line.startsWith('sp-a'))).toBe(false);
  });
});

describe('a region of home that is not there', () => {
  it('is a usage error that says which there are', async () => {
    const { federation } = await twoRegions({ homeRegion: 'HomeRegoin' });
    const failure = { code: 'FED_USAGE', message: 'home has no region HomeRegoin; there are: home-region.' };
    await expect(listed(federation.list(type('volume')))).rejects.toMatchObject(failure);
  });

  it("is nobody else's: home's region does not narrow other providers", async () => {
    const { federation } = await twoRegions({ homeRegion: 'home-region' });
    expect((await listed(federation.list(type('volume')))).items).toEqual([`sp-a One ${VOLUME}`, `sp-a Two ${OTHER}`]);
  });
});
