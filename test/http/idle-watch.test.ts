import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleWatch, IdleWatches } from '../../src/http/idle-watch.ts';

const MS = 1000;

let watches: IdleWatches;
let expired: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
  watches = new IdleWatches(MS);
  expired = [];
});

afterEach(() => {
  vi.useRealTimers();
});

/** Also to the end of the turn of the event loop in which a deadline passes. */
async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

function expecting(name: string): IdleWatch {
  const watch = new IdleWatch(watches, () => expired.push(name));
  watch.answerAwaited(true);
  return watch;
}

describe('idle deadlines', () => {
  it('pass each at its own time, and once', async () => {
    expecting('first');
    await pass(400);
    expecting('second');
    await pass(599);
    expect(expired).toEqual([]);
    await pass(1);
    expect(expired).toEqual(['first']);
    await pass(399);
    expect(expired).toEqual(['first']);
    await pass(1);
    expect(expired).toEqual(['first', 'second']);
    await pass(10 * MS);
    expect(expired).toEqual(['first', 'second']);
  });

  it('begin anew whenever something comes', async () => {
    const watch = expecting('it');
    for (let piece = 0; piece < 5; piece += 1) {
      await pass(900);
      watch.answerAwaited(true);
    }
    expect(expired).toEqual([]);
    await pass(MS);
    expect(expired).toEqual(['it']);
  });

  it('do not pass while nothing is expected, and do when it is again', async () => {
    const watch = expecting('it');
    watch.answerAwaited(false);
    await pass(10 * MS);
    watch.answerAwaited(true);
    watch.sourceAwaited(true);
    await pass(10 * MS);
    expect(expired).toEqual([]);
    await pass(300);
    watch.sourceAwaited(false);
    await pass(MS - 1);
    expect(expired).toEqual([]);
    await pass(1);
    expect(expired).toEqual(['it']);
  });

  it('pass for a whole answer however often something comes, and count only what was waited for it', async () => {
    watches = new IdleWatches(MS, 3 * MS);
    const passed: string[] = [];
    const watch = new IdleWatch(watches, (which) => passed.push(which));
    watch.answerAwaited(true);
    await pass(900);
    watch.expectEnd();
    watch.answerAwaited(false);
    await pass(50 * MS);
    for (let piece = 0; piece < 2; piece += 1) {
      watch.answerAwaited(true);
      await pass(900);
    }
    watch.answerAwaited(true);
    await pass(299);
    expect(passed).toEqual([]);
    await pass(1);
    expect(passed).toEqual(['whole']);
  });

  it('do not pass for what is over, whatever is said of it later', async () => {
    const watch = expecting('it');
    watch.stop();
    watch.stop();
    watch.answerAwaited(true);
    await pass(10 * MS);
    expect(expired).toEqual([]);
  });

  it('leave no timer behind that a process would wait for', async () => {
    const first = expecting('first');
    first.stop();
    await pass(MS);
    expect(vi.getTimerCount()).toBe(0);
    expecting('second');
    await pass(MS);
    expect(expired).toEqual(['second']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
