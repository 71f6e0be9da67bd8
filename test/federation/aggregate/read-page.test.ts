import { describe, expect, it } from 'vitest';
import { readPage } from '../../../src/federation/aggregate/read-page.ts';
import { bytesOf, textOf } from '../../../src/federation/bytes.ts';
import { bodyOf } from '../../../src/ports/http.ts';
import { typeNamed } from '../../../src/services/index.ts';

const servers = typeNamed('server');
if (servers === undefined) throw new Error('no servers');
const scope = { provider: 'sp-a', project: { id: 'p1', name: 'one' } };

function read(body: Uint8Array) {
  const response = { status: 200, statusText: 'OK', headers: [], body: bodyOf(body), url: 'http://x' };
  const { elements, values, around } = readPage(servers as NonNullable<typeof servers>, scope, response, body);
  const each = values.map((_, place) => JSON.parse(textOf(elements.at(place))) as unknown);
  const all: unknown = JSON.parse(`[${textOf(elements.all)}]`);
  // Cut out of the body only where the page was read in two.
  return { elements, values, around, each, all, isInTwo: elements.all.buffer === body.buffer };
}

const link = [{ rel: 'next', href: 'http://x/?marker=a' }];
const plain: Readonly<Record<string, unknown>> = {
  'no elements': { servers: [] },
  'no link': { servers: [{ id: 'a', tags: ['x'] }, { id: 'b' }] },
  'a link': {
    servers: [
      { id: 'a', tags: [] },
      { id: 'b', servers: [[1], { servers: [] }] },
    ],
    servers_links: link,
  },
  'a link, and more behind it': { servers: [{ id: 'a' }], servers_links: link, count: 3, note: 'żółw' },
  'brackets, quotes and the key of the links in texts': {
    servers: [{ id: 'a"]}],"servers_links":[{\\' }, { id: '"servers":[' }],
    servers_links: link,
  },
  'characters of several bytes': { servers: [{ id: 'żółw 🐢' }, { id: '\u2028\ufffd' }], servers_links: link },
  'elements that are no objects': { servers: [1, 'b', null, [1, [2]], []] },
};
const unusual: Readonly<Record<string, unknown>> = {
  'something in front of the list': { links: { next: null }, servers: [{ id: 'a' }] },
  'another list behind it': { servers: [{ id: 'a' }], more: [1, 2] },
  'a link that is no list': { servers: [{ id: 'a', tags: ['x'] }, { id: 'b' }], servers_links: 'none' },
  'more behind it than anybody has': { servers: [{ id: 'a' }], servers_links: link, note: 'x'.repeat(10_000) },
};

describe('reading a page of a listing', () => {
  describe.each([
    ['as compact as can be', (body: unknown) => JSON.stringify(body)],
    ['indented', (body: unknown) => JSON.stringify(body, null, 2)],
    ['with spaces as Python writes them', (body: unknown) => JSON.stringify(body, null, 1).replaceAll(/\n */g, ' ')],
  ])('%s', (_, write) => {
    it.each(Object.entries({ ...plain, ...unusual }))(
      'gives its elements and what is around them: %s',
      (name, body) => {
        const { servers: list, ...others } = body as Record<string, unknown>;
        const page = read(bytesOf(write(body)));
        expect(page.values).toEqual(list);
        expect(page.each).toEqual(list);
        expect(page.all).toEqual(list);
        expect(page.around).toEqual(others);
        if (name in plain && !name.startsWith('characters')) expect(page.isInTwo).toBe(true);
      },
    );
  });

  it('takes no list for another that ends like it', () => {
    const page = read(bytesOf('{"servers": [{"id": "a"}], "servers": [{"id": "b"}], "servers_links": []}'));
    expect(page.all).toEqual(page.values);
    expect(page.values).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('lets no page end the list that it becomes a part of', () => {
    const { elements, values } = read(bytesOf('{"servers": [{"id": "a"}], "x": [], "servers": [{"id": "b"}]}'));
    expect(JSON.parse(`{"servers":[${textOf(elements.all)}]}`)).toEqual({ servers: values });
  });

  it('allows a mark of the byte order in front', () => {
    expect(read(bytesOf('\ufeff{"servers": [{"id": "a"}]}')).all).toEqual([{ id: 'a' }]);
  });

  it('makes UTF-8 of what is none', () => {
    const { elements } = read(Uint8Array.from(Buffer.from('{"servers": [{"id": "caf\xe9"}], "count": 1}', 'latin1')));
    expect(textOf(elements.all)).toBe('{"id": "caf\ufffd"}');
  });

  it.each([
    '{"servers": [{"id": "a"}, {"id"}]}',
    '{"servers": [1]',
    '{"servers": [1]]}',
    '[]',
    '',
    '{"servers": [1}]}',
  ])('refuses what is no page: %s', (text) => {
    expect(() => read(bytesOf(text))).toThrow(/^listing servers/);
  });
});
