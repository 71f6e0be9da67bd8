import { type Command, Option } from 'commander';
import { repeated, wholeNumber } from './option-parsers.ts';
import type { ListPrinterOptions } from './output/list-printer.ts';
import type { ListFormat, Quote, ShowFormat } from './output/row.ts';

const listFormats: readonly ListFormat[] = ['table', 'json', 'yaml', 'csv', 'value', 'ndjson'];
const showFormats: readonly ShowFormat[] = ['table', 'json', 'yaml', 'shell', 'value', 'ndjson'];
const quotes: readonly Quote[] = ['all', 'minimal', 'none', 'nonnumeric'];

function common(command: Command, formats: readonly string[]): Command {
  return command
    .optionsGroup('Output:')
    .addOption(new Option('-f, --format <format>', 'output format (default: table)').choices(formats))
    .addOption(new Option('-c, --column <name>', 'only this column or field (repeatable)').argParser(repeated))
    .addOption(new Option('--noindent', 'JSON in one line'))
    .addOption(new Option('--max-width <columns>', 'widest table; 0 for no limit').argParser(wholeNumber))
    .addOption(new Option('--print-empty', 'print a table without rows, too'));
}

/** The options of commands that print a list, as cliff has them. */
export function addListOutput(command: Command): Command {
  return common(command, listFormats)
    .addOption(new Option('--sort-column <name>', 'sort by this column (repeatable)').argParser(repeated))
    .addOption(new Option('--sort-ascending', 'sort upwards (the default)').conflicts('sortDescending'))
    .addOption(new Option('--sort-descending', 'sort downwards'))
    .addOption(new Option('--quote <when>', 'which fields of CSV are quoted').choices(quotes));
}

/** The options of commands that print one thing. */
export function addShowOutput(command: Command): Command {
  return common(command, showFormats).addOption(
    new Option('--prefix <prefix>', 'what variable names begin with, for -f shell'),
  );
}

interface CommonOutput {
  readonly selected: readonly string[];
  readonly noindent: boolean;
  readonly printEmpty: boolean;
  readonly maxWidth?: number;
}

function readCommon(options: Readonly<Record<string, unknown>>, defaults: OutputDefaults): CommonOutput {
  const width = typeof options.maxWidth === 'number' ? options.maxWidth : defaults.maxWidth;
  return {
    selected: (options.column as string[] | undefined) ?? [],
    noindent: options.noindent === true,
    printEmpty: options.printEmpty === true,
    ...(width !== undefined && { maxWidth: width }),
  };
}

/** What the settings say where the command line says nothing. */
export interface OutputDefaults {
  readonly format?: string | undefined;
  readonly maxWidth?: number | undefined;
}

/** A format of the settings that this kind of output does not have falls back to a table. */
function formatFrom<T extends string>(
  formats: readonly T[],
  given: unknown,
  preset: string | undefined,
  fallback: T,
): T {
  return formats.find((format) => format === given) ?? formats.find((format) => format === preset) ?? fallback;
}

export interface ListOutput
  extends Pick<
    ListPrinterOptions,
    'format' | 'selected' | 'sortDescending' | 'maxWidth' | 'printEmpty' | 'noindent' | 'quote'
  > {
  readonly sortColumns: readonly string[];
}

export function readListOutput(options: Readonly<Record<string, unknown>>, defaults: OutputDefaults = {}): ListOutput {
  return {
    ...readCommon(options, defaults),
    format: formatFrom(listFormats, options.format, defaults.format, 'table'),
    sortColumns: (options.sortColumn as string[] | undefined) ?? [],
    sortDescending: options.sortDescending === true,
    ...(options.quote !== undefined && { quote: options.quote as Quote }),
  };
}

export interface ShowOutput extends CommonOutput {
  readonly format: ShowFormat;
  readonly prefix?: string;
}

export function readShowOutput(options: Readonly<Record<string, unknown>>, defaults: OutputDefaults = {}): ShowOutput {
  return {
    ...readCommon(options, defaults),
    format: formatFrom(showFormats, options.format, defaults.format, 'table'),
    ...(typeof options.prefix === 'string' && { prefix: options.prefix }),
  };
}
