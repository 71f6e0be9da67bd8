import { describe, expect, it } from 'vitest';
import { createListPrinter } from '../../../src/cli/output/list-printer.ts';
import { printOne } from '../../../src/cli/output/show-printer.ts';
import { UsageError } from '../../../src/errors.ts';
import { fakeTerminal } from '../../support/terminal.ts';
import { printList, samplesOf, typeOf, volume } from './rows.ts';

const added = { fed_provider: 'home', fed_project: 'research', fed_project_id: 'p-1' };
const hostile = 'evil\u001b[2J\u009b31m\u202e';

describe('the region', () => {
  const inRegion = (isRegional: boolean) => [{ ...volume({}), region: 'RegionTwo', isRegional }];

  it('is a column of a table where a provider has several only', async () => {
    const head = async (isRegional: boolean) => (await printList(inRegion(isRegional), { format: 'table' })).out;
    expect(await head(false)).not.toContain('Region');
    expect(await head(true)).toMatch(/Provider +\| Region +\| Project/);
  });

  it('is in JSON always, and in other formats where it is asked for', async () => {
    const [json] = JSON.parse((await printList(inRegion(false), { format: 'json' })).out);
    expect(json.fed_region).toBe('RegionTwo');
    expect((await printList(inRegion(true), { format: 'csv' })).out).not.toContain('Region');
    expect((await printList(inRegion(true), { format: 'value', selected: ['Region'] })).out).toBe('RegionTwo\n');
  });
});

describe('a list as JSON', () => {
  it('is the API’s own objects in their own order, with what fed adds last', async () => {
    const rows = samplesOf('server');
    const { out } = await printList(rows, { type: 'server', format: 'json' });
    expect(out).toBe(
      `${JSON.stringify(
        rows.map(({ item }) => ({ ...(item as object), ...added })),
        null,
        2,
      )}\n`,
    );
    expect(Object.keys((JSON.parse(out) as object[])[0] ?? {}).slice(-3)).toEqual(Object.keys(added));
  });

  it('is one line with --noindent, and [] for no rows', async () => {
    const rows = [volume({}), volume({ id: 'v-2' })];
    const { out } = await printList(rows, { format: 'json', noindent: true });
    expect(out.trimEnd()).not.toContain('\n');
    expect(JSON.parse(out)).toHaveLength(2);
    expect((await printList([], { format: 'json' })).out).toBe('[]\n');
    expect((await printList([], { format: 'json', noindent: true })).out).toBe('[]\n');
  });

  it('has the selected fields only, by the API’s own names, whole, and null where an item has none', async () => {
    const rows = [...samplesOf('server').slice(0, 1), { item: { id: 's' }, provider: 'sp-a', project: 'lab' }];
    const selected = ['Flavor', 'id', 'locked', 'Provider'];
    const { out } = await printList(rows, { type: 'server', format: 'json', selected });
    expect(JSON.parse(out)).toEqual([
      {
        id: '27490531-a8f5-4f7d-8281-fc839a69246a',
        flavor: expect.objectContaining({ original_name: 'm1.small', ram: 2048 }),
        locked: false,
        fed_provider: 'home',
      },
      { id: 's', flavor: null, locked: null, fed_provider: 'sp-a' },
    ]);
  });

  it('is escaped for a terminal and as it is in a pipe, and means the same', async () => {
    const rows = [volume({ name: hostile })];
    const seen = (await printList(rows, { format: 'json', terminal: { tty: true } })).out;
    const piped = (await printList(rows, { format: 'json' })).out;
    expect(seen).toContain('evil\\u001b[2J\\u009b31m\\u202e');
    expect(piped).toContain('\u202e');
    expect(JSON.parse(seen)).toEqual(JSON.parse(piped));
  });

  it('is written in blocks no faster than it is read', async () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => volume({ id: `v-${index}` }));
    const terminal = await printList(rows, { format: 'json' });
    expect(terminal.writes).toBeGreaterThan(50);
    expect(JSON.parse(terminal.out)).toHaveLength(50_000);
  });
});

