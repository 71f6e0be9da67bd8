import { describe, expect, it } from 'vitest';
import { lineWriter } from '../../src/cli/line-writer.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a writer of lines', () => {
  it('writes the lines of one turn together, in order', async () => {
    const written: string[] = [];
    const lines = lineWriter((text) => written.push(text));
    lines.add('one');
    lines.add('two');
    expect(written).toEqual([]);
    await turn();
    lines.add('three');
    await turn();
    expect(written).toEqual(['one\ntwo\n', 'three\n']);
  });

  it('writes at once what waits when it is told to, and only once', async () => {
    const written: string[] = [];
    const lines = lineWriter((text) => written.push(text));
    lines.add('last');
    lines.flush();
    expect(written).toEqual(['last\n']);
    await turn();
    expect(written).toEqual(['last\n']);
  });
});
