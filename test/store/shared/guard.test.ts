import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheServer } from '../../../src/store/shared/cache.ts';
import { guarded } from '../../../src/store/shared/guard.ts';

type Behaviour = 'answers' | 'fails' | 'hangs';

/** A server that does as it is told, and what was asked of it. */
function server() {
  const value = Buffer.from('value');
  const state = { behaviour: 'answers' as Behaviour, asked: 0, disconnected: 0, isClosed: false };
  const act = <T>(answer: T): Promise<T> => {
    state.asked += 1;
    if (state.behaviour === 'answers') return Promise.resolve(answer);
    return state.behaviour === 'hangs'
      ? new Promise(() => undefined)
      : Promise.reject(new Error('connect ECONNREFUSED'));
  };
  const self: CacheServer = {
    get: (keys) => act(keys.map((key) => (key === 'none' ? undefined : value))),
    set: (entries) => act(entries.map(({ key }) => key !== 'large')),
    add: () => act(true),
    delete: () => act(undefined),
    disconnect: () => {
      state.disconnected += 1;
    },
    close: () => {
      state.isClosed = true;
    },
  };
  return { state, self, value };
}

function open(width = 1000) {
  const { state, self, value } = server();
  const warnings: string[] = [];
  const cache = guarded(self, {
    name: 'redis://cache:6379/0',
    timeoutMs: 150,
    width,
    warn: (message) => warnings.push(message),
  });
  const oneGet = async () => (await cache.get(['key']))[0];
  /** Ask, and let what may be waited for pass. */
  const get = async () => {
    const answer = oneGet();
    await vi.advanceTimersByTimeAsync(200);
    return answer;
  };
  return { state, value, cache, warnings, oneGet, get };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a guarded cache', () => {
  it('passes on what the server says', async () => {
    const { cache, value, warnings } = open();
    expect(await cache.get(['key', 'none'])).toEqual([value, 'absent']);
    expect(
      await cache.set(
        [
          { key: 'key', value },
          { key: 'large', value },
        ],
        60,
      ),
    ).toEqual([true, false]);
    expect(await cache.add({ key: 'key', value }, 60)).toBe(true);
    await cache.delete(['key']);
    expect(warnings).toEqual([]);
  });

  it.each(['fails', 'hangs'] as const)('never rejects, and ends in time, when the server %s', async (behaviour) => {
    const { cache, state, value } = open();
    state.behaviour = behaviour;
    const all = Promise.all([
      cache.get(['key', 'none']),
      cache.set([{ key: 'key', value }], 60),
      cache.add({ key: 'key', value }, 60),
      cache.delete(['key']),
    ]);
    await vi.advanceTimersByTimeAsync(200);
    expect(await all).toEqual([['cannot say', 'cannot say'], [false], undefined, undefined]);
  });

  it('asks no more after three failures in a row, and says so once', async () => {
    const { state, warnings, get } = open();
    state.behaviour = 'hangs';
    for (let index = 0; index < 10; index += 1) expect(await get()).toBe('cannot say');
    expect(state).toMatchObject({ asked: 3, disconnected: 1 });
    expect(warnings).toEqual([
      'The shared memory at redis://cache:6379/0 cannot be used: no answer within 150 ms. Everything goes on without it, only slower.',
    ]);
  });

  it('goes on asking after failures with answers in between', async () => {
    const { state, warnings, get } = open();
    for (let index = 0; index < 20; index += 1) {
      state.behaviour = index % 3 === 2 ? 'answers' : 'fails';
      await get();
    }
    expect(state.asked).toBe(20);
    expect(warnings).toEqual([]);
  });

  it('takes calls that fail together for one failure', async () => {
    const { state, cache, oneGet, value, warnings } = open();
    state.behaviour = 'hangs';
    const many = Promise.all(Array.from({ length: 50 }, () => cache.get(['key'])));
    await vi.advanceTimersByTimeAsync(200);
    await many;
    state.behaviour = 'answers';
    expect(await oneGet()).toEqual(value);
    expect(warnings).toEqual([]);
  });

  it('lets one call try again after a pause, and all when that is answered', async () => {
    const { state, warnings, oneGet, get, value } = open();
    state.behaviour = 'fails';
    for (let index = 0; index < 3; index += 1) await get();
    await vi.advanceTimersByTimeAsync(5000);
    state.behaviour = 'hangs';
    const trial = Promise.all(Array.from({ length: 50 }, oneGet));
    await vi.advanceTimersByTimeAsync(200);
    await trial;
    expect(state.asked).toBe(4);
    await vi.advanceTimersByTimeAsync(4000);
    await get();
    expect(state.asked).toBe(4);
    await vi.advanceTimersByTimeAsync(1000);
    state.behaviour = 'answers';
    expect(await oneGet()).toEqual(value);
    expect(await Promise.all([oneGet(), oneGet()])).toEqual([value, value]);
    expect(warnings).toEqual([
      expect.stringContaining('cannot be used: connect ECONNREFUSED.'),
      'The shared memory at redis://cache:6379/0 answers again.',
    ]);
  });

  it('does not flood whoever reads its warnings when the server comes and goes', async () => {
    const { state, warnings, get } = open();
    for (let index = 0; index < 10; index += 1) {
      state.behaviour = 'fails';
      for (let failure = 0; failure < 3; failure += 1) await get();
      await vi.advanceTimersByTimeAsync(5000);
      state.behaviour = 'answers';
      await get();
    }
    expect(warnings.length).toBeLessThanOrEqual(4);
  });

  it('has a bounded number of calls under way, and lets those that wait go when it gives up', async () => {
    const { state, oneGet } = open(10);
    state.behaviour = 'hangs';
    const all = Promise.all(Array.from({ length: 100 }, oneGet));
    expect(state.asked).toBe(10);
    await vi.advanceTimersByTimeAsync(600);
    expect(new Set(await all)).toEqual(new Set(['cannot say']));
    expect(state.asked).toBe(30);
  });

  it('asks nothing after it was closed', async () => {
    const { state, cache, oneGet } = open();
    await cache.close();
    expect(await oneGet()).toBe('cannot say');
    expect(state).toMatchObject({ asked: 0, isClosed: true });
  });
});

describe('a process that was too busy to look', () => {
  it('takes an answer that has come meanwhile, though its time is over', async () => {
    vi.useRealTimers();
    const { createServer } = await import('node:net');
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => echo.once('listening', resolve));
    const { self, value } = server();
    const { connect } = await import('node:net');
    const address = echo.address();
    const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const cache = guarded(
      {
        ...self,
        get: () =>
          new Promise((resolve) => {
            socket.once('data', () => resolve([value]));
            socket.write('x');
          }),
      },
      { name: 'echo', timeoutMs: 400, warn: () => undefined },
    );
    const answer = cache.get(['key']);
    // The answer is on its way, but not before this process is busy; it is read only afterwards.
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + 500;
    while (performance.now() < until);
    expect(await answer).toEqual([value]);
    socket.destroy();
    echo.close();
  });
});