describe('a list as CSV', () => {
  const rows = [
    volume({ name: 'say "hi", all', size: 10, description: null }),
    volume({ id: 'v-2', name: 'two\nlines', attachments: [{ server_id: 's' }], multiattach: true }),
  ];
  const selected = ['id', 'name', 'size', 'multiattach', 'description'];

  it('quotes everything but numbers and truth values, with nothing for null', async () => {
    const { out } = await printList(rows, { format: 'csv', selected });
    expect(out).toBe(
      [
        '"ID","Name","Size","multiattach","description"',
        '"v-1","say ""hi"", all",10,"",""',
        '"v-2","two\nlines",1,True,""',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['all', '"v-1","say ""hi"", all","10"'],
    ['minimal', 'v-1,"say ""hi"", all",10'],
    ['none', 'v-1,say \\"hi\\"\\, all,10'],
  ] as const)('quotes as --quote %s says', async (quote, expected) => {
    const { out } = await printList(rows.slice(0, 1), { format: 'csv', quote, selected: ['id', 'name', 'size'] });
    expect(out.split('\n')[1]).toBe(expected);
  });

  it('has its head for no rows, too', async () => {
    expect((await printList([], { format: 'csv' })).out).toBe(
      '"ID","Name","Status","Size","Attached to","Provider","Project"\n',
    );
    expect((await printList([], { format: 'csv', selected: ['id', 'multiattach'] })).out).toBe('"ID","multiattach"\n');
  });
});

describe('a list as values', () => {
  it('is joined by one space, as openstack has it', async () => {
    const { out } = await printList([volume({ name: 'a b', description: null })], {
      format: 'value',
      selected: ['id', 'name', 'description', 'attachments', 'provider'],
    });
    // The data's order: columns, other fields, Provider and Project.
    expect(out).toBe('v-1 a b [] None home\n');
  });

  it('goes into a pipe byte for byte, and is one safe line on a terminal', async () => {
    const rows = [volume({ name: `${hostile}\nx` })];
    const selected = ['name'];
    expect((await printList(rows, { format: 'value', selected })).out).toBe(`${hostile}\nx\n`);
    expect((await printList(rows, { format: 'value', selected, terminal: { tty: true } })).out).toBe(
      'evil\\x1b[2J\\x9b31m\\u202e\\nx\n',
    );
  });
});

describe('a list as ndjson', () => {
  it('has one whole object in a line', async () => {
    const { out } = await printList([volume({}), volume({ id: 'v-2' })], { format: 'ndjson' });
    const objects = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(objects).toEqual([volume({}), volume({ id: 'v-2' })].map(({ item }) => ({ ...(item as object), ...added })));
  });

  it.each([
    ['an object without fields', {}, added],
    ['what is no object', 'text', { value: 'text', ...added }],
    ['an object that another fed has marked', { fed_provider: 'x', id: 'v' }, { id: 'v', ...added }],
  ])('marks %s', async (_, item, whole) => {
    const { out } = await printList([{ ...volume({}), item }], { format: 'ndjson' });
    expect(JSON.parse(out)).toEqual(whole);
    expect(out.match(/fed_provider/g)).toHaveLength(1);
  });

  it('marks each object with its own scope, whichever came before', async () => {
    const scopes = [['sp-a', 'p-1'], ['sp-a', 'p-2'], ['sp-b', 'p-2'], ['sp-a', 'p-1'], [], ['sp-a', 'p-1']] as const;
    const rows = scopes.map(([provider, projectId]) => ({ item: {}, provider, project: 'research', projectId }));
    const { out } = await printList(rows, { format: 'ndjson' });
    const said = out.trimEnd().split('\n');
    expect(said.map((line) => JSON.parse(line) as Record<string, unknown>)).toEqual(
      scopes.map(([provider, projectId]) =>
        provider === undefined ? {} : { fed_provider: provider, fed_project: 'research', fed_project_id: projectId },
      ),
    );
  });

  it('leaves an object alone that belongs to no provider', async () => {
    const { out } = await printList([{ item: { id: 'v' } }], { format: 'ndjson' });
    expect(out).toBe('{"id":"v"}\n');
  });

  it('is printed as rows come, as are csv and value', async () => {
    for (const format of ['ndjson', 'csv', 'value'] as const) {
      const terminal = fakeTerminal();
      const printer = createListPrinter({ ...typeOf('volume'), format, terminal });
      await printer.add([volume({ id: 'first' })]);
      expect(terminal.out).toContain('first');
      await printer.add([volume({ id: 'second' })]);
      expect(terminal.out).toContain('second');
      await printer.finish();
      expect(terminal.out.match(/second/g)).toHaveLength(1);
    }
  });

  it('waits for a reader that is slower than the clouds', async () => {
    let release = () => {};
    const read = new Promise<void>((resolve) => {
      release = resolve;
    });
    const terminal = fakeTerminal({ onWrite: () => read });
    const printer = createListPrinter({ ...typeOf('volume'), format: 'ndjson', terminal });
    const many = Array.from({ length: 1000 }, (_, index) => volume({ id: `v-${index}` }));
    let added = false;
    const adding = Promise.resolve(printer.add(many)).then(() => {
      added = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(added).toBe(false);
    release();
    await adding;
    await printer.finish();
    expect(terminal.out.trimEnd().split('\n')).toHaveLength(1000);
  });

  it('holds rows back until a field that was asked for has been seen, and loses none', async () => {
    const terminal = fakeTerminal();
    const printer = createListPrinter({
      ...typeOf('volume'),
      format: 'value',
      selected: ['id', 'Multi Attach'],
      terminal,
    });
    await printer.add([volume({ id: 'a' })]);
    expect(terminal.out).toBe('');
    await printer.add([volume({ id: 'b', multi_attach: true })]);
    await printer.add([volume({ id: 'c' })]);
    await printer.finish();
    expect(terminal.out).toBe('a \nb True\nc \n');
  });
});

describe('-c', () => {
  const titles = async (selected: string[], more = {}) => {
    const { out } = await printList([volume({ volume_type: 'ssd', 'OS-X:y z': 1 })], {
      format: 'csv',
      quote: 'none',
      selected,
      ...more,
    });
    return out.split('\n')[0];
  };

  it('takes openstack’s titles in any case, with spaces, underscores or dashes', async () => {
    expect(await titles(['attached_to', 'ID', 'Attached-To'])).toBe('ID,Attached to');
  });

  it('takes the API’s names of fields, of columns and of others', async () => {
    expect(await titles(['attachments', 'OS-X:y z', 'fed_project_id', 'fed_provider'])).toBe(
      'Attached to,OS-X:y z,Project ID,Provider',
    );
  });

  it('takes the columns of --long without --long', async () => {
    expect(await titles(['volume_type', 'size', 'bootable'])).toBe('Size,Type,Bootable');
  });

  it('keeps the order of the list, whatever the order of the options', async () => {
    expect(await titles(['Project', 'Size', 'Name'])).toBe('Name,Size,Project');
  });

  it.each(['table', 'json', 'yaml', 'csv', 'value', 'ndjson'] as const)(
    'prints nothing but an error that lists the names for one that there is not (%s)',
    async (format) => {
      const terminal = fakeTerminal();
      const printer = createListPrinter({ ...typeOf('volume'), format, selected: ['id', 'colour'], terminal });
      await printer.add([volume({ volume_type: 'ssd' })]);
      const error = await printer.finish().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({
        message: 'There is no column "colour".',
        hint: expect.stringMatching(/Columns: ID, Name, Status, Size, .*Provider, Region, Project\..*volume_type/),
      });
      expect(terminal.out).toBe('');
    },
  );
});

describe('--sort-column', () => {
  const ids = async (options: Parameters<typeof printList>[1]) => {
    const rows = [
      volume({ id: 'a', size: 9, name: 'y' }),
      volume({ id: 'b', size: 10, name: null }),
      volume({ id: 'c', size: 9, name: 'x' }, { provider: 'sp-a' }),
      volume({ id: 'd', size: null, name: 'x' }),
    ];
    const { out, err } = await printList(rows, { format: 'value', selected: ['id'], ...options });
    return `${out.split('\n').join('')}${err}`;
  };

  it('compares numbers as numbers and has nothing last in both directions', async () => {
    expect(await ids({ sortColumns: ['Size'] })).toBe('acbd');
    expect(await ids({ sortColumns: ['size'], sortDescending: true })).toBe('bacd');
    expect(await ids({ sortColumns: ['name'] })).toBe('cdab');
  });

  it('takes several columns, the first one first, and Provider and other fields too', async () => {
    expect(await ids({ sortColumns: ['size', 'name'] })).toBe('cabd');
    expect(await ids({ sortColumns: ['provider'], sortDescending: true })).toBe('cabd');
  });

  it('ignores a column that there is not, with a warning', async () => {
    expect(await ids({ sortColumns: ['colour', 'size'] })).toBe(
      'acbdfed: warning: not sorted by "colour": there is no such column\n',
    );
  });

  it.each(['table', 'json', 'yaml', 'csv', 'ndjson'] as const)('sorts %s', async (format) => {
    const rows = [volume({ id: 'zz' }), volume({ id: 'aa' })];
    const { out } = await printList(rows, { format, sortColumns: ['id'] });
    expect(out.indexOf('aa')).toBeLessThan(out.indexOf('zz'));
  });
});

describe('columns by the names that openstack has for them', () => {
  it.each([
    ['server', 'project_id', 'tenant_id'],
    ['server', 'Volumes Attached', 'os-extended-volumes:volumes_attached'],
    ['port', 'binding_vnic_type', 'binding:vnic_type'],
    ['port', 'security_group_ids', 'security_groups'],
    ['security-group', 'rules', 'security_group_rules'],
    ['network', 'router_external', 'router:external'],
  ])('%s -c %s is %s', async (type, name, field) => {
    const [row] = samplesOf(type);
    if (row === undefined) throw new Error(type);
    const selected = [name];
    const { fieldNames } = typeOf(type);
    const listed = JSON.parse((await printList([row], { type, format: 'json', selected, fieldNames })).out);
    const value = (row.item as Record<string, unknown>)[field];
    expect(value).toBeDefined();
    expect(listed).toEqual([{ [field]: value }]);
    const terminal = fakeTerminal();
    await printOne({ item: row.item }, { terminal, format: 'json', selected, fieldNames });
    expect(JSON.parse(terminal.out)).toEqual({ [field]: value });
  });

  it('that cannot be looked up, as there are no rows, are said to be unknown', async () => {
    const { out, err } = await printList([], { format: 'json', selected: ['Size', 'bogus'] });
    expect([out, err]).toEqual(['[]\n', expect.stringMatching(/"bogus" is not known, as there are no rows\n$/)]);
    expect(err).not.toContain('Size');
  });
});
