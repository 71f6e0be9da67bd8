import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wheres } from './expected.ts';
import { type Lane, openLane } from './lanes.ts';
import { networkRows } from './rows.ts';

let lane: Lane;

beforeAll(async () => {
  lane = await openLane({ idle: 60, timeout: 60 });
}, 120_000);

afterAll(() => lane.close());

describe.each(networkRows.filter(({ isLate }) => isLate !== true))('$name, $door', (row) => {
  it.each(wheres)('%s', async (where) => {
    const { seen, wanted } = await lane.meet(row, where);
    expect(seen).toEqual(wanted);
  });
});
