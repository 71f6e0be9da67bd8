import { UsageError } from '../errors.ts';
import { resourceTypes } from '../services/index.ts';
import { commands, typeCommands } from './command-table.ts';
import { exitCodeMeanings, exitCodes } from './exit-codes.ts';
import { findCommand } from './find-command.ts';
import type { Terminal } from './terminal.ts';

const topics: Readonly<Record<string, { summary: string; text: () => string | Promise<string> }>> = {
  'exit-codes': {
    summary: 'what each exit code means',
    text: () => table(exitCodeMeanings.map(([code, meaning]) => [String(code), meaning])),
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
  if (first === undefined) {
    terminal.stdout.write(overview());
    return exitCodes.done;
  }
  const topic = topics[first];
  if (topic !== undefined) {
    terminal.stdout.write(await topic.text());
    return exitCodes.done;
  }
  const typed = findCommand(words);
  if (typed === undefined) throw new UsageError(`There is no help on ${first}.`);
  const { parseCommand } = await import('./parse-command.ts');
  const sinks = { out: (text: string) => terminal.stdout.write(text) };
  parseCommand({ ...typed, rest: ['--help'] }, await typed.entry.load(), sinks);
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
Types: ${wrap(types, 7)}

Topics (fed help TOPIC):
${table(Object.entries(topics).map(([name, { summary }]) => [name, summary]))}
fed COMMAND --help shows a command's options. You are who clouds.yaml or OS_* variables say, as with openstack.
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
    ['NO_COLOR', 'no colours'],
  ];
  return table([...rows].sort(([a], [b]) => a.localeCompare(b)));
}

function table(rows: ReadonlyArray<readonly [string, string]> | string[][]): string {
  const width = Math.max(...rows.map(([left = '']) => left.length));
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}

function wrap(text: string, indent: number, width = 100): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length + indent > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
