import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LocationEntry, LocationStore } from '../../src/ports/memory.ts';
import { openDiskLocations } from '../../src/store/disk-locations.ts';
import {
  forgottenLine,
  hashOf,
  header,
  keyOf,
  lineOf,
  partOf,
  readLine,
  startOfId,
} from '../../src/store/location-lines.ts';
import { allOf, entry } from './locations.conformance.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path, warn, warnings } = temporaryDirectory();

function open(): LocationStore {
  return openDiskLocations({ directory: path('locations'), warn });
}

function lineFor({ type, id, location }: LocationEntry): string {
  return lineOf(keyOf(type, id), location) ?? '';
}

/** As lines were written before they had a check. */
function uncheckedLineFor({ type, id, location }: LocationEntry): string {
  return JSON.stringify([id, type, location.provider, location.projectId]);
}

/** All texts that differ from this one in one bit. */
/** @param step 1: every bit; 7: one or two of each byte, another in each */
function* flipped(text: string, step = 1): Generator<string> {
  const bytes = Buffer.from(text, 'latin1');
  for (let bit = 0; bit < 8 * bytes.length; bit += step) {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield copy.toString('latin1');
  }
}

function writeRecent(content: string): void {
  mkdirSync(path('locations'), { recursive: true, mode: 0o700 });
  writeFileSync(path('locations', 'recent'), content, 'latin1');
}

/** @returns the shard's file */
function writeShard(id: string, lines: readonly string[]): string {
  const shard = path('locations', 'shards', partOf(startOfId(id)).toString(16).padStart(2, '0'));
  mkdirSync(path('locations', 'shards'), { recursive: true, mode: 0o700 });
  writeFileSync(shard, `${header(0)}${lines.join('\n')}\n`, 'latin1');
  return shard;
}

const one = entry('6f1f0000-0000-4000-8000-000000000001');
const north = entry('6f1f0000-0000-4000-8000-000000000002', { provider: 'home', region: 'north' });

describe('a line that has lost a bit', () => {
  it.each([
    ['a location', lineFor(one)],
    ['a location in a region', lineFor(north)],
    ['what is not known any more', forgottenLine(keyOf('server', one.id))],
  ])('is noticed, whichever bit of %s it is', (_, line) => {
    expect(readLine(line)).toBeTypeOf('object');
    const unnoticed = [...flipped(line)].filter((each) => readLine(each) !== 'damaged');
    expect(unnoticed).toEqual([]);
  });

  it('is no answer, whichever byte of the file it is in', async () => {
    const wrong: unknown[] = [];
    for (const content of flipped(`${header()}${lineFor(north)}\n\n${lineFor(one)}\n`, 7)) {
      writeRecent(content);
      warnings.length = 0;
      const store = open();
      const found = [...(await store.find(one.id)), ...(await store.find(north.id))];
      const isRight = found.every((each) => [one, north].some((right) => isSame(each, right)));
      if (!isRight || warnings.length > 1) wrong.push(content, found, [...warnings]);
      rmSync(path('locations'), { recursive: true });
    }
    expect(wrong).toEqual([]);
  });

  it.each(['recent', 'shard'])('is put aside where it is looked up in a %s, with one warning', async (where) => {
    const damaged = lineFor(one).replace('sp-a', 'sp-c');
    const volume = entry(one.id, { type: 'volume' });
    const lines = [damaged, lineFor(volume)];
    if (where === 'recent') writeRecent(`${header()}${lines.join('\n')}\n`);
    else writeShard(one.id, lines);
    const store = open();
    expect(await store.find(one.id)).toEqual([volume]);
    expect(await store.find(one.id)).toEqual([volume]);
    expect(warnings).toEqual([expect.stringMatching(/damaged in part \(a line\); it was put aside as .*\.damaged-/)]);
    warnings.length = 0;
    await store.put([one]);
    expect(await open().find(one.id)).toEqual(expect.arrayContaining([one, volume]));
    expect(warnings).toEqual([]);
    const files = readdirSync(path('locations'), { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const having = files.filter(({ parentPath, name }) =>
      readFileSync(`${parentPath}/${name}`, 'latin1').includes('sp-c'),
    );
    expect(having.map(({ name }) => name)).toEqual([expect.stringContaining('.damaged-')]);
  });

  it.each([
    ['listed', (store: LocationStore) => allOf(store)],
    ['compared with what is put in bulk', (store: LocationStore) => store.put(many)],
  ])('is put aside where everything is %s', async (_, visit) => {
    const shard = writeShard(one.id, [lineFor(one).replace('sp-a', 'sp-c'), lineFor({ ...one, type: 'volume' })]);
    await visit(open());
    expect(warnings).toHaveLength(1);
    expect(readFileSync(shard, 'latin1')).not.toContain('sp-c');
    expect(await open().find(one.id)).toEqual([{ ...one, type: 'volume' }]);
  });
});

describe('a line without a check', () => {
  it('is read, and gets one when its shard is written anew', async () => {
    const moved = entry('moved');
    const shard = writeShard('moved', [uncheckedLineFor(moved)]);
    expect(await open().find('moved')).toEqual([moved]);
    expect(await allOf(open())).toEqual([moved]);
    writeFileSync(shard, `["fo","server"]\n${'x'.repeat(20_000)}\n`, { flag: 'a' });
    const other = sameShard('moved');
    writeRecent(`${header()}${lineFor(other)}\n`);
    // What is damaged has the shard written anew.
    await allOf(open());
    expect(readFileSync(shard, 'latin1').split('\n').slice(1)).toEqual([lineFor(moved), lineFor(other), '']);
    expect(await open().find('moved')).toEqual([moved]);
  });

  it('goes on saying that something is not known any more', async () => {
    writeShard('gone', [uncheckedLineFor(entry('gone')), '["gone","server"]']);
    await open().forget('server', 'gone');
    expect(await open().find('gone')).toEqual([]);
    expect(readdirSync(path('locations'))).toEqual(['shards']);
  });
});

it('a line that says more than this version knows is left alone, without a word', async () => {
  const key = keyOf('server', 'later');
  const rest = ',"sp-a","project","region","more"]';
  const later = `${key},${checkOf(key + rest)}${rest}`;
  const shard = writeShard('later', [later]);
  expect(await open().find('later')).toEqual([]);
  expect(await allOf(open())).toEqual([]);
  expect(warnings).toEqual([]);
  expect(readFileSync(shard, 'latin1')).toContain(later);
});

const many = Array.from({ length: 2001 }, (_, index) => entry(`many-${index}`));

function isSame(entry: LocationEntry, other: LocationEntry): boolean {
  return lineFor(entry) === lineFor(other);
}

/** Another entry whose line belongs to the same shard. */
function sameShard(id: string): LocationEntry {
  for (let index = 0; ; index += 1) {
    if (partOf(startOfId(`other-${index}`)) === partOf(startOfId(id))) return entry(`other-${index}`);
  }
}

function checkOf(text: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const hash = hashOf(text, 0, text.length);
  return [0, 6, 12, 18, 24, 30].map((bits) => digits[(hash >>> bits) & 63]).join('');
}
