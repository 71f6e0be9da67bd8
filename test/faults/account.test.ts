import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountRows } from './account-rows.ts';
import { secretsIn, unsafeRepetitions } from './checks.ts';
import { frontEnds } from './front-ends.ts';
import { openWorld, type World } from './world.ts';

const worlds = new Map<string, World>();

beforeAll(async () => {
  for (const front of frontEnds) worlds.set(front.name, await openWorld(front, { idle: 60 }));
}, 120_000);

afterAll(async () => {
  for (const world of worlds.values()) await world.close();
});

it.each(accountRows)('$name, $at', async ({ at, isWarm, put, before, wanted }) => {
  const seen: Record<string, string> = {};
  const met = await Promise.allSettled(
    frontEnds.map(async (front) => {
      const world = worlds.get(front.name);
      if (world === undefined || wanted[front.name] === undefined) return;
      await world.reset();
      const cloud = at === 'home' ? 'home' : 'sp-b';
      const ready = await front.open({ world, cloud, timeout: 60 });
      try {
        if (isWarm === true) await ready.use();
        world.sandbox.clearRequests();
        for (const fault of put) await world.sandbox.faults.add(fault);
        before?.(world);
        const { result, missing, shown } = await ready.use();
        seen[front.name] = `${result}${missing.length === 0 ? '' : ` −${missing.join()}`}`;
        if (process.env.SHOW) process.stderr.write(`@@ ${front.name} ${seen[front.name]}: ${shown.slice(0, 600)}\n`);
        expect(unsafeRepetitions(world), front.name).toEqual([]);
        expect(secretsIn(world, shown), front.name).toEqual([]);
      } finally {
        await ready.close();
      }
    }),
  );
  for (const one of met) if (one.status === 'rejected') throw one.reason;
  expect(seen).toEqual(wanted);
});
