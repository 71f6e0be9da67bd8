/** Aggregated listings on clouds that answer for themselves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Composed, compose } from '../../src/compose.ts';
import { typeNamed } from '../../src/services/index.ts';
import { byLinks, byMarkers, idsIn, pageOf } from '../support/aggregated.ts';
import { type Clouds, openClouds } from './clouds.ts';

let clouds: Clouds;
let folder: string;
let composed: Composed;

beforeAll(async () => {
  clouds = await openClouds();
  folder = mkdtempSync(join(tmpdir(), 'fed-aggregate-'));
  composed = await open(folder);
});

afterAll(async () => {
  await composed.close();
  await clouds.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(home: string): Promise<Composed> {
  const env = { ...clouds.env('alice'), HOME: home };
  return compose({ env, cwd: home, homeDirectory: home, options: {}, narrowing: {}, warn: () => {} });
}

/** Ids by the scopes that list them, as fed's own listing finds them. */
async function everything(name: string): Promise<string[]> {
  const type = typeNamed(name);
  if (type === undefined) throw new Error(name);
  const ids: string[] = [];
  for await (const event of composed.federation.list(type)) {
    if (event.kind === 'unsaid') throw new Error(event.unsaid.reason);
    if (event.kind === 'items') ids.push(...event.items.map(({ item }) => (item as { id: string }).id));
  }
  return ids.toSorted();
}

describe('an aggregated walk over real services', () => {
  it.each([
    'volume/volumes?limit=7',
    'volume/volumes/detail?limit=7&sort=name:desc',
    'volume/volumes?limit=7&sort=created_at:asc,id:asc',
  ])('gives every volume exactly once, by links and by own markers (%s)', async (target) => {
    const { federation } = composed;
    const all = await everything('volume');
    expect(all.length).toBeGreaterThanOrEqual(82);
    const pages = await byLinks(federation, target);
    const linked = idsIn(pages);
    expect(linked.toSorted()).toEqual(all);
    expect(pages.slice(0, -1).every(({ ids }) => ids.length === 7)).toBe(true);
    expect(pages.flatMap(({ missing }) => missing)).toEqual([]);
    expect(idsIn(await byMarkers(federation, target))).toEqual(linked);
  });

  it('gives them in order', async () => {
    const { body } = await pageOf(composed.federation, 'volume/volumes?sort=name:desc');
    const names = (body.volumes as ReadonlyArray<{ name: string | null }>).map(({ name }) =>
      (name ?? '').toUpperCase(),
    );
    expect(names).toEqual(names.toSorted().toReversed());
  });

  it('counts them', async () => {
    const headers = [['OpenStack-API-Version', 'volume 3.45']] as const;
    const page = await pageOf(composed.federation, 'volume/volumes?limit=1&with_count=true', { headers });
    expect(page.body.count).toBe((await everything('volume')).length);
  });

  it.each([
    ['server', 'compute/servers'],
    ['image', 'image/images'],
    ['network', 'network/networks'],
    ['subnet', 'network/subnets'],
    ['port', 'network/ports'],
    ['security-group', 'network/security-groups'],
  ])('gives each %s once', async (type, target) => {
    const all = await everything(type);
    expect(idsIn(await byLinks(composed.federation, `${target}?limit=3`)).toSorted()).toEqual(all);
    expect(idsIn(await byMarkers(composed.federation, `${target}?limit=3`)).toSorted()).toEqual(all);
  });

  it.each(['', '&sort=name:asc'])('names a provider that cannot be entered on every page (%s)', async (sort) => {
    const all = await everything('volume');
    await clouds.break('mapping');
    const fresh = await open(mkdtempSync(join(folder, 'fresh-')));
    try {
      const pages = await byLinks(fresh.federation, `volume/volumes?limit=30${sort}`);
      const shown = idsIn(pages);
      expect(shown.length).toBeGreaterThanOrEqual(82);
      expect(all).toEqual(expect.arrayContaining(shown));
      expect(shown.length).toBeLessThan(all.length);
      const { missing } = pages.at(-1) ?? { missing: [] };
      expect(missing).toEqual([expect.stringMatching(/^sp-c\/: /)]);
      if (sort !== '') expect(pages.every((page) => page.missing.length === 1)).toBe(true);
    } finally {
      await clouds.mend();
      await fresh.close();
    }
  });
});
