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

function expecting(name: string): IdleWatch {
  const watch = new IdleWatch(watches, () => expired.push(name));
  watch.answerAwaited(true);
  return watch;
}

describe('idle deadlines', () => {
  it('pass each at its own time, and once', () => {
    expecting('first');
    vi.advanceTimersByTime(400);
    expecting('second');
    vi.advanceTimersByTime(599);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(['first']);
    vi.advanceTimersByTime(399);
    expect(expired).toEqual(['first']);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(['first', 'second']);
    vi.advanceTimersByTime(10 * MS);
    expect(expired).toEqual(['first', 'second']);
  });

  it('begin anew whenever something comes', () => {
    const watch = expecting('it');
    for (let piece = 0; piece < 5; piece += 1) {
      vi.advanceTimersByTime(900);
      watch.answerAwaited(true);
    }
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(MS);
    expect(expired).toEqual(['it']);
  });

  it('do not pass while nothing is expected, and do when it is again', () => {
    const watch = expecting('it');
    watch.answerAwaited(false);
    vi.advanceTimersByTime(10 * MS);
    watch.answerAwaited(true);
    watch.sourceAwaited(true);
    vi.advanceTimersByTime(10 * MS);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(300);
    watch.sourceAwaited(false);
    vi.advanceTimersByTime(MS - 1);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(['it']);
  });

  it('do not pass for what is over, whatever is said of it later', () => {
    const watch = expecting('it');
    watch.stop();
    watch.stop();
    watch.answerAwaited(true);
    vi.advanceTimersByTime(10 * MS);
    expect(expired).toEqual([]);
  });

  it('leave no timer behind that a process would wait for', () => {
    const first = expecting('first');
    first.stop();
    vi.advanceTimersByTime(MS);
    expect(vi.getTimerCount()).toBe(0);
    expecting('second');
    vi.advanceTimersByTime(MS);
    expect(expired).toEqual(['second']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
