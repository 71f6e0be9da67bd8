import { describe, expect, it } from 'vitest';
import { Interruption } from '../../src/cli/interruption.ts';

type Handler = ((signal: NodeJS.Signals) => void) | undefined;

function interruption() {
  const taken: Handler[] = [];
  const made = new Interruption({ takeSignals: (handler) => taken.push(handler) });
  return { made, taken, receive: (signal: NodeJS.Signals) => taken.at(-1)?.(signal) };
}

describe('a signal while a table is read', () => {
  it('ends the reading, and says who was waited for', () => {
    const { made, receive } = interruption();
    made.awaiting(['sp-a', 'sp-c']);
    expect([made.signal.aborted, made.code]).toEqual([false, undefined]);
    receive('SIGINT');
    expect([made.signal.aborted, made.code]).toEqual([true, 130]);
    expect(made.error.message).toBe('The listing is incomplete: it was interrupted while waiting for sp-a, sp-c.');
    expect(made.error.unsaid.map(({ provider }) => provider)).toEqual(['sp-a', 'sp-c']);
  });

  it('leaves the next one to end the command', () => {
    const { taken, receive } = interruption();
    receive('SIGTERM');
    expect(taken.at(-1)).toBeUndefined();
  });

  it('is nothing any more once all was read', () => {
    const { made, taken } = interruption();
    made.end();
    expect(taken.at(-1)).toBeUndefined();
    expect(made.code).toBeUndefined();
  });
});
