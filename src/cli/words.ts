import { typeNamed } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';

/** A word of the command line that is neither an option nor the value of one. */
export interface Word {
  readonly text: string;
  /** Its place among the arguments. */
  readonly at: number;
}

/** What the leading words name: a resource type with a verb, in either order, or a command of another name. */
export interface Leading {
  /** `list`, `show`, `curl`, `config`…; undefined when there is no word. */
  readonly command: string | undefined;
  readonly type?: ResourceType;
  /** The arguments without the words that were understood. */
  readonly rest: readonly string[];
}

const VERBS: Readonly<Record<string, string>> = { list: 'list', ls: 'list', show: 'show', get: 'show' };

/** No resource's name has more words than this (`volume snapshot`). */
const LONGEST_NAME = 3;

/**
 * Understand the leading words as people write them: `server list`, `list servers`, `volume snapshot show ID`,
 * `show server ID`, `floating-ip list`. Options may stand in front and in between.
 *
 * @param takesValue whether an option such as `--os-cloud` is followed by its value
 */
export function leadingWords(args: readonly string[], takesValue: (option: string) => boolean): Leading {
  const words = wordsOf(args, takesValue);
  const [first, ...others] = words;
  if (first === undefined) return { command: undefined, rest: args };
  const verb = VERBS[first.text];
  if (verb !== undefined) {
    const named = nameAt(others);
    if (named !== undefined && first.text === 'get' && others.length === named.length && isPlural(others, named)) {
      return { command: 'list', type: named.type, rest: without(args, words) };
    }
    // `fed show ID` needs no type, and an id may read like one: a type counts only if something follows it.
    const isType = named !== undefined && (verb === 'list' || others.length > named.length);
    return isType
      ? { command: verb, type: named.type, rest: without(args, words.slice(0, named.length + 1)) }
      : { command: verb, rest: without(args, [first]) };
  }
  const named = nameAt(words);
  const after = named && words[named.length];
  if (named === undefined || words.length < named.length) return { command: first.text, rest: without(args, [first]) };
  const verbAfter = after === undefined ? undefined : VERBS[after.text];
  return verbAfter === undefined
    ? { command: named.type.name, type: named.type, rest: without(args, words.slice(0, named.length)) }
    : { command: verbAfter, type: named.type, rest: without(args, words.slice(0, named.length + 1)) };
}

/** The words before `--` that are neither options nor their values. */
export function wordsOf(args: readonly string[], takesValue: (option: string) => boolean): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const text = args[at] ?? '';
    if (text === '--') break;
    if (!text.startsWith('-') || text === '-') words.push({ text, at });
    else if (!text.includes('=') && takesValue(text)) at += 1;
  }
  return words;
}

/** `fed get servers`, as kubectl has it. */
function isPlural(words: readonly Word[], { type }: { readonly type: ResourceType }): boolean {
  return words.map(({ text }) => text.toLowerCase()).join('-') === type.plural;
}

/** The longest run of words that names a type. */
function nameAt(words: readonly Word[]): { type: ResourceType; length: number } | undefined {
  for (let length = Math.min(LONGEST_NAME, words.length); length > 0; length -= 1) {
    const name = words.slice(0, length).map(({ text }) => text);
    const type = typeNamed(name.join('-'));
    if (type !== undefined) return { type, length };
  }
  return undefined;
}

/** The arguments but for these words. */
export function without(args: readonly string[], words: readonly Word[]): string[] {
  const places = new Set(words.map(({ at }) => at));
  return args.filter((_, at) => !places.has(at));
}
