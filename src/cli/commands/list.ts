import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import type { ListedItem } from '../../federation/list.ts';
import { ListOutcome } from '../../federation/list-outcome.ts';
import { noSuchService } from '../../federation/outcome.ts';
import type { Column, ResourceType } from '../../services/types.ts';
import type { CommandContext } from '../command.ts';
import { finishList } from '../finish-list.ts';
import { Interruption } from '../interruption.ts';
import { rowLimit, wholeNumber } from '../option-parsers.ts';
import { createListPrinter } from '../output/list-printer.ts';
import { placeOf, type Row } from '../output/row.ts';
import { inOrder } from '../output/sort.ts';
import { addListOutput, readListOutput } from '../output-options.ts';
import { reportError } from '../report.ts';
import { openSession } from '../session.ts';

function keyValue(text: string, before: ReadonlyArray<readonly [string, string]> = []) {
  const mark = text.indexOf('=');
  if (mark < 1) throw new InvalidArgumentError('It is KEY=VALUE.');
  return [...before, [text.slice(0, mark), text.slice(mark + 1)] as const];
}

export function configure(command: Command, type: ResourceType | undefined): void {
  command.optionsGroup('Which ones:');
  command
    .addOption(new Option('--name <name>', 'only those with exactly this name'))
    .addOption(new Option('--status <status>', 'only those with this status'))
    .addOption(new Option('--query <key=value>', "any filter of the service's API (repeatable)").argParser(keyValue))
    .addOption(
      new Option(
        '--limit <n>',
        'at most so many, of the first providers; with --sort-column the first of all (all are read then)',
      ).argParser(rowLimit),
    )
    .addOption(new Option('--page-size <n>', 'how many to ask for at once').argParser(wholeNumber))
    .addOption(new Option('--strict', 'print nothing unless every provider answered'))
    .addOption(new Option('--long', 'more columns'));
  addListOutput(command);
  command.addHelpText(
    'after',
    () =>
      `\nColumns: ${type === undefined ? '' : [...type.columns, ...type.longColumns].map(({ title }) => title).join(', ')}, Provider, Region, Project; -c takes any field of the API, too.`,
  );
}

export async function run(context: CommandContext): Promise<number> {
  const { type, terminal, options, args } = context;
  if (type === undefined) throw new UsageError('List what?');
  if (args.length > 0) throw new UsageError(`fed ${type.name} list takes no argument; --name filters by name.`);
  if (options.status !== undefined && ![...type.columns, ...type.longColumns].some(isStatus)) {
    throw new UsageError(
      `${type.plural.replaceAll('-', ' ')} have no status.`.replace(/^./, (each) => each.toUpperCase()),
      {
        hint: `fed ${type.name.replaceAll('-', ' ')} list --help shows by what they can be chosen.`,
      },
    );
  }
  const session = await openSession(context);
  try {
    const output = readListOutput(options, session.outputDefaults);
    const strict = options.strict === true;
    const limit = options.limit as number | undefined;
    if (typeof options.name === 'string' && options.name.includes('*')) {
      terminal.warn("--name takes the whole name as it is; --query name=… is the service's own filter");
    }
    // Which are the first is known when all are.
    const sorted = output.sortColumns.length > 0;
    const printer = createListPrinter({
      ...output,
      terminal,
      limit,
      columns: type.columns,
      longColumns: type.longColumns,
      fieldNames: type.fieldNames,
      long: options.long === true,
      emptyNote: `no ${type.plural}`,
    });
    const outcome = new ListOutcome();
    const held: Row[] = [];
    // Where rows are printed as they come, or none unless all have come, there is nothing left to print.
    const interruption = strict || printer.streams ? undefined : new Interruption(context);
    const { awaiting, signal } = session.asking;
    const events = session.federation.list(type, {
      ...session.asking,
      ...(interruption !== undefined && {
        signal: AbortSignal.any([signal, interruption.signal]),
        awaiting: (providers) => {
          interruption.awaiting(providers);
          awaiting(providers);
        },
      }),
      query: (options.query as Array<[string, string]> | undefined) ?? [],
      ...(typeof options.name === 'string' && { name: options.name }),
      ...(typeof options.status === 'string' && { status: options.status }),
      ...(limit !== undefined && !sorted && { limit }),
      ...pageSize(options.pageSize ?? session.pageSize),
    });
    try {
      for await (const event of events) {
        const rows = outcome.note(event).map(rowOf);
        if (rows.length === 0) continue;
        if (strict) held.push(...rows);
        else {
          if (printer.streams) session.progress.clear();
          await printer.add(rows);
        }
      }
    } catch (error) {
      if (interruption?.code === undefined) throw error;
    }
    interruption?.end();
    session.progress.stop();
    if (interruption?.code !== undefined) {
      await printer.finish();
      reportError(terminal, interruption.error, context.globals.errorFormat);
      return interruption.code;
    }
    const failure = outcome.failure(type.service);
    if (failure !== undefined && strict) throw failure;
    if (strict) await printer.add(inOrder(held));
    const code = await finishList(context, printer, failure);
    // Who was asked for by name; that others lack a service is normal.
    const named = session.asking.narrowing.providers ?? [];
    const lacking = outcome.withoutService.filter((provider) => named.includes(provider));
    if (lacking.length > 0) terminal.warn(noSuchService(lacking, type.service).message);
    return code;
  } finally {
    await session.close();
  }
}

function isStatus({ pointer }: Column): boolean {
  return [pointer].flat().includes('/status');
}

function pageSize(value: unknown) {
  return typeof value === 'number' && value > 0 ? { pageSize: value } : {};
}

function rowOf({ item, scope }: ListedItem): Row {
  return { item, ...placeOf(scope), order: scope.rank };
}
