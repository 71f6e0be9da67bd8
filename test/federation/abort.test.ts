import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortable } from '../../src/federation/abort.ts';

const never = new Promise<never>(() => {});

function outcome(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

describe('waiting that can be aborted', () => {
  it('gives what the work gives', async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve('done'), undefined)).toBe('done');
    expect(await abortable(Promise.resolve('done'), signal)).toBe('done');
    const failed = new Error('failed');
    expect(await outcome(abortable(Promise.reject(failed), signal))).toEqual({ error: failed });
  });

  it('ends for all that wait, with the reason, before and after', async () => {
    const controller = new AbortController();
    const reason = new Error('no interest');
    const waiting = Array.from({ length: 3 }, () => outcome(abortable(never, controller.signal)));
    controller.abort(reason);
    expect(await Promise.all(waiting)).toEqual([{ error: reason }, { error: reason }, { error: reason }]);
    expect(await outcome(abortable(never, controller.signal))).toEqual({ error: reason });
  });

  it('goes on for one whose work is done when another is aborted later', async () => {
    const controller = new AbortController();
    const other = outcome(abortable(never, controller.signal));
    expect(await abortable(Promise.resolve(1), controller.signal)).toBe(1);
    controller.abort('late');
    expect(await other).toEqual({ error: 'late' });
  });

  it('needs one listener however many wait, and none when nobody does', async () => {
    const { signal } = new AbortController();
    let finish: (value: string) => void = () => {};
    const work = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const waiting = Array.from({ length: 20 }, () => abortable(work, signal));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    finish('done');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['done']));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const more = abortable(Promise.resolve('more'), signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    expect(await more).toBe('more');
  });
});
