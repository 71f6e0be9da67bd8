import { execFileSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { printOne, type ShowOptions } from '../../../src/cli/output/show-printer.ts';
import { type FakeTerminalOptions, fakeTerminal } from '../../support/terminal.ts';
import { samplesOf, typeOf } from './rows.ts';

async function show(
  item: unknown,
  options: Partial<ShowOptions> & { tty?: FakeTerminalOptions } = {},
): Promise<string> {
  const { tty, ...rest } = options;
  const terminal = fakeTerminal(tty);
  const row = { item, provider: 'sp-a', project: 'lab', projectId: 'p-9' };
  await printOne(row, { format: 'table', ...rest, terminal });
  return terminal.out;
}

const added = { fed_provider: 'sp-a', fed_project: 'lab', fed_project_id: 'p-9' };
const hostile = 'evil\u001b[2J\u009b31m\u202e';

describe('one item', () => {
  it('is a table of its fields by name, with what fed adds last and without links', async () => {
    expect(await show({ status: 'ACTIVE', id: 'x', links: ['y'], description: null })).toBe(
      [
        '+----------------+--------+',
        '| Field          | Value  |',
        '+----------------+--------+',
        '| description    | None   |',
        '| id             | x      |',
        '| status         | ACTIVE |',
        '| fed_provider   | sp-a   |',
        '| fed_project    | lab    |',
        '| fed_project_id | p-9    |',
        '+----------------+--------+',
        '',
      ].join('\n'),
    );
  });

  it('shows fields as the type’s columns show them', async () => {
    const server = typeOf('server');
    const out = await show(samplesOf('server')[3]?.item, { columns: [...server.columns, ...server.longColumns] });
    expect(out).toContain('| net-research=10.0.0.12, 192.0.2.17; storage=2001:db8::12 ');
    expect(out).toContain('| Running ');
    expect(out).toContain("| role='db', tier='gold' ");
  });

  it('fits a terminal and has colours there', async () => {
    const out = await show(
      { description: 'word '.repeat(60).trim(), status: 'error' },
      { tty: { tty: true, columns: 60 }, columns: typeOf('volume').columns },
    );
    expect(out).toContain('\u001b[31merror\u001b[39m');
    const lines = stripVTControlCharacters(out).trimEnd().split('\n');
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([60]));
  });

  it('has of an image and a flavor what a list shows of them, in a table', async () => {
    const { columns } = typeOf('server');
    const image = { id: 'i-1', links: [{ rel: 'bookmark' }] };
    const item = { image, flavor: { original_name: 'm1.tiny', ram: 512 }, metadata: { a: 'b' } };
    const out = await show(item, { columns });
    expect(
      out.match(/(?<=\| )(image|flavor|metadata) +\| .*(?= \|)/g)?.map((line) => line.replace(/ +/g, ' ').trim()),
    ).toEqual(['flavor | m1.tiny', 'image | i-1', "metadata | a='b'"]);
    expect(JSON.parse(await show(item, { columns, format: 'json' }))).toMatchObject(item);
  });

  it('is the API’s object in JSON, ndjson and YAML', async () => {
    const item = samplesOf('volume')[0]?.item;
    const whole = { ...(item as object), ...added };
    expect(await show(item, { format: 'json' })).toBe(`${JSON.stringify(whole, null, 2)}\n`);
    expect(await show(item, { format: 'json', noindent: true })).toBe(`${JSON.stringify(whole)}\n`);
    expect(await show(item, { format: 'ndjson' })).toBe(`${JSON.stringify(whole)}\n`);
    expect(load(await show(item, { format: 'yaml' }))).toEqual(whole);
  });

  it('has one value in a line as value', async () => {
    const out = await show(
      { name: 'a b', id: 'x', tags: ['t'] },
      { format: 'value', selected: ['name', 'id', 'tags'] },
    );
    expect(out).toBe('x\na b\n["t"]\n');
  });

  it('never sends control characters to a terminal, in no format', async () => {
    for (const format of ['table', 'json', 'yaml', 'shell', 'value', 'ndjson'] as const) {
      const out = await show({ name: hostile, [`k${hostile}`]: 'x' }, { format, tty: { tty: true, color: 'never' } });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be there
      expect(out, format).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });
});

describe('one item for a shell', () => {
  it('is assignments with openstack’s names', async () => {
    expect(await show({ 'os-ext:host': 'h', Name: 'a', enabled: true }, { format: 'shell', prefix: 'x_' })).toBe(
      [
        'x_name="a"',
        'x_enabled="True"',
        'x_os_ext_host="h"',
        'x_fed_provider="sp-a"',
        'x_fed_project="lab"',
        'x_fed_project_id="p-9"',
        '',
      ].join('\n'),
    );
  });

  it('gives back every value, and runs nothing that a cloud put into a value or a name', async () => {
    const value = 'a "q" $(echo no) `echo no` $HOME \\ \' !x\nsecond line; echo no';
    const out = await show({ value, 'x; echo no;y': '1', '9lives': 'n' }, { format: 'shell' });
    const script = `${out}\nprintf '%s|%s|%s' "$value" "$x__echo_no_y" "$_9lives"`;
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(`${value}|1|n`);
  });
});

describe('-c for one item', () => {
  const item = { id: 'x', name: 'n', links: [], volume_type: 'ssd', attachments: [], project_id: 'p' };
  const { columns, longColumns } = typeOf('volume');
  const keys = async (...selected: string[]) =>
    Object.keys(
      JSON.parse(await show(item, { format: 'json', selected, columns: [...columns, ...longColumns] })) as object,
    );

  it('takes names of fields in any spelling, titles of columns, and what fed adds, in the item’s order', async () => {
    expect(await keys('Type', 'ID', 'volume-type', 'Attached to')).toEqual(['id', 'volume_type', 'attachments']);
    expect(await keys('provider', 'fed_project_id', 'Project', 'links')).toEqual([
      'links',
      'fed_provider',
      'fed_project',
      'fed_project_id',
    ]);
  });

  it('says which fields there are when one is not', async () => {
    await expect(show(item, { selected: ['colour'] })).rejects.toMatchObject({
      code: 'FED_USAGE',
      message: 'There is no column "colour".',
      hint: expect.stringContaining('volume_type'),
    });
  });
});
