import { expect, it } from 'vitest';
import { ringOf } from '../../../src/store/shared/ring.ts';
import { fakeCache } from './fake-cache.ts';

function servers(count: number) {
  return new Map(Array.from({ length: count }, (_, index) => [`cache-${index}.example:11211`, fakeCache()] as const));
}

const keys = Array.from({ length: 4000 }, (_, index) => `key ${index}`);
const entries = keys.map((key) => ({ key, value: Buffer.from(key) }));

it('spreads keys over the servers evenly, and finds each again', async () => {
  const four = servers(4);
  const ring = ringOf(four);
  expect(await ring.set(entries, 60)).toEqual(keys.map(() => true));
  for (const { held } of four.values()) {
    expect(held.size).toBeGreaterThan(700);
    expect(held.size).toBeLessThan(1300);
  }
  expect(await ring.get([...keys, 'none'])).toEqual([...entries.map(({ value }) => value), 'absent']);
});

it('goes to the same servers in whatever order they are given', async () => {
  const four = servers(4);
  await ringOf(four).set(entries, 60);
  const reversed = ringOf(new Map([...four].reverse()));
  expect(await reversed.get(keys)).toEqual(entries.map(({ value }) => value));
});

it('moves only the share of a server that is added', async () => {
  const four = servers(4);
  await ringOf(four).set(entries, 60);
  const five = ringOf(new Map([...four, ['cache-new.example:11211', fakeCache()]]));
  const moved = (await five.get(keys)).filter((answer) => answer === 'absent').length;
  expect(moved).toBeGreaterThan(400);
  expect(moved).toBeLessThan(1300);
});

it('loses only the share of a server that is away', async () => {
  const four = servers(4);
  const ring = ringOf(four);
  await ring.set(entries, 60);
  const [away] = four.values();
  if (away === undefined) throw new Error('There are servers.');
  away.isAway = true;
  const answers = await ring.get(keys);
  expect(answers.filter((answer) => answer === 'cannot say')).toHaveLength(away.held.size);
  expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(keys.length - away.held.size);
});

it('adds, deletes and closes where the keys are', async () => {
  const four = servers(4);
  const ring = ringOf(four);
  const entry = { key: 'one', value: Buffer.from('1') };
  expect([await ring.add(entry, 60), await ring.add(entry, 60)]).toEqual([true, false]);
  await ring.delete(['one', 'two']);
  expect(await ring.get(['one'])).toEqual(['absent']);
  await ring.close();
  expect([...four.values()].every(({ isClosed }) => isClosed)).toBe(true);
});
