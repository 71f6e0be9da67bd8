import type { ResourceType } from '../services/types.ts';
import type { CommandEntry } from './command.ts';
import { commands, typeCommands } from './command-table.ts';
import { takesValue } from './global-options.ts';
import { leadingWords, without, wordsOf } from './words.ts';

/** The command that was typed, with the arguments that are left for it. */
export interface Typed {
  readonly entry: CommandEntry;
  readonly type?: ResourceType;
  readonly rest: readonly string[];
}

/** Find the command that is meant. Undefined when the words name none. */
export function findCommand(argv: readonly string[]): Typed | undefined {
  const words = wordsOf(argv, takesValue);
  const entry = commands.find((each) => each.words.every((word, at) => words[at]?.text === word));
  if (entry !== undefined) return { entry, rest: without(argv, words.slice(0, entry.words.length)) };
  // `fed list providers` for `fed provider list`, as it is for the types.
  const [verb = '', noun = ''] = words.map(({ text }) => text);
  const turned = commands.find(({ words: [first, second] }) => second === verb && [first, `${first}s`].includes(noun));
  if (turned !== undefined) return { entry: turned, rest: without(argv, words.slice(0, 2)) };
  const { command = '', type, rest } = leadingWords(argv, takesValue);
  const forType = typeCommands[command];
  if (forType === undefined || (type === undefined && command !== 'show')) return undefined;
  return { entry: forType, rest, ...(type !== undefined && { type }) };
}
