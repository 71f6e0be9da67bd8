import { UsageError } from '../errors.ts';
import { resourceTypes } from '../services/index.ts';
import { commands, typeCommands } from './command-table.ts';
import { exitCodeMeanings, exitCodes } from './exit-codes.ts';
import { findCommand } from './find-command.ts';
import { helpWidth, table, wrapped } from './help-text.ts';
import { inLocale } from './locale.ts';
import type { Terminal } from './terminal.ts';

const topics: Readonly<Record<string, { summary: string; text: () => string | Promise<string> }>> = {
  'exit-codes': {
    summary: 'what each exit code means',
    text: () => table(exitCodeMeanings.map(([code, meaning]) => [String(code), meaning])),
  },
  authentication: {
    summary: 'who you are: the options and variables for that',
    text: authentication,
  },
  output: {
    summary: 'formats, columns and sorting (also: formats)',
    text: () => OUTPUT,
  },
  environment: {
    summary: 'the environment variables that are understood',
    text: environment,
  },
  types: {
    summary: 'the resource types, with the other names they go by',
    text: () => table(resourceTypes.map(({ name, plural, alsoCalled }) => [name, [plural, ...alsoCalled].join(', ')])),
  },
};

/** `fed help`, `fed help TOPIC`, `fed help COMMAND…`. @returns the exit code */
export async function help(terminal: Terminal, words: readonly string[]): Promise<number> {
  const [first] = words;
  if (first === undefined) return print(terminal, overview());
  const topic = topics[first === 'formats' || first === 'format' ? 'output' : first];
  if (topic !== undefined) return print(terminal, await topic.text());
  const typed = findCommand(words);
  if (typed === undefined) return print(terminal, await onBeginning(words));
  const { parseCommand } = await import('./parse-command.ts');
  await parseCommand({ ...typed, rest: ['--help'] }, await typed.entry.load(), terminal);
  return exitCodes.done;
}

/** `fed server`, `fed provider --help`, `fed list`: help on the commands that begin so; undefined for all else. */
export async function helpByHabit(terminal: Terminal, argv: readonly string[]): Promise<number | undefined> {
  const { helpOn } = await import('./help-on.ts');
  const isBare = argv.every((arg) => arg.startsWith('-')) && (argv.includes('--help') || argv.includes('-h'));
  const text = isBare ? overview() : helpOn(argv);
  return text === undefined ? undefined : print(terminal, text);
}

async function onBeginning(words: readonly string[]): Promise<string> {
  const [{ helpOn }, { nearest }, { unknownCommand }] = await Promise.all([
    import('./help-on.ts'),
    import('./spelling.ts'),
    import('./unknown-command.ts'),
  ]);
  const text = helpOn([...words, '--help']);
  if (text !== undefined) return text;
  const [topic] = nearest(words[0] ?? '', Object.keys(topics));
  if (topic === undefined) throw unknownCommand(words);
  throw new UsageError(`There is no help on ${words[0]}.`, { hint: `Did you mean: fed help ${topic}` });
}

function print(terminal: Terminal, text: string): number {
  terminal.stdout.write(wrapped(inLocale(text, terminal.env), helpWidth(terminal)));
  return exitCodes.done;
}

function overview(): string {
  const entries = [...Object.values(typeCommands), ...commands];
  const groups = [...new Set(entries.map(({ group }) => group))];
  const width = Math.max(...entries.map(({ words }) => words.join(' ').length));
  const sections = groups.map((group) => {
    const rows = entries.filter((entry) => entry.group === group);
    return `${group}:\n${rows.map(({ words, summary }) => `  ${words.join(' ').padEnd(width)}  ${summary}`).join('\n')}\n`;
  });
  const types = resourceTypes.map(({ name }) => name).join(', ');
  return `fed makes all OpenStack clouds of a federation look like one.

Usage: fed COMMAND [OPTION…]

${sections.join('\n')}
Types:  ${types}

Topics (fed help TOPIC):
${table(Object.entries(topics).map(([name, { summary }]) => [name, summary]))}
fed COMMAND --help shows a command's options.
You are who clouds.yaml or OS_* variables say, as with openstack.
What fed lacks openstack does for all clouds: fed exec -- openstack server create …
No cloud at hand? fed sandbox runs a federation on this machine.
`;
}

async function environment(): Promise<string> {
  const { accountOptions } = await import('../config/account-options.ts');
  const { variables } = await import('../config/variables.ts');
  const rows: Array<readonly [string, string]> = [
    ...accountOptions.map(({ env, description }) => [env, description] as const),
    ...variables.map(({ name, description }) => [name, description] as const),
    ['FED_NO_PROMPT', 'never ask for a password'],
    ['FORCE_COLOR, CLICOLOR_FORCE', 'colours although the output is no terminal'],
    ['CLICOLOR', '0: no colours'],
    ['CLIFF_MAX_TERM_WIDTH', 'the widest table, as in openstack; --max-width goes before it'],
    ['CLIFF_FIT_WIDTH', 'as in openstack: 1 makes a table fit in a pipe, too'],
  ];
  return table([...rows].sort(([a], [b]) => a.localeCompare(b)));
}

async function authentication(): Promise<string> {
  const { accountOptions } = await import('../config/account-options.ts');
  return `You are who clouds.yaml (OS_CLOUD names its entry) or OS_* variables say, as with openstack. Every command takes
these options, which go before both. Each is also a variable: --os-cloud is OS_CLOUD.

${table(accountOptions.map(({ flag, description }) => [flag, description]))}`;
}

const OUTPUT = `-f, --format FORMAT     table (for people), json, yaml, csv, value, ndjson; of one resource also shell. The settings
                        (fed config set format json) and FED_FORMAT say which it is without -f.
-c, --column NAME       only this column or field of the API, in this order (repeatable)
--long                  more columns
--sort-column NAME      sort by it, with --sort-ascending or --sort-descending
--max-width COLUMNS     the widest table; 0 for no limit

JSON has the API's own field names, and fed_provider, fed_project and fed_project_id. docs/output.md has all of it.

Examples:
  fed list servers -f json | jq '.[].id'
  fed list volumes -f value -c id -c fed_provider
  fed volume show ID -f shell
`;
