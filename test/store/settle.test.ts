import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDiskLocations } from '../../src/store/disk-locations.ts';
import { pathsIn, SHARDS } from '../../src/store/location-files.ts';
import { readLine } from '../../src/store/location-lines.ts';
import { SOME_SHARDS, settle } from '../../src/store/settle.ts';
import { createTrouble } from '../../src/store/trouble.ts';
import { entry } from './locations.conformance.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path, warn, warnings } = temporaryDirectory();
const settleFor = (most: number): void =>
  settle(pathsIn(path('store')), createTrouble('Locations', path('store'), warn), most);
const settleSome = (): void => settleFor(SOME_SHARDS);
const settleAll = (): void => settleFor(SHARDS);
const open = () => openDiskLocations({ directory: path('store'), warn });
/** Ids of one shard, as they end alike. */
const idsOfOneShard = Array.from({ length: 200 }, (_, index) => `${String(index).padStart(34, '0')}7f`);

it('moves all lines to the shards of their ids', async () => {
  await open().put([entry(idsOfOneShard[0] ?? ''), entry(idsOfOneShard[1] ?? ''), entry('a name')]);
  settleAll();
  expect(readdirSync(path('store'))).toEqual(['shards']);
  expect(readdirSync(path('store', 'shards'))).toHaveLength(2);
  expect(readFileSync(path('store', 'shards', '7f'), 'latin1').split('\n')).toHaveLength(4);
  expect(await open().find('a name')).toEqual([entry('a name')]);
});

it('does nothing when there is nothing to move', () => {
  mkdirSync(path('store'));
  settleAll();
  expect(readdirSync(path('store'))).toEqual([]);
});

it('writes a shard that has doubled anew, without what was forgotten or is said twice', async () => {
  for (const provider of ['sp-a', 'sp-b', 'sp-c']) await open().put(idsOfOneShard.map((id) => entry(id, { provider })));
  for (const id of idsOfOneShard.slice(3)) await open().forget('server', id);
  settleAll();
  const lines = readFileSync(path('store', 'shards', '7f'), 'latin1')
    .trimEnd()
    .split('\n');
  expect(lines[0]).toMatch(/^fed locations 1 \d+$/);
  expect(lines.slice(1).map(readLine)).toEqual(idsOfOneShard.slice(0, 3).map((id) => entry(id, { provider: 'sp-c' })));
});

it('loses nothing when it fails on the way, and goes on the next time', async () => {
  const ids = Array.from({ length: 256 }, (_, index) => `${'0'.repeat(34)}${index.toString(16).padStart(2, '0')}`);
  await open().put(ids.map((id) => entry(id)));
  // A shard that cannot be written, whoever runs this.
  mkdirSync(path('store', 'shards', '80'), { recursive: true });
  expect(settleAll).toThrow(/EISDIR/);
  expect(readdirSync(path('store'))).not.toContain('lock');
  await open().put([entry(ids[0] ?? '', { provider: 'sp-b' })]);
  for (const id of ids.slice(1)) expect(await open().find(id)).toEqual([entry(id)]);
  rmdirSync(path('store', 'shards', '80'));
  settleAll();
  settleAll();
  expect(readdirSync(path('store'))).toEqual(['shards']);
  for (const id of ids.slice(1)) expect(await open().find(id)).toEqual([entry(id)]);
  expect(await open().find(ids[0] ?? '')).toEqual([entry(ids[0] ?? '', { provider: 'sp-b' })]);
});

describe('settling in parts', () => {
  /** One id for each shard. */
  const ids = Array.from({ length: SHARDS }, (_, index) => `${'0'.repeat(34)}${index.toString(16).padStart(2, '0')}`);
  const shards = () => readdirSync(path('store', 'shards'));

  it('moves the lines of some shards at a time, and finds all meanwhile', async () => {
    await open().put(ids.map((id) => entry(id)));
    for (let moved = SOME_SHARDS; moved < SHARDS; moved += SOME_SHARDS) {
      settleSome();
      expect(shards()).toHaveLength(moved);
      expect(readdirSync(path('store'))).toContain('retired');
    }
    for (const id of ids) expect(await open().find(id)).toEqual([entry(id)]);
    settleSome();
    expect(readdirSync(path('store'))).toEqual(['shards']);
    for (const id of ids) expect(await open().find(id)).toEqual([entry(id)]);
    const lines = shards().flatMap((name) => readFileSync(path('store', 'shards', name), 'latin1').match(/^\["/gm));
    expect(lines).toHaveLength(ids.length);
    expect(warnings).toEqual([]);
  });

  it('leaves what is newer to be found first', async () => {
    await open().put(ids.map((id) => entry(id)));
    settleSome();
    await open().put(ids.map((id) => entry(id, { provider: 'sp-b' })));
    for (const id of ids) expect(await open().find(id)).toEqual([entry(id, { provider: 'sp-b' })]);
    settleAll();
    settleAll();
    for (const id of ids) expect(await open().find(id)).toEqual([entry(id, { provider: 'sp-b' })]);
  });

  it('moves again what was moved by a process that was killed before it took it away', async () => {
    await open().put(ids.map((id) => entry(id)));
    const all = readFileSync(path('store', 'recent'), 'latin1');
    settleSome();
    writeFileSync(path('store', 'retired'), all);
    writeFileSync(path('store', 'retired.1-x.tmp'), 'half');
    settleAll();
    expect(readdirSync(path('store'))).toEqual(['shards']);
    for (const id of ids) expect(await open().find(id)).toEqual([entry(id)]);
    expect(warnings).toEqual([]);
  });

  it('is done by those that put something: none of them moves all', async () => {
    const idOf = (at: number) => `${at} ${'x'.repeat(1000)}`;
    let count = 0;
    const putOne = () => open().put([entry(idOf(count++))]);
    // Some thirty, of as many shards.
    while (!existsSync(path('store', 'retired'))) await putOne();
    expect(readdirSync(path('store')).sort()).toEqual(['retired', 'shards']);
    expect(shards()).toHaveLength(SOME_SHARDS);
    await putOne();
    expect(readdirSync(path('store')).sort()).toEqual(['recent', 'shards']);
    for (let at = 0; at < count; at += 1) expect(await open().find(idOf(at))).toEqual([entry(idOf(at))]);
  });
});

it('removes what a killed process has left half written', async () => {
  await open().put([entry('one')]);
  mkdirSync(path('store', 'shards'));
  writeFileSync(path('store', 'shards', '7f.1-x.tmp'), 'half');
  settleAll();
  expect(readdirSync(path('store', 'shards'))).toHaveLength(1);
  expect(warnings).toEqual([]);
});
