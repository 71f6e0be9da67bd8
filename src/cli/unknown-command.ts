import { accountOptions } from '../config/account-options.ts';
import { UsageError } from '../errors.ts';
import { resourceTypes } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';
import { commands } from './command-table.ts';
import { globalOptions, takesValue } from './global-options.ts';
import { slips } from './spelling.ts';
import { leadingWords, wordsOf } from './words.ts';

/** What to say to words that name no command: what was probably meant, or the program that can do it. */
export function unknownCommand(argv: readonly string[]): UsageError {
  const words = wordsOf(argv, takesValue).map(({ text }) => text);
  const [first] = words;
  if (first === undefined) return new UsageError('No command was given.', { hint: 'fed --help lists them.' });
  const { type } = leadingWords(argv, takesValue);
  const meant = correction(words);
  if (meant !== undefined) {
    const rest = words.length > meant.split(' ').length ? ' …' : '';
    return new UsageError(whatIsWrong(words, type), { hint: `Did you mean: fed ${meant}${rest}` });
  }
  if (first === 'list' || first === 'ls') {
    const types = resourceTypes.map(({ plural }) => plural).join(', ');
    return new UsageError(whatIsWrong(words, type), { hint: `One of: ${types}.` });
  }
  const group = commands.filter(({ words: [one] }) => one === first);
  if (group.length > 0 && type === undefined) {
    return new UsageError(whatIsWrong(words, type), {
      hint: `One of: ${group.map(({ words: both }) => `fed ${both.join(' ')}`).join(', ')}.`,
    });
  }
  if (type !== undefined || PROGRAMS.has(first) || OPENSTACK_NOUNS.has(first)) {
    return new UsageError(whatIsWrong(words, type), { hint: `This does it, in any cloud: ${execLine(argv, type)}` });
  }
  return new UsageError(whatIsWrong(words, type), {
    hint: 'fed --help lists the commands; fed exec -- PROGRAM runs any other program on all clouds.',
  });
}

function whatIsWrong(words: readonly string[], type: ResourceType | undefined): string {
  const [first = '', second] = words;
  if (first === 'list' || first === 'ls') return `There is no resource type ${words.slice(1).join(' ')}.`;
  if (type !== undefined) return `fed ${type.name} has no ${words.at(nameLength(words, type)) ?? second}.`;
  if (second !== undefined && commands.some(({ words: [one] }) => one === first))
    return `fed ${first} has no ${second}.`;
  return `There is no command ${first}.`;
}

/** How many of the leading words are the type's name. */
function nameLength(words: readonly string[], type: ResourceType): number {
  const names = [type.name, type.plural, ...type.alsoCalled];
  const lengths = [3, 2, 1];
  return lengths.find((length) => names.includes(words.slice(0, length).join('-').toLowerCase())) ?? 1;
}

/** The words of a command that differ from the typed ones by slips only, and least. */
function correction(words: readonly string[]): string | undefined {
  let best: { readonly text: string; readonly slips: number; readonly length: number } | undefined;
  const all = sequences();
  const known = new Set(all.flat());
  for (const sequence of all) {
    const found = slipsIn(words, sequence, known);
    if (found === undefined || found === 0) continue;
    const { length } = sequence;
    const isBetter = best === undefined || length > best.length || (length === best.length && found < best.slips);
    if (isBetter) best = { text: sequence.join(' '), slips: found, length };
  }
  return best?.text;
}

/** A word that is right somewhere is no slip. */
function slipsIn(
  words: readonly string[],
  sequence: readonly string[],
  known: ReadonlySet<string>,
): number | undefined {
  if (words.length < sequence.length) return undefined;
  let sum = 0;
  for (const [at, word] of sequence.entries()) {
    const typed = words[at] ?? '';
    const found = slips(typed, word);
    if (found === undefined || (found > 0 && known.has(typed))) return undefined;
    sum += found;
  }
  return sum;
}

/** Everything that can be typed as a command, word by word. */
function sequences(): string[][] {
  const types = resourceTypes.flatMap(({ name, plural, alsoCalled }) =>
    [name, plural, ...alsoCalled].flatMap((each) => [[each], each.split('-')]),
  );
  return [
    ...commands.flatMap(({ words: both }) => [[...both], both.slice(0, 1)]),
    ...['list', 'show', 'help', 'version'].map((word) => [word]),
    ...types.flatMap((words) =>
      ['list', 'show'].flatMap((verb) => [
        [...words, verb],
        [verb, ...words],
      ]),
    ),
    ...types,
  ];
}

/** The same as a command of `openstack`, for all clouds: fed's own options stand before it. */
function execLine(argv: readonly string[], type: ResourceType | undefined): string {
  const own: string[] = [];
  const rest: string[] = [];
  const left = [...argv];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (isOwn(arg)) own.push(...withoutSecret(arg, takesValue(arg) ? left.shift() : undefined));
    else rest.push(arg);
  }
  const program = PROGRAMS.has(rest[0] ?? '') ? [] : ['openstack'];
  const words = type === undefined ? rest : [...nameAtOpenstack(type), ...rest.slice(nameLength(rest, type))];
  return ['fed', 'exec', ...own, '--', ...program, ...words].map(quoted).join(' ');
}

const OWN_FLAGS = new Set(
  globalOptions
    .filter(({ flags }) => flags !== '--project <id-or-name>')
    .flatMap(({ flags }) => flags.match(/-[\w-]+/g) ?? []),
);

function isOwn(arg: string): boolean {
  return arg.startsWith('--os-') || OWN_FLAGS.has(arg.replace(/=.*/, ''));
}

function withoutSecret(arg: string, value: string | undefined): string[] {
  const [flag = '', joined] = arg.split('=');
  const isSecret = accountOptions.some((each) => each.secret === true && each.flag === flag);
  if (joined !== undefined) return [isSecret ? `${flag}=…` : arg];
  return value === undefined ? [arg] : [arg, isSecret ? '…' : value];
}

function nameAtOpenstack({ name }: ResourceType): string[] {
  return name === 'snapshot' || name === 'backup' ? ['volume', name] : name.split('-');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./…-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Programs whose names people type after `fed`. */
const PROGRAMS = new Set('openstack nova cinder glance neutron swift heat terraform tofu ansible-playbook'.split(' '));

/** The first words of openstackclient's commands which are no types of fed's. */
const OPENSTACK_NOUNS = new Set(
  (
    'access address aggregate alarm availability baremetal block coe command compute console consistency consumer ' +
    'container credential database domain dns ec2 extension federation firewall group host hypervisor identity ip ' +
    'limits limit loadbalancer local mapping metric module object orchestration policy ptr quota recordset region ' +
    'registered request role rbac secret share stack task tld trust tsigkey usage versions vpn workflow zone'
  ).split(' '),
);
