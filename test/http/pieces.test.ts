import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { Pieces } from '../../src/http/pieces.ts';

const bytes = (text: string) => Buffer.from(text);

async function textsOf(pieces: Pieces): Promise<string[]> {
  const texts: string[] = [];
  for await (const piece of pieces) texts.push(Buffer.from(piece).toString());
  return texts;
}

describe('the pieces of a stream', () => {
  it('are those that came, also where they have piled up', async () => {
    const stream = new PassThrough();
    for (const each of ['a', 'b', 'c']) stream.write(bytes(each));
    const pieces = new Pieces(stream);
    expect(Buffer.from((await pieces.next()).value).toString()).toBe('a');
    stream.write(bytes('d'));
    stream.end(bytes('e'));
    expect(await textsOf(pieces)).toEqual(['b', 'c', 'd', 'e']);
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
  });

  it('are not taken before somebody asks, nor while nobody does', async () => {
    let given = 0;
    const stream = new Readable({
      highWaterMark: 1,
      read() {
        given += 1;
        this.push(given > 100 ? null : bytes('x'));
      },
    });
    const pieces = new Pieces(stream);
    await new Promise(setImmediate);
    expect(given).toBe(0);
    await pieces.next();
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(given).toBeLessThan(5);
    expect(await textsOf(pieces)).toHaveLength(99);
  });

  it('end with the error of the stream, after what came before it', async () => {
    const stream = new PassThrough();
    const pieces = new Pieces(stream);
    stream.write(bytes('a'));
    expect(Buffer.from((await pieces.next()).value).toString()).toBe('a');
    const next = pieces.next();
    stream.destroy(new Error('cut'));
    await expect(next).rejects.toThrow('cut');
  });

  it('end with an error where the stream was closed before its end', async () => {
    const stream = new PassThrough();
    const next = new Pieces(stream).next();
    stream.destroy();
    await expect(next).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('leave in the stream what is not wanted', async () => {
    const stream = new PassThrough();
    for (const each of ['a', 'b', 'c']) stream.write(bytes(each));
    for await (const _ of new Pieces(stream)) break;
    expect(stream.destroyed).toBe(false);
    stream.end();
    expect(await text(stream)).toMatch(/c$/);
  });
});
