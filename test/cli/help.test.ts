import { describe, expect, it } from 'vitest';
import { commands, typeCommands } from '../../src/cli/command-table.ts';
import type { Typed } from '../../src/cli/find-command.ts';
import { takesValue } from '../../src/cli/global-options.ts';
import { help, helpByHabit } from '../../src/cli/help.ts';
import { wrapped } from '../../src/cli/help-text.ts';
import { parseCommand } from '../../src/cli/parse-command.ts';
import { resourceTypes, typeNamed } from '../../src/services/index.ts';
import { fakeTerminal } from '../support/terminal.ts';

const entries: Array<readonly [string, Omit<Typed, 'rest'>]> = [
  ...commands.map((entry) => [entry.words.join(' '), { entry }] as const),
  ...Object.entries(typeCommands).flatMap(([verb, entry]) =>
    resourceTypes.map((type) => [`${type.name} ${verb}`, { entry, type }] as const),
  ),
];

async function parse(entry: Omit<Typed, 'rest'>, ...rest: string[]) {
  const terminal = fakeTerminal();
  const parsed = await parseCommand({ ...entry, rest }, await entry.entry.load(), terminal);
  return { parsed, out: terminal.out };
}

function typed(verb: 'list' | 'show', name: string): Omit<Typed, 'rest'> {
  const [entry, type] = [typeCommands[verb], typeNamed(name)];
  if (entry === undefined || type === undefined) throw new Error(name);
  return { entry, type };
}

const tooLong = (text: string) => text.split('\n').filter((line) => line.length > 80);

describe("a command's help", () => {
  it.each(entries)('of %s fits into 80 columns and does not list who you are', async (_, entry) => {
    const { out } = await parse(entry, '--help');
    expect(tooLong(out)).toEqual([]);
    expect(out).toContain('fed help authentication');
    expect(out).not.toContain('--os-username');
  });

  it('begins with what it does, its own options, and ends with lines to type', async () => {
    const { out } = await parse(typed('list', 'server'), '--help');
    const places = [
      'List servers over all clouds',
      '--name',
      '--format',
      '--provider',
      '--help',
      '  fed server list --long',
    ];
    const at = places.map((text) => out.indexOf(text));
    expect(at).not.toContain(-1);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  it.each(['', 'exit-codes', 'environment', 'types', 'authentication', 'output', 'formats', 'server', 'list'])(
    'fed help %s fits into 80 columns',
    async (topic) => {
      const terminal = fakeTerminal();
      expect(await help(terminal, topic === '' ? [] : [topic])).toBe(0);
      expect(tooLong(terminal.out)).toEqual([]);
    },
  );

  it('lists each variable once, those of the output included', async () => {
    const terminal = fakeTerminal();
    await help(terminal, ['environment']);
    const names = terminal.out.split('\n').flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['NO_COLOR', 'CLICOLOR', 'CLIFF_FIT_WIDTH', 'CLIFF_MAX_TERM_WIDTH']));
  });

  it('has a word for a topic that is spelt wrong', async () => {
    await expect(help(fakeTerminal(), ['exit-code'])).rejects.toMatchObject({
      hint: 'Did you mean: fed help exit-codes',
    });
  });

  it('is there for --help behind other options', async () => {
    const terminal = fakeTerminal();
    expect(await helpByHabit(terminal, ['-v', '--help'])).toBe(0);
    expect(terminal.out).toContain('Usage: fed COMMAND');
  });

  it('is wrapped below the text that it continues', () => {
    expect(wrapped('  -x   one two three', 14)).toBe('  -x   one two\n       three');
    expect(wrapped('one two three', 8)).toBe('one two\nthree');
  });
});

describe('options', () => {
  it('of a listing that take a value are known before the command', () => {
    const early = ['-f', '-c', '--format', '--column', '--max-width', '--sort-column', '--name', '--limit'];
    expect(early.filter((option) => !takesValue(option))).toEqual([]);
    expect(takesValue('--long')).toBe(false);
  });

  it('can be shortened where only one begins so', async () => {
    const list = typed('list', 'server');
    expect((await parse(list, '--lon', '--form=json')).parsed?.options).toMatchObject({ long: true, format: 'json' });
    await expect(parse(list, '--pro', 'x')).rejects.toMatchObject({ code: 'FED_USAGE' });
  });

  it('take several providers with commas, unless the comma is in a name', async () => {
    const { parsed } = await parse(typed('list', 'server'), '--provider', 'home,sp-a', '--provider', 'Boston, MA');
    expect(parsed?.globals.providers).toEqual(['home', 'sp-a', 'Boston, MA']);
  });

  it('--timeout 0 lifts a timeout', async () => {
    expect((await parse(typed('list', 'server'), '--timeout', '0')).parsed?.globals.timeoutMs).toBe(0);
    await expect(parse(typed('list', 'server'), '--timeout', '')).rejects.toMatchObject({ code: 'FED_USAGE' });
  });

  it('that are misspelt are named without their values, which may be passwords', async () => {
    await expect(parse(typed('list', 'port'), '--os-passwrod=geheim')).rejects.toMatchObject({
      message: 'Unknown option "--os-passwrod".',
      hint: 'Did you mean --os-password?',
    });
  });

  it.each([
    ['-o', '-f: table, json'],
    ['--output', '-f: table, json'],
    ['--json', '-f json'],
    ['--sort', '--sort-column'],
    ['--filter', '--query KEY=VALUE'],
    ['--all-projects', '--query all_tenants=1'],
    ['--marker', '--limit'],
    ['--ip', '--query ip='],
    ['--tags', '--query tags='],
    ['--no-name-lookup', 'leave it out'],
    ['--fit-width', '--max-width'],
    ['-l', '--long'],
    ['-A', 'all_tenants'],
    ['--watch', 'watch fed'],
    ['--strct', 'Did you mean --strict?'],
    ['--frobnicate', '--query KEY=VALUE'],
  ])('that a listing does not have lead to the right one: %s', async (option, hint) => {
    await expect(parse(typed('list', 'port'), option)).rejects.toMatchObject({
      message: `Unknown option "${option}".`,
      hint: expect.stringContaining(hint),
    });
  });
});
