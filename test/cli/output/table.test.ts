import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Table, type TableOptions, tableText } from '../../../src/cli/output/table.ts';
import { type PrintOptions, printList, samplesOf, typeOf, volume } from './rows.ts';

async function text(table: Table, options: Partial<TableOptions> = {}): Promise<string> {
  let all = '';
  for await (const block of tableText(table, { minimum: 8, people: false, ...options })) all += block;
  return all;
}

function tableOf(rows: string[][], more: Partial<Table> = {}): Table {
  const width = rows[0]?.length ?? 0;
  const titles = Array.from({ length: width }, (_, index) => `Column ${index}`);
  return { titles, rows, right: titles.map(() => false), precious: titles.map(() => 0), ...more };
}

/** Every column at which a line has its frame, to see whether lines stand under each other. */
function isStraight(drawn: string): boolean {
  const lines = drawn.trimEnd().split('\n');
  const plain = lines.map((line) => line.replace(/[^\x20-\x7e]/g, ''));
  return new Set(plain.map((line) => line.length)).size === 1;
}

describe('a table', () => {
  it('looks like one of openstack, with numbers to the right', async () => {
    const table = tableOf(
      [
        ['v-1', '1'],
        ['v-22222', '100'],
      ],
      { titles: ['ID', 'Size'], right: [false, true] },
    );
    expect(await text(table)).toBe(
      [
        '+---------+------+',
        '| ID      | Size |',
        '+---------+------+',
        '| v-1     |    1 |',
        '| v-22222 |  100 |',
        '+---------+------+',
        '',
      ].join('\n'),
    );
  });

  it('has several lines in a row for a cell with line breaks', async () => {
    expect(await text(tableOf([['one\ntwo', 'x']], { titles: ['A', 'B'] }))).toBe(
      ['+-----+---+', '| A   | B |', '+-----+---+', '| one | x |', '| two |   |', '+-----+---+', ''].join('\n'),
    );
  });

  const contents: Record<string, string[][]> = {
    'plain text': [
      ['27490531-a8f5-4f7d-8281-fc839a69246a', 'vm-1', 'ACTIVE', ''],
      ['cf71a67f-2650-4978-8a19-3c23554d5cbf', 'a name with many words in it', 'ERROR', 'two\nlines'],
    ],
    'wide text': [
      ['世界', '한국어 이름', '日本語の長い名前がここにある', 'mixed 世界 text'],
      ['a', 'b', 'ＦＵＬＬ', '中'],
    ],
    'combining and joined characters': [
      ['e\u0301te\u0301', '👩‍👩‍👧 family', 'हिन्दी', '🇨🇭 flag'],
      ['שלום', '1️⃣', 'ก็', '\u200bzero'],
    ],
    'characters whose width programs disagree about': [
      ['☰ ䷀', 'ㅤ.', '\u{17000}', '\uffa0\u115f.'],
      ['\ud800', '\u2065', '\u{1d300}', '\u{20000}'],
    ],
    'empty cells': [
      ['', '', '', ''],
      ['', 'x', '', ''],
    ],
    'what looks like something to a template or a style': [
      ['{{ x }}', '$&', '%s', '\\n'],
      ['<b>', '`y`', '**', '…'],
    ],
  };

  it.each(Object.keys(contents).flatMap((name) => [undefined, 100, 60, 40].map((total) => [name, total] as const)))(
    'is the same for people and in a pipe: %s in %s columns',
    async (name, total) => {
      const table = tableOf(contents[name] ?? [], { right: [false, false, true, false], precious: [2, 0, 0, 1] });
      const byHand = await text(table, { total });
      const byCliTable = await text(table, { total, people: true });
      expect(byCliTable).toBe(byHand);
    },
  );

  it('is the same for people and in a pipe with colours, also where a coloured cell is broken into lines', async () => {
    const rows = [
      ['active and well and with many words', 'x'],
      ['down', 'y'],
    ];
    const paint = (line: string, row: number, column: number) =>
      column === 0 ? `\u001b[${31 + row}m${line}\u001b[39m` : line;
    const table = tableOf(rows, { paint });
    const byHand = await text(table, { total: 30 });
    expect(await text(table, { total: 30, people: true })).toBe(byHand);
    expect(byHand).toContain('| \u001b[31mactive and well\u001b[39m |');
    expect(stripVTControlCharacters(byHand)).toBe(await text(tableOf(rows), { total: 30 }));
  });

  it('fits ten columns of long text into 40 columns of a terminal as far as that is possible', async () => {
    const rows = [Array.from({ length: 10 }, (_, index) => `some quite long text, number ${index}`)];
    const drawn = await text(tableOf(rows), { total: 40, people: true });
    expect(isStraight(drawn)).toBe(true);
    // Ten columns of at least 8 characters and their frame.
    expect(drawn.split('\n')[0]).toHaveLength(10 * (8 + 3) + 1);
  });

  it('is drawn in blocks when it is long', async () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => [`id-${index}`, 'ACTIVE']);
    let blocks = 0;
    let lines = 0;
    for await (const block of tableText(tableOf(rows), { minimum: 8, people: true })) {
      blocks += 1;
      lines += block.split('\n').length - 1;
    }
    expect(lines).toBe(50_000 + 4);
    expect(blocks).toBeGreaterThan(50);
  });
});

