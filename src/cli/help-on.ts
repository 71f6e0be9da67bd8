import { resourceTypes } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';
import { commands } from './command-table.ts';
import { takesValue } from './global-options.ts';
import { table } from './help-text.ts';
import { leadingWords, wordsOf } from './words.ts';

/** Help on words that are the beginning of commands: a type, `list`, `provider`… Undefined for all others. */
export function helpOn(argv: readonly string[]): string | undefined {
  const words = wordsOf(argv, takesValue).map(({ text }) => text);
  const [first] = words;
  const { command, type, rest } = leadingWords(argv, takesValue);
  const isWanted = argv.includes('--help') || argv.includes('-h');
  const isAlone = wordsOf(rest, takesValue).length === 0;
  if (type !== undefined && command === type.name && (isAlone || isWanted)) return onType(type);
  if ((first === 'list' || first === 'ls') && words.length === 1) return onList();
  const group = commands.filter(({ words: both }) => both[0] === first && both.length > 1);
  if (group.length === 0 || (words.length > 1 && !isWanted)) return undefined;
  return `Usage: fed ${first} COMMAND [OPTION…]\n\n${table(group.map(({ words: both, summary }) => [both.join(' '), summary]))}
fed ${first} COMMAND --help shows a command's options.
`;
}

function onType(type: ResourceType): string {
  const own = commands.filter(({ words: [first] }) => first === type.name);
  const what = type.name.replaceAll('-', ' ');
  const rows: Array<readonly [string, string]> = [
    ...own.map(({ words, summary }) => [`fed ${words.join(' ')}`, summary] as const),
    ...(own.some(({ words }) => words[1] === 'list')
      ? []
      : [[`fed ${what} list`, `list ${type.plural.replaceAll('-', ' ')} over all clouds`] as const]),
    [`fed ${what} show ID`, `show one, wherever it is; its name will do, too`],
  ];
  return `${table(rows)}
Options: fed ${what} list --help, fed ${what} show --help.
Everything else that openstack can do: fed exec -- openstack ${what} --help
`;
}

function onList(): string {
  return `Usage: fed list TYPE [OPTION…]

List the resources of a type over all clouds; fed TYPE list is the same.

Types: ${resourceTypes.map(({ plural }) => plural).join(', ')}

Options: fed list servers --help shows them. Examples:
  fed list servers --long
  fed list volumes --provider sp-a --status available -f json
`;
}
