import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LocationStore } from '../../src/ports/memory.ts';
import { openDiskLocations } from '../../src/store/disk-locations.ts';
import { hashOf, keyOf, partOf, startOfId } from '../../src/store/location-lines.ts';
import { allOf, entry, locationsConformance } from './locations.conformance.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path, warn, warnings } = temporaryDirectory();
const asRoot = process.getuid?.() === 0;

function open(directory = path('locations')): LocationStore {
  return openDiskLocations({ directory, warn });
}

/** Entries with ids of the usual length, all different, the same at each call. */
function entries(count: number, first = 0): ReturnType<typeof entry>[] {
  return Array.from({ length: count }, (_, index) =>
    entry(`6f1f0000-0000-4000-8000-${(first + index).toString(16).padStart(12, '0')}`),
  );
}

/** Put so much, as many short processes do it, that it is moved to the shards. */
async function fill(first = 0): Promise<ReturnType<typeof entry>[]> {
  const many = entries(4000, first);
  for (let start = 0; start < many.length; start += 500) await open().put(many.slice(start, start + 500));
  expect(readdirSync(path('locations', 'shards')).length).toBeGreaterThan(200);
  return many;
}

function bytesOf(directory: string): number {
  return readdirSync(directory, { recursive: true })
    .map((name) => statSync(join(directory, String(name))))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

locationsConformance('locations on disk', () => open());

describe('locations on disk', () => {
  it('are there for the next process', async () => {
    await open().put([entry('one')]);
    expect(await open().find('one')).toEqual([entry('one')]);
    expect(await allOf(open())).toEqual([entry('one')]);
  });

  it('make nothing until something is put', async () => {
    await open().find('one');
    await open().forget('server', 'one');
    await open().clear();
    await allOf(open());
    expect(existsSync(path('locations'))).toBe(false);
  });

  it('can be read by nobody else, whatever the umask', async () => {
    const before = process.umask(0o777);
    try {
      for (let first = 0; first < 4000; first += 500) await open(path('new', 'locations')).put(entries(500, first));
    } finally {
      process.umask(before);
    }
    const modes = (parent: string): string[] =>
      readdirSync(parent, { withFileTypes: true }).flatMap((found) => {
        const own = (statSync(join(parent, found.name)).mode & 0o777).toString(8);
        return [own, ...(found.isDirectory() ? modes(join(parent, found.name)) : [])];
      });
    expect(existsSync(path('new', 'locations', 'shards', '00'))).toBe(true);
    expect(new Set(modes(path('new')))).toEqual(new Set(['700', '600']));
  });

  it('write nothing for what is remembered already', async () => {
    const many = entries(500);
    await open().put(many);
    const before = bytesOf(path('locations'));
    await open().put(many);
    for (const each of many.slice(0, 20)) await open().put([each]);
    expect(bytesOf(path('locations'))).toBe(before);
    await open().put([entry('new')]);
    expect(bytesOf(path('locations'))).toBeGreaterThan(before);
  });

  it('write nothing for what is remembered already when there is very much of it', async () => {
    const many = entries(8000);
    const store = open();
    for (let start = 0; start < many.length; start += 1000) await store.put(many.slice(start, start + 1000));
    const before = bytesOf(path('locations'));
    await store.put(many);
    const other = open();
    for (let start = 0; start < many.length; start += 1000) await other.put(many.slice(start, start + 1000));
    expect(bytesOf(path('locations'))).toBe(before);
  });

  it('see what another process puts and forgets, also after much was put', async () => {
    const store = open();
    const many = entries(5000);
    await store.put(many);
    const [first] = many;
    if (first === undefined) throw new Error('There are entries.');
    await open().forget(first.type, first.id);
    expect(await store.find(first.id)).toEqual([]);
    await store.put(many);
    expect(await store.find(first.id)).toEqual([first]);
    await open().put([{ ...first, location: { provider: 'sp-b', projectId: 'moved' } }]);
    await store.put([first]);
    expect(await open().find(first.id)).toEqual([first]);
  });

  it('keep entries apart whose hashes are equal', async () => {
    const [one, other] = collision();
    const [key, otherKey] = [keyOf('server', one), keyOf('server', other)];
    expect(hashOf(key, 0, key.length)).toBe(hashOf(otherKey, 0, otherKey.length));
    const store = open();
    await store.put(entries(3000));
    await store.put([entry(one)]);
    await store.put([entry(other)]);
    expect(await open().find(one)).toEqual([entry(one)]);
    expect(await open().find(other)).toEqual([entry(other)]);
  });

  it('need one file while there are few, and under 100 bytes an entry', async () => {
    await open().put(entries(300));
    expect(readdirSync(path('locations'))).toEqual(['recent']);
    expect(bytesOf(path('locations')) / 300).toBeLessThan(100);
  });

  it('need under 100 bytes an entry when there are many, spread evenly', async () => {
    await open().put(entries(40_000));
    expect(bytesOf(path('locations')) / 40_000).toBeLessThan(100);
    const sizes = readdirSync(path('locations', 'shards')).map(
      (name) => statSync(path('locations', 'shards', name)).size,
    );
    expect(sizes).toHaveLength(256);
    expect(Math.max(...sizes)).toBeLessThan(2 * (sizes.reduce((sum, size) => sum + size, 0) / 256));
  });

  it('are found wherever in a file they are', async () => {
    const ids = entries(2500).map((each, index) => entry(each.id, { provider: 'p'.repeat(1 + (index % 90)) }));
    const store = open();
    await store.put(ids);
    expect(readdirSync(path('locations'))).toEqual(['recent']);
    expect(statSync(path('locations', 'recent')).size).toBeGreaterThan(4 * 65_536);
    for (const each of ids) expect(await store.find(each.id)).toEqual([each]);
    const before = bytesOf(path('locations'));
    for (const each of ids) await open().put([each]);
    expect(bytesOf(path('locations'))).toBe(before);
  });

  it('are spread evenly also when ids are no UUIDs', async () => {
    const names = entries(20_000).map((each, index) => entry(`vm-${index}.example.org`, { provider: each.id }));
    await open().put(names);
    const sizes = readdirSync(path('locations', 'shards')).map(
      (name) => statSync(path('locations', 'shards', name)).size,
    );
    expect(sizes).toHaveLength(256);
    expect(Math.max(...sizes)).toBeLessThan(2 * (sizes.reduce((sum, size) => sum + size, 0) / 256));
  });

  it('do not grow with what is put and forgotten again and again', async () => {
    const store = open();
    const few = entries(300);
    await store.put(few);
    for (let round = 0; round < 150; round += 1) {
      for (const provider of ['sp-a', 'sp-b']) {
        await store.put(few.map((each) => ({ ...each, location: { provider, projectId: String(round) } })));
      }
    }
    // 90,000 lines were written: 8 MB.
    expect(bytesOf(path('locations'))).toBeLessThan(256 * 16_400 + 1_100_000);
    expect(await allOf(store)).toHaveLength(300);
  });

  it('drop what was learned first when a shard is full', async () => {
    const provider = 'p'.repeat(3000);
    const shard = partOf(startOfId('sought'));
    const sameShard = Array.from({ length: 300_000 }, (_, index) => `id-${index}`)
      .filter((id) => partOf(startOfId(id)) === shard)
      .slice(0, 600)
      .map((id) => entry(id, { provider }));
    const store = open();
    for (let start = 0; start < sameShard.length; start += 100) await store.put(sameShard.slice(start, start + 100));
    const kept = (await allOf(store)).length;
    expect(kept).toBeGreaterThan(250);
    expect(kept).toBeLessThan(500);
    expect(await store.find(sameShard.at(-1)?.id ?? '')).toHaveLength(1);
    expect(await store.find(sameShard.at(0)?.id ?? '')).toHaveLength(0);
  });

  it('do not remember what would make an endless line', async () => {
    await open().put([entry('x'.repeat(5000)), entry('one')]);
    expect(await allOf(open())).toEqual([entry('one')]);
  });

  it('are all removed by clear, with what was put aside', async () => {
    await fill();
    writeFileSync(path('locations', 'recent'), 'garbage');
    await open().find('one');
    expect(readdirSync(path('locations')).some((name) => name.includes('.damaged-'))).toBe(true);
    await open().clear();
    expect(readdirSync(path('locations'), { recursive: true })).toEqual(['shards']);
  });
});

describe('damaged locations', () => {
  const damages = {
    'bytes of something else': 'PNG\x89\n\0\0\0garbage\n',
    'another version': 'fed locations 2\n["one","server","sp-a","p"]\n',
    'nothing but zeros': '\0'.repeat(4096),
    'a line without an end': 'x'.repeat(5000),
  };

  it.each(Object.entries(damages))('are put aside with one warning when recent has %s', async (_, content) => {
    mkdirSync(path('locations'), { mode: 0o700 });
    writeFileSync(path('locations', 'recent'), content, 'latin1');
    const store = open();
    expect(await store.find('one')).toEqual([]);
    expect(await store.find('two')).toEqual([]);
    await store.put([entry('one')]);
    expect(await store.find('one')).toEqual([entry('one')]);
    expect(await open().find('one')).toEqual([entry('one')]);
    expect(warnings).toEqual([expect.stringMatching(/recent\.damaged-20.*anew/)]);
    const aside = readdirSync(path('locations')).find((name) => name.includes('.damaged-')) ?? '';
    expect(readFileSync(path('locations', aside), 'latin1')).toBe(content);
  });

  it.each(Object.entries(damages))('are put aside with one warning when every shard has %s', async (_, content) => {
    const many = await fill();
    for (const name of readdirSync(path('locations', 'shards'))) {
      writeFileSync(path('locations', 'shards', name), content, 'latin1');
    }
    warnings.length = 0;
    const store = open();
    for (const each of many.slice(0, 50)) await store.find(each.id);
    expect(warnings).toHaveLength(1);
    await store.put(many);
    expect(warnings).toHaveLength(1);
    warnings.length = 0;
    expect(await allOf(open())).toHaveLength(4000);
    expect(warnings).toEqual([]);
  });

  it('lose only the damaged lines where lines are moved on', async () => {
    const store = open();
    await store.put([entry('before')]);
    writeFileSync(path('locations', 'recent'), 'garbage\n\0\0\0\n', { flag: 'a' });
    await store.put([entry('after')]);
    expect(warnings).toEqual([]);
    await fill();
    expect(warnings).toEqual([expect.stringMatching(/retired\.damaged-/)]);
    expect(await store.find('before')).toEqual([entry('before')]);
    expect(await store.find('after')).toEqual([entry('after')]);
  });

  it('lose only the damaged lines of a shard that is written anew', async () => {
    const many = await fill();
    const first = many[0]?.id ?? '';
    const shard = path('locations', 'shards', partOf(startOfId(first)).toString(16).padStart(2, '0'));
    writeFileSync(shard, `garbage\n${'#'.repeat(20_000)}\n`, { flag: 'a' });
    await fill(4000);
    await fill(8000);
    expect(warnings).toEqual([expect.stringMatching(/damaged-/)]);
    expect(readFileSync(shard, 'latin1')).not.toContain('garbage');
    expect(await open().find(first)).toEqual([many[0]]);
  });

  it.each([
    ['a line cut short', '\n["torn","server","sp-a","0123'],
    ['a line cut short after the type', '\n["torn","server"'],
    ['only a line break', '\n'],
    ['the first characters of a line', '\n["'],
  ])('take %s for what a killed process left, without a word', async (_, tail) => {
    const store = open();
    await store.put([entry('before')]);
    writeFileSync(path('locations', 'recent'), tail, { flag: 'a' });
    expect(await store.find('torn')).toEqual([]);
    await store.put([entry('after')]);
    expect(await allOf(store)).toEqual([entry('after'), entry('before')]);
    await fill();
    expect(await store.find('before')).toEqual([entry('before')]);
    expect(await store.find('after')).toEqual([entry('after')]);
    expect(await store.find('torn')).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('take an empty file for an empty one', async () => {
    mkdirSync(path('locations'), { mode: 0o700 });
    writeFileSync(path('locations', 'recent'), '');
    await open().put([entry('one')]);
    expect(await open().find('one')).toEqual([entry('one')]);
    expect(warnings).toEqual([]);
  });
});

describe('a move that another process did not finish', () => {
  it('is finished by the next, and everything is found meanwhile', async () => {
    const store = open();
    await store.put([entry('old'), entry('changed')]);
    const { renameSync } = await import('node:fs');
    renameSync(path('locations', 'recent'), path('locations', 'retired'));
    expect(await open().find('old')).toEqual([entry('old')]);
    await open().put([entry('changed', { provider: 'sp-b' })]);
    expect(await open().find('changed')).toEqual([entry('changed', { provider: 'sp-b' })]);
    expect(await allOf(open())).toHaveLength(2);
    await fill();
    const shards = readdirSync(path('locations', 'shards')).map((name) => path('locations', 'shards', name));
    expect(shards.filter((shard) => readFileSync(shard, 'latin1').includes('["old"'))).toHaveLength(1);
    expect(await open().find('old')).toEqual([entry('old')]);
    expect(await open().find('changed')).toEqual([entry('changed', { provider: 'sp-b' })]);
  });

  it('is left to the process that is at it', async () => {
    await open().put([entry('one')]);
    symlinkSync(`${process.ppid} ${hostname()}`, path('locations', 'lock'));
    await open().put(entries(15_000));
    await open().put(entries(15_000));
    expect(existsSync(path('locations', 'shards'))).toBe(false);
    expect(await open().find('one')).toEqual([entry('one')]);
    expect(await allOf(open())).toHaveLength(15_001);
    expect(readdirSync(path('locations'))).toContain('lock');
  });
});

describe('a directory that cannot be used', () => {
  async function useAll(store: LocationStore): Promise<void> {
    await store.put([entry('one')]);
    await store.put(entries(3000));
    await store.find('one');
    await store.forget('server', 'one');
    await allOf(store);
    await store.clear();
    await store.put([entry('one')]);
  }

  it('is passed over with one warning when a file is in its place', async () => {
    writeFileSync(path('file'), 'something of the user');
    await useAll(open(path('file')));
    expect(warnings).toEqual([expect.stringContaining('is not a directory')]);
    warnings.length = 0;
    await useAll(open(path('file', 'below')));
    expect(warnings).toHaveLength(1);
    expect(readFileSync(path('file'), 'utf8')).toBe('something of the user');
  });

  it('is passed over with one warning when a directory is in the place of a file', async () => {
    mkdirSync(path('locations', 'recent'), { recursive: true, mode: 0o700 });
    await useAll(open());
    expect(warnings).toHaveLength(1);
  });

  it('is passed over with one warning when others can write it', async () => {
    mkdirSync(path('locations'));
    chmodSync(path('locations'), 0o770);
    await useAll(open());
    expect(warnings).toEqual([expect.stringContaining('can be written by others')]);
    expect(readdirSync(path('locations'))).toEqual([]);
  });

  it.skipIf(!asRoot)('is passed over with one warning when it belongs to another user (needs root)', async () => {
    mkdirSync(path('locations'), { mode: 0o700 });
    chownSync(path('locations'), 12345, 12345);
    await useAll(open());
    expect(warnings).toEqual([expect.stringContaining('belongs to another user')]);
    expect(readdirSync(path('locations'))).toEqual([]);
  });

  it.skipIf(asRoot)('is passed over with one warning when it is read-only (not as root)', async () => {
    await open().put([entry('kept')]);
    chmodSync(path('locations'), 0o500);
    chmodSync(path('locations', 'recent'), 0o400);
    await useAll(open());
    expect(warnings).toHaveLength(1);
    expect(await open().find('kept')).toEqual([entry('kept')]);
  });
});

/** Two ids whose keys have the same hash, found by trying. */
function collision(): [string, string] {
  const seen = new Map<number, string>();
  for (let index = 0; ; index += 1) {
    const id = `id ${index}`;
    const key = keyOf('server', id);
    const hash = hashOf(key, 0, key.length);
    const other = seen.get(hash);
    if (other !== undefined) return [other, id];
    seen.set(hash, id);
  }
}
