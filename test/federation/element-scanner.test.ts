import { describe, expect, it } from 'vitest';
import { bytesOf, textOf } from '../../src/federation/bytes.ts';
import { ElementScanner } from '../../src/federation/element-scanner.ts';

/** The elements' texts and the rest, when the bytes come in pieces that end at `cuts`. */
function scanned(bytes: Uint8Array, cuts: readonly number[] = []) {
  const scanner = new ElementScanner('servers');
  const ends = [...cuts, bytes.length];
  const elements = ends.flatMap((end, at) => scanner.push(bytes.slice(ends[at - 1] ?? 0, end)).map(textOf));
  return { elements, rest: scanner.rest };
}

const page = { servers: [{ id: 'a' }], servers_links: [{ rel: 'next', href: 'http://x/?marker=a' }] };

const bodies: Readonly<Record<string, unknown>> = {
  'no elements': { servers: [] },
  'one element': page,
  'elements that hold arrays of the same name': { servers: [{ servers: [1, [2]], id: 'a' }, { servers: [] }] },
  'elements that are no objects': { servers: [1, 'b', null, [1, 2], true, []] },
  'quotes, escapes and braces in texts': { servers: [{ name: 'a"]},{[\\' }, { name: '\\\\"' }, '\n"servers":['] },
  'an array of the same name further in': { other: { servers: [1] }, list: [{ servers: [2] }], servers: [3] },
  'a text like the key': { other: '"servers":', more: '\\"servers', servers: [{ id: 'a' }] },
  'a key that ends like it': { 'more"servers': [1], servers: [2] },
  'other things behind it': { servers: [{ id: 'a' }], next: '/v2/images?marker=a', schema: [1, { a: [] }] },
  'characters of several bytes': { servers: [{ name: 'żółw 🐢' }, { name: '\u2028' }] },
  'an object in its place': { servers: { servers: [1] } },
  'nothing of that name': { versions: [{ id: 'v2' }] },
};

describe('scanning the text of an object for the elements of an array', () => {
  describe.each([
    ['as compact as can be', (body: unknown) => JSON.stringify(body)],
    ['indented', (body: unknown) => JSON.stringify(body, null, 2)],
    ['with spaces as Python writes them', (body: unknown) => JSON.stringify(body, null, 1).replaceAll(/\n */g, ' ')],
  ])('%s', (_, write) => {
    it.each(Object.entries(bodies))('finds what a parser finds: %s', (_name, body) => {
      const bytes = bytesOf(write(body));
      const { servers, ...others } = body as Record<string, unknown>;
      const array = Array.isArray(servers) ? servers : [];
      const around = Array.isArray(servers) ? { ...others, servers: [] } : body;
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const { elements, rest } = scanned(bytes, [cut]);
        expect(elements.map((each) => JSON.parse(each) as unknown)).toEqual(array);
        expect(JSON.parse(rest)).toEqual(around);
      }
    });
  });

  it('finds it also when every byte comes alone', () => {
    const bytes = bytesOf(JSON.stringify(bodies['quotes, escapes and braces in texts']));
    const { elements } = scanned(bytes, [...bytes.keys()]);
    expect(elements).toHaveLength(3);
  });

  it('gives elements as soon as they are complete', () => {
    const scanner = new ElementScanner('servers');
    expect(scanner.push(bytesOf('{"servers": [{"id": 1}, {"id"')).map(textOf)).toEqual(['{"id": 1}']);
    expect(scanner.held).toBeLessThan(30);
    expect(scanner.push(bytesOf(': 2}, ')).map(textOf)).toEqual([' {"id": 2}']);
  });

  it('takes a mark of the byte order before the text for nothing', () => {
    const { elements, rest } = scanned(bytesOf('\ufeff{"servers": [1]}'));
    expect([elements, JSON.parse(rest)]).toEqual([['1'], { servers: [] }]);
  });

  it.each([
    ['a mark of the byte order in the middle', '{"servers": [1,\ufeff2]}'],
    ['a comma too many', '{"servers": [{"id": 1},]}'],
    ['two commas', '{"servers": [1,,2]}'],
    ['a comma without elements', '{"servers": [,]}'],
    ['no comma', '{"servers": [{"id": 1} {"id": 2}]}'],
    ['a wrong bracket', '{"servers": [{"id": 1}}'],
    ['an end in an element', '{"servers": [{"id": 1}, {"id"'],
    ['an end behind an element', '{"servers": [{"id": 1}'],
    ['an end in a text', '{"servers": ["a'],
    ['an end behind the array', '{"servers": [1]'],
    ['more behind the object', '{"servers": [1]}]'],
    ['no JSON', '<html>login</html>'],
  ])('leaves what a parser refuses to be refused: %s', (_, text) => {
    const { elements, rest } = scanned(bytesOf(text));
    expect(() => [...elements, rest].map((each) => JSON.parse(each) as unknown)).toThrow(SyntaxError);
  });
});
