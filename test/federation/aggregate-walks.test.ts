import { describe, expect, it } from 'vitest';
import { byLinks, byMarkers, idsIn } from '../support/aggregated.ts';
import { fakeFederation } from '../support/fake-federation.ts';
import { type FakeItem, fakeService } from '../support/fake-service.ts';

/** Small and repeatable (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface World {
  readonly scopes: Record<string, string[]>;
  readonly items: Record<string, FakeItem[]>;
  readonly most: number;
  readonly limit: number;
}

const names = ['alpha', 'Alpha', 'beta', 'Beta_2', 'gamma', 'ärger', 'zeta', '', null, 'a-b', 'A_b'];

function world(seed: number): World {
  const next = random(seed);
  const whole = (most: number) => Math.floor(next() * (most + 1));
  const scopes: Record<string, string[]> = {};
  const items: Record<string, FakeItem[]> = {};
  for (let provider = 0; provider <= whole(3); provider += 1) {
    const name = provider === 0 ? 'home' : `sp-${provider}`;
    scopes[name] = Array.from({ length: provider === 0 ? 1 : 1 + whole(2) }, (_, at) => `p${at}`);
    for (const project of scopes[name]) {
      items[`${name}/${project}`] = Array.from({ length: whole(1) * whole(14) }, () => ({
        id: `${(whole(0xffffff) + 0x1000000).toString(16)}-${name}-${project}-${whole(0xffffff)}`,
        name: names[whole(names.length - 1)] ?? null,
        size: whole(1) === 0 ? null : whole(4),
        created_at: `2026-01-0${1 + whole(8)}T00:00:00Z`,
      }));
    }
  }
  return { scopes, items, most: 1 + whole(6), limit: 1 + whole(8) };
}

/** What one cloud with everything would answer, where the order of the scopes decides between equals. */
function expected({ scopes, items }: World, key?: string, direction?: string): string[] {
  const all = Object.entries(scopes).flatMap(([provider, projects]) =>
    projects.map((project) => [...(items[`${provider}/${project}`] ?? [])]),
  );
  if (key === undefined) return all.flat().map(({ id }) => id);
  const plain = (value: unknown) =>
    typeof value === 'string' ? value.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase() : value;
  const compare = (a: unknown, b: unknown) => {
    if (a === b) return 0;
    if (a === null) return -1;
    if (b === null) return 1;
    return (a as string) < (b as string) ? -1 : 1;
  };
  return all
    .flatMap((list) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    .toSorted((a, b) => compare(plain(a[key]), plain(b[key])) * (direction === 'desc' ? -1 : 1))
    .map(({ id }) => id);
}

const asMariaDb = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase();
const seeds = Array.from({ length: 25 }, (_, at) => at + 1);

describe('walking any federation', () => {
  it.each(seeds)('gives each item once, scope after scope, by links and by own markers (seed %i)', async (seed) => {
    const made = world(seed);
    const { federation } = await fakeFederation({ scopes: made.scopes, answer: fakeService(made) });
    const target = `volume/volumes/detail?limit=${made.limit}`;
    const pages = await byLinks(federation, target);
    expect(idsIn(pages)).toEqual(expected(made));
    expect(pages.slice(0, -1).every(({ ids }) => ids.length === made.limit)).toBe(true);
    expect(idsIn(await byMarkers(federation, target))).toEqual(expected(made));
    expect(idsIn(await byLinks(federation, 'volume/volumes', { pageSize: made.limit }))).toEqual(expected(made));
  });

  it.each(seeds)('gives each item once and in order where it is sorted, both ways (seed %i)', async (seed) => {
    const made = world(seed);
    const service = fakeService({ ...made, spelling: asMariaDb });
    const { federation } = await fakeFederation({ scopes: made.scopes, answer: service });
    const key = ['name', 'size', 'created_at'][seed % 3] ?? 'name';
    const direction = seed % 2 === 0 ? 'asc' : 'desc';
    const target = `volume/volumes?limit=${made.limit}&sort=${key}:${direction}`;
    const pages = await byLinks(federation, target);
    expect(idsIn(pages)).toEqual(expected(made, key, direction));
    expect(pages.slice(0, -1).every(({ ids }) => ids.length === made.limit)).toBe(true);
    expect(idsIn(await byMarkers(federation, target))).toEqual(expected(made, key, direction));
  });

  it.each(seeds)('loses and repeats nothing where databases disagree about the order (seed %i)', async (seed) => {
    const made = world(seed);
    const spelling = (text: string, { provider }: { provider: string }) =>
      provider === 'sp-1' ? text : asMariaDb(text);
    const { federation } = await fakeFederation({ scopes: made.scopes, answer: fakeService({ ...made, spelling }) });
    const target = `volume/volumes?limit=${made.limit}&sort=name:asc`;
    const byLink = idsIn(await byLinks(federation, target));
    expect(byLink.toSorted()).toEqual(expected(made).toSorted());
    expect(idsIn(await byMarkers(federation, target))).toEqual(byLink);
  });
});
