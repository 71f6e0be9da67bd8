/** Faults that only a deadline ends: home, one and all side by side, as there is little to do but to wait. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Where, wheres } from './expected.ts';
import { type Lane, openLane } from './lanes.ts';
import { networkRows } from './rows.ts';

/** Seconds. What is well has to answer in this time, on a machine that others use, too. */
const IDLE = 4;

const lanes = new Map<Where, Lane>();

beforeAll(async () => {
  for (const where of wheres) lanes.set(where, await openLane({ idle: IDLE, timeout: 55, endless: 12 }));
}, 120_000);

afterAll(async () => {
  for (const lane of lanes.values()) await lane.close();
});

it.each(networkRows.filter(({ isLate }) => isLate === true))('$name, $door', async (row) => {
  const met = await Promise.all([...lanes].map(async ([where, lane]) => ({ where, ...(await lane.meet(row, where)) })));
  expect(met.map(({ where, seen }) => ({ where, ...seen }))).toEqual(
    met.map(({ where, wanted }) => ({ where, ...wanted })),
  );
});
