import { Command, CommanderError, Option } from 'commander';
import { accountOptions } from '../config/account-options.ts';
import type { CommandModule } from './command.ts';
import type { Typed } from './find-command.ts';
import { type GlobalOption, type GlobalOptions, globalOptions, readGlobals } from './global-options.ts';
import { inLocale } from './locale.ts';
import { deadline, names, repeated } from './option-parsers.ts';
import type { Terminal } from './terminal.ts';

export interface Parsed {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly globals: GlobalOptions;
}

/**
 * Parse one command's arguments.
 * @returns undefined when help was asked for and printed
 * @throws UsageError
 */
export async function parseCommand(
  typed: Typed,
  module: CommandModule,
  terminal: Terminal,
): Promise<Parsed | undefined> {
  const { entry, type } = typed;
  const name = commandName(typed);
  const command = new Command(`fed ${name}`);
  let help = '';
  command
    .description(capitalized(entry.describe?.(type) ?? entry.summary))
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => {
        help += text;
      },
      writeErr: () => {},
      getOutHelpWidth: () => Math.max(terminal.stdout.columns ?? 80, 40),
    })
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup('Diagnosis:'));
  command.optionsGroup('Options:');
  module.configure(command, type);
  addCommonOptions(command);
  command.addHelpText('after', () => afterHelp(entry.examples?.(type) ?? []));
  let args: readonly string[] | undefined;
  command.action(() => {
    args = command.processedArgs.flat();
  });
  try {
    command.parse(inFull(withDashes(typed.rest), command), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code !== 'commander.helpDisplayed' && error.code !== 'commander.help') {
      const { usageErrorOf } = await import('./option-hints.ts');
      throw usageErrorOf(error, name, command.options, typed);
    }
    const { helpWidth, wrapped } = await import('./help-text.ts');
    terminal.stdout.write(wrapped(inLocale(help, terminal.env), helpWidth(terminal)));
    return undefined;
  }
  const options = command.opts();
  return { args: args ?? [], options, globals: readGlobals(options) };
}

function capitalized(text: string): string {
  return /^fed\b/.test(text) ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function afterHelp(examples: readonly string[]): string {
  const lines = examples.length === 0 ? '' : `\nExamples:\n${examples.map((each) => `  ${each}\n`).join('')}`;
  return `${lines}\nWho you are: --os-cloud ENTRY and the like (fed help authentication).`;
}

function addCommonOptions(command: Command): void {
  const taken = new Set(command.options.flatMap(({ short, long }) => [short, long]));
  for (const option of commonOptions()) {
    // A command named after a tool keeps that tool's letters; the long name stays ours.
    if (option.short !== undefined && taken.has(option.short)) {
      if (taken.has(option.long)) continue;
      option.flags = option.long ?? option.flags;
      delete option.short;
    }
    if (!taken.has(option.long)) command.addOption(option);
  }
}

/** `--lon` for `--long`, where only one option begins so. Programs that fed runs have options of their own. */
function inFull(args: readonly string[], command: Command): readonly string[] {
  if (command.name() === 'fed exec') return args;
  const known = command.options.flatMap(({ long }) => long ?? []).concat('--help');
  const end = args.indexOf('--');
  return args.map((arg, at) => {
    const [, typed = ''] = /^(--[a-z][\w-]*)/.exec(arg) ?? [];
    if (typed === '' || known.includes(typed) || (end !== -1 && at > end)) return arg;
    const [only, another] = known.filter((each) => each.startsWith(typed));
    return only === undefined || another !== undefined ? arg : `${only}${arg.slice(typed.length)}`;
  });
}

/** All options that every command has, as commander takes them. */
function commonOptions(): Option[] {
  const account = accountOptions.map((each) =>
    new Option(`${each.flag} <value>`, `${each.description} (${each.env})`).hideHelp(),
  );
  return [...globalOptions.map(commonOption), ...account];
}

function commonOption({ flags, description, group, value }: GlobalOption): Option {
  const option = new Option(flags, description).helpGroup(`${group}:`);
  if (value === 'names') return option.argParser(names).default([], 'all');
  if (value === 'repeatable') return option.argParser(repeated).default([], 'all');
  if (value === 'seconds') return option.argParser(deadline);
  return Array.isArray(value) ? option.choices(value) : option;
}

/** openstacksdk takes `--os_cloud` for `--os-cloud`. */
function withDashes(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, at) =>
    /^--os[_-]/.test(arg) && (end === -1 || at < end)
      ? arg.replace(/^[^=]*/, (flag) => flag.replaceAll('_', '-'))
      : arg,
  );
}

function commandName({ entry, type }: Typed): string {
  return type === undefined ? entry.words.join(' ') : `${type.name} ${entry.words[0]}`;
}
