import { load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { describeWithPyYaml, readWithPyYaml } from '../../support/py-yaml.ts';
import { printList, samplesOf, volume } from './rows.ts';

/** Every character that YAML, a terminal or a reader of lines treats in a way of its own, and a few that none does. */
function oddCharacters(): string[] {
  const ranges: ReadonlyArray<readonly [number, number]> = [
    [0x00, 0xff],
    [0x2028, 0x202e],
    [0xd7fe, 0xe001],
    [0xfeff, 0xfeff],
    [0xfffc, 0xffff],
    [0x1f600, 0x1f600],
    [0x10fffe, 0x10ffff],
  ];
  return ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
  );
}

/** Texts that readers of YAML 1.1 or 1.2 would take for something else, were they not in quotes. */
const ambiguous = [
  ...['', '=', '<<', '~', 'null', 'NULL', 'yes', 'No', 'on', 'OFF', 'y', 'N', 'true', 'False', '.nan', '-.Inf'],
  ...[
    '1',
    '-1',
    '+1',
    '010',
    '0o7',
    '0x1f',
    '0b1',
    '1_000',
    '1e3',
    '1.5e3',
    '1.0e+3',
    '.5',
    '1.',
    '0e',
    '9'.repeat(20),
  ],
  ...['12:30', '12:30:45', '190:20:30.15', '2026-11-24', '2026-11-24T10:00:00Z', '2026-11-24 10:00:00'],
  ...[
    '-',
    '- a',
    '?',
    '? a',
    ':',
    'a: b',
    'a:',
    'a #b',
    '# a',
    '*a',
    '&a',
    '!a',
    '!!str a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
  ],
  ...['[a', '{a', 'a, b', 'a]', '---', '--- a', '...', "it's", '"q"', '\\', 'a\\nb', 'word '.repeat(500)],
  ...['a\nb', 'a\n', '\na', 'a\n\n', ' a\nb', 'a\n b', 'a\r\nb', '---\na', '\n', '  \n ', 'a:\tb', '-\ta'],
];

const names = [...ambiguous, ...oddCharacters().flatMap((each) => [each, `a${each}b`, `a\n${each} a`])];

/** These names in YAML, and what a reader finds. */
async function readBack(read: (text: string) => unknown): Promise<unknown> {
  const { out } = await printList([volume({ names })], { format: 'yaml' });
  return (read(out) as Array<{ names: unknown }>)[0]?.names;
}

describe('YAML', () => {
  it('is written in blocks, in quotes only where it has to be', async () => {
    const item = {
      id: 'e3c7-x',
      tags: ['a b', 'on'],
      none: [],
      metadata: { 'a.b': null, c: { size: 1 } },
      at: '12:30',
    };
    const [row] = [{ item }];
    const { out } = await printList([row, row], { format: 'yaml' });
    const each =
      '- id: e3c7-x\n  tags:\n    - a b\n    - "on"\n  none: []\n  metadata:\n    a.b: null\n    c:\n      size: 1\n  at: "12:30"\n';
    expect(out).toBe(each + each);
    expect((await printList([], { format: 'yaml' })).out).toBe('[]\n');
  });

  it('gives readers of YAML 1.1 and of 1.2 every name as it is', async () => {
    expect(await readBack((text) => load(text))).toEqual(names);
    expect(await readBack((text) => load(text, { schema: YAML11_SCHEMA }))).toEqual(names);
  });

  it('sends nothing to a terminal that acts there', async () => {
    const keys = Object.fromEntries(names.map((name) => [name, 'x']));
    const { out } = await printList([volume({ names, keys })], { format: 'yaml', terminal: { tty: true } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be there
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
  });
});

describeWithPyYaml('YAML, read with PyYAML', () => {
  it('has names of every kind as they are', async () => {
    expect(await readBack(readWithPyYaml)).toEqual(names);
  });

  it('has keys of every kind, numbers and nested values as they are', async () => {
    const metadata = Object.fromEntries(names.map((name) => [`k${name}`, [name]]));
    const item = { metadata, keys: Object.fromEntries(ambiguous.map((name) => [name, name])) };
    const numbers = [0, -1, 1.5, 1e21, 1e-7, 2 ** 53, true, null, {}, [], [[]], [{}]];
    const { out } = await printList([volume({ ...item, numbers })], { format: 'yaml' });
    expect(readWithPyYaml(out)).toMatchObject([{ ...item, numbers }]);
  });

  it('says what JSON says', async () => {
    for (const type of ['server', 'volume', 'port', 'image']) {
      const { out } = await printList(samplesOf(type), { type, format: 'yaml' });
      const { out: json } = await printList(samplesOf(type), { type, format: 'json' });
      expect(readWithPyYaml(out)).toEqual(JSON.parse(json));
    }
  });
});
