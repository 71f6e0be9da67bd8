import { Command, CommanderError, Option } from 'commander';
import { accountOptions } from '../config/account-options.ts';
import { UsageError } from '../errors.ts';
import type { CommandModule } from './command.ts';
import type { Typed } from './find-command.ts';
import { type GlobalOption, type GlobalOptions, globalOptions, readGlobals } from './global-options.ts';
import { repeated, seconds } from './option-parsers.ts';

export interface Parsed {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly globals: GlobalOptions;
}

export interface TextSinks {
  readonly out: (text: string) => void;
}

/**
 * Parse one command's arguments.
 * @returns undefined when help was asked for and printed
 * @throws UsageError
 */
export function parseCommand(typed: Typed, module: CommandModule, sinks: TextSinks): Parsed | undefined {
  const command = new Command(`fed ${commandName(typed)}`);
  command
    .description(typed.entry.summary)
    .exitOverride()
    .configureOutput({ writeOut: sinks.out, writeErr: () => {} })
    .helpOption('-h, --help', 'show this help');
  command.optionsGroup('Options:');
  module.configure(command, typed.type);
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
  let args: readonly string[] | undefined;
  command.action(() => {
    args = command.processedArgs.flat();
  });
  try {
    command.parse(withDashes(typed.rest), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.help') return undefined;
    throw new UsageError(error.message.replace(/^error: /, ''), {
      hint: `fed ${commandName(typed)} --help shows how it is used.`,
    });
  }
  const options = command.opts();
  return { args: args ?? [], options, globals: readGlobals(options) };
}

/** All options that every command has, as commander takes them. */
function commonOptions(): Option[] {
  const account = accountOptions.map((each) =>
    new Option(`${each.flag} <value>`, `${each.description} (${each.env})`).helpGroup('Who you are:'),
  );
  return [...globalOptions.map(commonOption), ...account];
}

function commonOption({ flags, description, group, value }: GlobalOption): Option {
  const option = new Option(flags, description).helpGroup(`${group}:`);
  if (value === 'repeatable') return option.argParser(repeated).default([], 'all');
  if (value === 'seconds') return option.argParser(seconds);
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
