/** What every store of locations does, wherever it keeps them. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { LocationEntry, LocationStore } from '../../src/ports/memory.ts';

export function entry(
  id: string,
  options: { type?: string; provider?: string; projectId?: string; region?: string } = {},
): LocationEntry {
  const { type = 'server', provider = 'sp-a', projectId = '0123456789abcdef0123456789abcdef', region } = options;
  return { type, id, location: { provider, projectId, ...(region === undefined ? {} : { region }) } };
}

export async function allOf(store: LocationStore): Promise<LocationEntry[]> {
  const entries: LocationEntry[] = [];
  for await (const each of store.entries()) entries.push(each);
  return entries.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Ids that no cloud should give, and that clouds have given. */
export const strangeIds: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  '.',
  '..',
  '../../etc/passwd',
  'a/b',
  'a\\b',
  'a\\',
  'a"b',
  '","',
  '["x","server"]',
  'line\nbreak',
  '\n["x","server","sp-b","p"]\n',
  'carriage\r\nreturn',
  'tab\tand\0nul',
  'ünïcödé',
  '東京のサーバー',
  '🦀',
  '\ud800 alone',
  '\u2028\u2029\u0085',
  '\u001b[31mred',
  'fed locations 1',
  'x'.repeat(300),
  '京'.repeat(300),
];

/** @param open gives an empty store, anew for each test */
export function locationsConformance(title: string, open: () => LocationStore): void {
  describe(title, () => {
    let store: LocationStore;
    beforeEach(() => {
      store = open();
    });

    it('knows nothing at first', async () => {
      expect(await store.find('one')).toEqual([]);
      expect(await allOf(store)).toEqual([]);
    });

    it('finds what was put, by its id alone', async () => {
      await store.put([entry('one'), entry('two', { provider: 'home', projectId: 'p' })]);
      expect(await store.find('one')).toEqual([entry('one')]);
      expect(await store.find('two')).toEqual([entry('two', { provider: 'home', projectId: 'p' })]);
      expect(await store.find('tw')).toEqual([]);
      expect(await store.find('twoo')).toEqual([]);
    });

    it('finds all types that share an id', async () => {
      const both = [entry('1', { type: 'flavor' }), entry('1', { type: 'keypair', provider: 'sp-b' })];
      await store.put(both);
      expect(await store.find('1')).toEqual(expect.arrayContaining(both));
      expect(await store.find('1')).toHaveLength(2);
    });

    it('remembers the last location that was put', async () => {
      await store.put([entry('one')]);
      await store.put([entry('one', { provider: 'sp-b' })]);
      expect(await store.find('one')).toEqual([entry('one', { provider: 'sp-b' })]);
      await store.put([entry('one')]);
      expect(await store.find('one')).toEqual([entry('one')]);
    });

    it('tells the regions of a provider apart, and a region from none', async () => {
      const all = [
        entry('a'),
        entry('b', { region: 'north' }),
        entry('c', { region: 'south' }),
        entry('d', { region: '' }),
      ];
      await store.put(all);
      expect(await allOf(store)).toStrictEqual(all);
      for (const region of ['north', 'south', undefined]) {
        const moved = entry('a', region === undefined ? {} : { region });
        await store.put([moved]);
        expect(await store.find('a')).toStrictEqual([moved]);
      }
      await store.forget('server', 'b');
      expect(await store.find('b')).toEqual([]);
    });

    it('takes the last of those that were put together', async () => {
      await store.put([entry('one'), entry('one', { provider: 'sp-b' })]);
      expect(await store.find('one')).toEqual([entry('one', { provider: 'sp-b' })]);
    });

    it('forgets one type of an id and keeps the others', async () => {
      await store.put([entry('1', { type: 'flavor' }), entry('1', { type: 'keypair' })]);
      await store.forget('flavor', '1');
      expect(await store.find('1')).toEqual([entry('1', { type: 'keypair' })]);
      expect(await allOf(store)).toEqual([entry('1', { type: 'keypair' })]);
    });

    it('forgets what it does not know', async () => {
      await store.forget('server', 'one');
      expect(await store.find('one')).toEqual([]);
    });

    it('remembers again what it was told to forget', async () => {
      await store.put([entry('one')]);
      await store.forget('server', 'one');
      await store.put([entry('one')]);
      expect(await store.find('one')).toEqual([entry('one')]);
    });

    it('gives every entry once', async () => {
      await store.put([entry('b'), entry('a')]);
      await store.put([entry('a'), entry('c')]);
      await store.forget('server', 'b');
      expect(await allOf(store)).toEqual([entry('a'), entry('c')]);
    });

    it('knows nothing after it was cleared, and learns again', async () => {
      await store.put([entry('one'), entry('two')]);
      await store.clear();
      expect(await store.find('one')).toEqual([]);
      expect(await allOf(store)).toEqual([]);
      await store.put([entry('one')]);
      expect(await allOf(store)).toEqual([entry('one')]);
    });

    it('says what was learnt last, where it knows that', async () => {
      if (store.recent === undefined) return;
      expect(await store.recent()).toEqual([]);
      await store.put([entry('one', { provider: 'sp-a' }), entry('two', { provider: 'sp-b' })]);
      await store.put([entry('three', { provider: 'sp-c', type: 'volume' })]);
      expect(await store.recent()).toEqual([
        entry('three', { provider: 'sp-c', type: 'volume' }),
        entry('two', { provider: 'sp-b' }),
        entry('one', { provider: 'sp-a' }),
      ]);
    });

    it('takes nothing, and many', async () => {
      await store.put([]);
      const many = Array.from({ length: 12_000 }, (_, index) => entry(`id-${String(index).padStart(5, '0')}`));
      await store.put(many);
      await store.put(many);
      expect(await store.find('id-00000')).toEqual([entry('id-00000')]);
      expect(await store.find('id-11999')).toEqual([entry('id-11999')]);
      expect(await allOf(store)).toEqual(many);
    });

    it.each(strangeIds.map((id) => [JSON.stringify(id).slice(0, 40), id]))('is safe with the id %s', async (_, id) => {
      const others = [entry('before'), entry('x', { projectId: 'right' })];
      await store.put(others);
      await store.put([entry(id), entry(id, { type: id })]);
      expect(await store.find(id)).toEqual(expect.arrayContaining([entry(id), entry(id, { type: id })]));
      expect(await store.find('x')).toEqual([entry('x', { projectId: 'right' })]);
      expect(await allOf(store)).toHaveLength(4);
      await store.forget(id, id);
      expect(await store.find(id)).toEqual([entry(id)]);
    });

    it('keeps names of providers, projects and regions as they are', async () => {
      const names = strangeIds.map((name, index) =>
        entry(`id-${index}`, { provider: name, projectId: `${name}!`, region: `${name}?` }),
      );
      const short = names.filter(({ location }) => location.provider.length < 300);
      await store.put(short);
      for (const each of short) expect(await store.find(each.id)).toEqual([each]);
    });

    it('does not take changes of an entry after it was put', async () => {
      const location = { provider: 'sp-a', projectId: 'p' };
      await store.put([{ type: 'server', id: 'one', location }]);
      location.provider = 'sp-b';
      expect(await store.find('one')).toEqual([entry('one', { projectId: 'p' })]);
    });
  });
}
