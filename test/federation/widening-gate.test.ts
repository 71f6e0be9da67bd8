import { describe, expect, it } from 'vitest';
import { WideningGate } from '../../src/federation/widening-gate.ts';

/** A place that does work, and says how much of it was there at once. */
function workplace(takes: (atOnce: number) => number) {
  const gate = new WideningGate({ width: 2, most: 6, clock: { now: () => now } });
  const open: Array<{ end: () => void; at: number }> = [];
  let now = 0;
  let most = 0;
  const work = () =>
    new Promise<void>((resolve) => {
      open.push({ end: resolve, at: now + takes(open.length + 1) });
      most = Math.max(most, open.length);
    });
  return {
    gate,
    work,
    most: () => most,
    /** Let everything that was begun come to its end, in turn. */
    async run(): Promise<void> {
      while (open.length > 0) {
        open.sort((a, b) => a.at - b.at);
        const next = open.shift();
        now = Math.max(now, next?.at ?? 0);
        next?.end();
        // Whoever waits is let in by a chain of promises.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

const many = Array.from({ length: 40 }, (_, index) => index);

describe('a widening gate', () => {
  it('lets more in while none of them takes longer for it, up to its most', async () => {
    const place = workplace(() => 100);
    const all = Promise.all(many.map(() => place.gate.pass(place.work)));
    await place.run();
    await all;
    expect(place.most()).toBe(6);
  });

  it('lets no more in where each takes the longer the more there are', async () => {
    const place = workplace((atOnce) => 100 * atOnce ** 2);
    const all = Promise.all(many.map(() => place.gate.pass(place.work)));
    await place.run();
    await all;
    expect(place.most()).toBeLessThanOrEqual(3);
  });

  it('lets all in, in order, and gives what they give', async () => {
    const place = workplace(() => 1);
    const order: number[] = [];
    const all = Promise.all(
      many.map((each) =>
        place.gate.pass(async () => {
          order.push(each);
          await place.work();
          return each;
        }),
      ),
    );
    await place.run();
    expect(await all).toEqual(many);
    expect(order).toEqual(many);
  });

  it('lets no more in than its width where both are the same, and goes on after work that fails', async () => {
    const gate = new WideningGate({ width: 2, most: 2, clock: { now: () => 0 } });
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.allSettled(many.map((at) => gate.pass(at === 3 ? () => Promise.reject(new Error('x')) : work)));
    expect(most).toBe(2);
    expect(await gate.pass(() => Promise.resolve('free'))).toBe('free');
  });
});
