import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lineWriter } from '../../src/cli/line-writer.ts';

describe('a writer of lines', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('writes the lines of a moment together, in order', () => {
    const written: string[] = [];
    const lines = lineWriter((text) => written.push(text));
    lines.add('one');
    vi.advanceTimersByTime(5);
    lines.add('two');
    expect(written).toEqual([]);
    vi.advanceTimersByTime(5);
    lines.add('three');
    vi.advanceTimersByTime(10);
    expect(written).toEqual(['one\ntwo\n', 'three\n']);
  });

  it('writes at once what waits when it is told to, and only once', () => {
    const written: string[] = [];
    const lines = lineWriter((text) => written.push(text));
    lines.add('last');
    lines.flush();
    expect(written).toEqual(['last\n']);
    vi.runAllTimers();
    expect(written).toEqual(['last\n']);
  });

  it('does not wait when much has come', () => {
    const written: string[] = [];
    const lines = lineWriter((text) => written.push(text));
    const line = 'x'.repeat(40_000);
    lines.add(line);
    lines.add(line);
    expect(written).toEqual([`${line}\n${line}\n`]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
