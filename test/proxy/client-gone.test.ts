import { describe, expect, it } from 'vitest';
import { abortable, anySignal } from '../../src/federation/abort.ts';
import { ClientGone } from '../../src/proxy/client-gone.ts';

describe('a client that goes away', () => {
  it('is told to everybody who listens, once', () => {
    const gone = new ClientGone();
    const told: string[] = [];
    const second = () => told.push('second');
    gone.addEventListener('abort', () => told.push('first'));
    gone.addEventListener('abort', second);
    gone.removeEventListener('abort', second);
    expect(gone.aborted).toBe(false);
    gone.now();
    gone.now();
    expect(gone.aborted).toBe(true);
    expect(told).toEqual(['first']);
  });

  it('ends a wait for work that goes on', async () => {
    const gone = new ClientGone();
    const wait = abortable(new Promise(() => {}), gone);
    gone.now();
    await expect(wait).rejects.toThrow('the client went away');
  });

  it.each([
    ['asked for before', (gone: ClientGone) => [gone.signal, anySignal(gone, new AbortController().signal)]],
    [
      'asked for afterwards',
      (gone: ClientGone) => {
        gone.now();
        return [gone.signal, anySignal(gone, new AbortController().signal)];
      },
    ],
  ])('fires a real signal that was %s', (_when, made) => {
    const gone = new ClientGone();
    const signals = made(gone);
    gone.now();
    for (const signal of signals) {
      expect(signal.aborted).toBe(true);
      expect((signal.reason as Error).message).toBe('the client went away');
    }
  });
});
