import { UsageError } from '../errors.ts';
import { resourceTypes } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';
import type { CommandEntry } from './command.ts';
import { commands, typeCommands } from './command-table.ts';
import { takesValue } from './global-options.ts';
import { leadingWords } from './words.ts';

/** The command that was typed, with the arguments that are left for it. */
export interface Typed {
  readonly entry: CommandEntry;
  readonly type?: ResourceType;
  readonly rest: readonly string[];
}

/**
 * Find the command that is meant. Undefined when none was named.
 * @throws UsageError for words that name no command
 */
export function findCommand(argv: readonly string[]): Typed | undefined {
  const leading = leadingWords(argv, takesValue);
  const plain = plainWords(argv);
  const entry = commands.find(({ words }) => words.every((word, at) => plain[at] === word));
  if (entry !== undefined) return { entry, rest: withoutWords(argv, entry.words) };
  // `fed list providers` for `fed provider list`, as it is for the types.
  const [verb, noun = ''] = plain;
  const turned = commands.find(({ words: [first, second] }) => second === verb && [first, `${first}s`].includes(noun));
  if (turned !== undefined) return { entry: turned, rest: withoutWords(argv, plain.slice(0, 2)) };
  const { command, type, rest } = leading;
  if (command === undefined) return undefined;
  const forType = typeCommands[command];
  if (forType !== undefined && (type !== undefined || command === 'show')) {
    return { entry: forType, rest, ...(type !== undefined && { type }) };
  }
  throw type === undefined ? notACommand(command, plain) : noVerb(type, plainWords(rest)[0]);
}

/** The words that are neither options nor their values. */
function plainWords(argv: readonly string[]): string[] {
  return argv.filter((word, at) => !word.startsWith('-') && !takesValue(argv[at - 1] ?? ''));
}

/** Each word once, from the front: an argument further on may be the same word. */
function withoutWords(argv: readonly string[], words: readonly string[]): string[] {
  const left = [...argv];
  for (const word of words) left.splice(left.indexOf(word), 1);
  return left;
}

function noVerb({ name }: ResourceType, verb: string | undefined): UsageError {
  const what = verb === undefined ? `What is to be done with the ${name}?` : `fed ${name} has no ${verb}.`;
  return new UsageError(what, { hint: `fed ${name} list, fed ${name} show ID; anything else goes through fed curl.` });
}

function notACommand(command: string, words: readonly string[]): UsageError {
  if (command === 'list') {
    const types = resourceTypes.map(({ plural }) => plural).join(', ');
    const what = words[1] === undefined ? 'List what?' : `There is no resource type ${words[1]}.`;
    return new UsageError(what, { hint: `One of: ${types}.` });
  }
  const group = commands.filter(({ words: [first] }) => first === command);
  if (group.length > 0) {
    return new UsageError(`fed ${command} needs one of: ${group.map(({ words: [, second] }) => second).join(', ')}.`);
  }
  return new UsageError(`There is no command ${command}.`, { hint: `${nearest(command)}fed --help lists them all.` });
}

function nearest(word: string): string {
  const known = new Set([
    ...commands.flatMap(({ words }) => words.slice(0, 1)),
    ...Object.keys(typeCommands),
    ...resourceTypes.map(({ name }) => name),
  ]);
  const close = [...known].filter((each) => distance(word, each) <= 2);
  return close.length > 0 ? `Did you mean ${close.join(' or ')}? ` : '';
}

/** How many letters must be changed, added or dropped to make one word the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