describe('a list as a table', () => {
  it('has the type’s columns and Provider and Project last', async () => {
    const { out } = await printList([
      volume({ size: 10 }),
      volume({ id: 'v-2' }, { provider: 'sp-a', project: 'lab' }),
    ]);
    expect(out).toBe(
      [
        '+-----+------+-----------+------+-------------+----------+----------+',
        '| ID  | Name | Status    | Size | Attached to | Provider | Project  |',
        '+-----+------+-----------+------+-------------+----------+----------+',
        '| v-1 | data | available |   10 |             | home     | research |',
        '| v-2 | data | available |    1 |             | sp-a     | lab      |',
        '+-----+------+-----------+------+-------------+----------+----------+',
        '',
      ].join('\n'),
    );
  });

  it('has the columns of --long where openstack has them', async () => {
    const { out } = await printList(samplesOf('server'), { type: 'server', long: true });
    const titles = out
      .split('\n')[1]
      ?.split('|')
      .map((title) => title.trim());
    expect(titles?.filter((title) => title !== '')).toEqual([
      'ID',
      'Name',
      'Status',
      'Task State',
      'Power State',
      'Networks',
      'Image',
      'Flavor',
      'Availability Zone',
      'Host',
      'Properties',
      'Provider',
      'Project',
    ]);
  });

  it('leaves the name Project to the column that openstack has', async () => {
    const { out } = await printList(samplesOf('router'), { type: 'router' });
    expect(out.split('\n')[1]).toMatch(/\| Project +\| Provider \| Project Name \|$/);
  });

  it.each(['server', 'port', 'router', 'image', 'flavor', 'subnet'])(
    'fits %s into 100 columns of a terminal',
    async (type) => {
      const { out } = await printList(samplesOf(type), { type, terminal: { tty: true, columns: 100, color: 'never' } });
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    },
  );

  it('does not break its ids where narrower columns can be had from the others', async () => {
    const { out } = await printList(samplesOf('server'), { type: 'server', terminal: { tty: true, columns: 120 } });
    for (const { item } of samplesOf('server')) expect(out).toContain(`| ${(item as { id: string }).id} |`);
  });

  it('is as wide as it is in a pipe, unless told otherwise', async () => {
    const rows = [volume({ name: 'a name of quite some length that goes on and on' })];
    const widthOf = async (options: Parameters<typeof printList>[1]) =>
      (await printList(rows, options)).out.indexOf('\n');
    const full = await widthOf({});
    expect(full).toBeGreaterThan(80);
    expect(await widthOf({ terminal: { tty: true, columns: 80 } })).toBe(80);
    expect(await widthOf({ maxWidth: 90 })).toBe(90);
    expect(await widthOf({ terminal: { env: { CLIFF_MAX_TERM_WIDTH: '85' } } })).toBe(85);
    expect(await widthOf({ maxWidth: 0, terminal: { env: { CLIFF_MAX_TERM_WIDTH: '85' } } })).toBe(full);
    expect(await widthOf({ terminal: { tty: true, columns: 80, env: { CLIFF_FIT_WIDTH: '0' } } })).toBe(full);
    expect(await widthOf({ terminal: { tty: true, columns: 80, env: { CLIFF_MAX_TERM_WIDTH: 'x' } } })).toBe(80);
  });

  it('shows what a hostile name would do in the place of doing it, in a pipe too', async () => {
    for (const tty of [true, false]) {
      const { out } = await printList([volume({ name: 'evil\u001b]0;title\u0007\u202e\u009b2J' })], {
        terminal: { tty, columns: 200, color: 'never' },
      });
      expect(out).toContain('evil\\x1b]0;title\\x07\\u202e\\x9b2J');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be there
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it('shows a name of several lines as lines', async () => {
    const { out } = await printList([volume({ name: 'one\ntwo' })]);
    expect(out).toMatch(/\| one +\|.*\n\| +\| two +\|/);
  });

  it('colours statuses when a terminal looks, and nothing in a pipe', async () => {
    const rows = [
      volume({ status: 'available' }),
      volume({ status: 'error_deleting' }),
      volume({ status: 'creating' }),
    ];
    const seen = (await printList(rows, { terminal: { tty: true } })).out;
    expect(seen).toContain('\u001b[32mavailable\u001b[39m');
    expect(seen).toContain('\u001b[31merror_deleting\u001b[39m');
    expect(seen).toContain('\u001b[33mcreating\u001b[39m');
    expect((await printList(rows)).out).not.toContain('\u001b');
    expect((await printList(rows, { terminal: { color: 'always' } })).out).toContain('\u001b[32mavailable');
    expect((await printList(rows, { terminal: { tty: true, env: { NO_COLOR: '1' } } })).out).not.toContain('\u001b');
  });

  it('prints nothing for no rows, and says so to people only', async () => {
    const note = { emptyNote: 'no volumes' };
    expect(await printList([], { ...note, terminal: { tty: true } })).toMatchObject({ out: '', err: 'no volumes\n' });
    expect(await printList([], note)).toMatchObject({ out: '', err: '' });
    expect(await printList([], { ...note, terminal: { tty: true, quiet: true } })).toMatchObject({ out: '', err: '' });
    expect((await printList([], { printEmpty: true, selected: ['id'] })).out).toBe('+----+\n| ID |\n+----+\n+----+\n');
  });

  it('keeps the order that the rows are given', async () => {
    const rows = [
      volume({ id: 'b' }, { order: 2 }),
      volume({ id: 'c' }, { order: 2 }),
      volume({ id: 'a' }, { order: 1 }),
    ];
    const { out } = await printList(rows, { selected: ['id'] });
    expect(out.match(/\| (\w) /g)).toEqual(['| a ', '| b ', '| c ']);
  });

  it('shows lists of things that belong to no provider', async () => {
    const { out } = await printList([{ item: { id: 'x', name: 'y' } }], { type: 'project', scoped: false });
    expect(out.split('\n')[1]).toBe('| ID | Name |');
    expect(typeOf('project').columns.map(({ title }) => title)).toEqual(['ID', 'Name']);
  });
});

describe('a list on a terminal that is too narrow for it', () => {
  const rows = samplesOf('server').map((row, at) => ({ ...row, provider: `sp-${at}` }));
  const at = (columns: number, options: PrintOptions = {}) =>
    printList(rows, { type: 'server', terminal: { tty: true, color: 'never', columns }, ...options });

  it('has the columns that matter most, with ids whole, and says which are hidden', async () => {
    for (const columns of [80, 100, 120]) {
      const { out, err } = await at(columns);
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
      for (const { item } of rows) expect(out).toContain(`| ${(item as { id: string }).id} |`);
      expect(out.split('\n')[1]).toMatch(/^\| ID .* Name .* Status .* Provider /);
      expect(err).toMatch(/^\d columns? hidden: .*Image.*; --max-width 0 or -f json shows all\n$/);
    }
  });

  it('has all of them with --max-width 0, and those that -c asks for', async () => {
    const whole = await at(80, { maxWidth: 0 });
    expect(whole.out).toBe((await printList(rows, { type: 'server' })).out);
    const asked = await at(60, { selected: ['ID', 'Image', 'Flavor', 'Provider'] });
    expect(asked.out.split('\n')[1]).toMatch(/ID .* Image .* Flavor .* Provider/);
    expect([whole.err, asked.err]).toEqual(['', '']);
  });

  it('says nothing with --quiet', async () => {
    expect((await at(80, { terminal: { tty: true, columns: 80, quiet: true } })).err).toBe('');
  });
});
