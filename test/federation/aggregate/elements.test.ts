import { describe, expect, it } from 'vitest';
import { Elements, piecesOf } from '../../../src/federation/aggregate/elements.ts';
import { bytesOf, textOf } from '../../../src/federation/bytes.ts';

const first = new Elements(3, bytesOf('1, "]", [2]'));
const second = new Elements(2, bytesOf('{"a": ","},{}'));

function pieces(...placed: ReadonlyArray<readonly [Elements, number]>) {
  return piecesOf(placed.map(([elements, place]) => ({ elements, place }))).map((piece) => textOf(piece).trim());
}

describe('pieces of pages', () => {
  it('are whole pages where all of one is there', () => {
    expect(pieces([first, 0], [first, 1], [first, 2], [second, 0], [second, 1])).toEqual([
      '1, "]", [2]',
      '{"a": ","},{}',
    ]);
  });

  it('are single elements where some are missing, at the beginning, in the middle or at the end', () => {
    expect(pieces([first, 1], [first, 2], [second, 0], [second, 1])).toEqual(['"]"', '[2]', '{"a": ","},{}']);
    expect(pieces([first, 0], [first, 2], [second, 0])).toEqual(['1', '[2]', '{"a": ","}']);
  });

  it('are single elements where those of several pages alternate', () => {
    const mixed = pieces([first, 0], [second, 0], [first, 1], [second, 1], [first, 2]);
    expect(mixed).toEqual(['1', '{"a": ","}', '"]"', '{}', '[2]']);
  });

  it('are none of no elements', () => {
    expect(pieces()).toEqual([]);
  });
});
