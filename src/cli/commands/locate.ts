import { type Command, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import type { Owned } from '../../federation/shown.ts';
import { typeNamed } from '../../services/index.ts';
import type { Column, ResourceType } from '../../services/types.ts';
import type { CommandContext } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { createListPrinter } from '../output/list-printer.ts';
import { addListOutput, readListOutput } from '../output-options.ts';
import { reportError } from '../report.ts';
import { openSession } from '../session.ts';

const columns: readonly Column[] = [
  { title: 'ID', pointer: '/id', kind: 'id' },
  { title: 'Type', pointer: '/type', kind: 'text' },
  { title: 'Provider', pointer: '/provider', kind: 'text', rank: 2 },
  { title: 'Project', pointer: '/project', kind: 'text', rank: 3 },
  { title: 'Project ID', pointer: '/project_id', kind: 'id' },
  { title: 'How', pointer: '/how', kind: 'text', rank: 4 },
];

/** Shown where a provider has several. */
const regionColumn: Column = { title: 'Region', pointer: '/region', kind: 'text' };

export function configure(command: Command): void {
  command
    .argument('<id...>', 'ids of resources of any type')
    .optionsGroup('Which ones:')
    .addOption(new Option('--type <type>', 'only resources of this type; then names work, too'));
  addListOutput(command);
}

export async function run(context: CommandContext): Promise<number> {
  const { terminal, options, args, globals } = context;
  const type = typeOf(options.type);
  const session = await openSession(context);
  try {
    let code: number = exitCodes.done;
    const found = await Promise.allSettled(args.map((id) => session.federation.locate(type, id, session.asking)));
    session.progress.stop();
    const isRegional = found.some((one) => one.status === 'fulfilled' && one.value.scope.isRegional === true);
    const printer = createListPrinter({
      ...readListOutput(options, session.outputDefaults),
      terminal,
      columns: isRegional ? [...columns, regionColumn] : columns,
      longColumns: isRegional ? [] : [regionColumn],
      scoped: false,
    });
    for (const one of found) {
      if (one.status === 'fulfilled') await printer.add([{ item: itemOf(one.value) }]);
    }
    if (found.some(({ status }) => status === 'fulfilled')) await printer.finish();
    for (const one of found) {
      if (one.status === 'fulfilled') continue;
      reportError(terminal, one.reason, globals.errorFormat);
      code = code === exitCodes.done ? exitCodeOf(one.reason) : code;
    }
    return code;
  } finally {
    await session.close();
  }
}

function typeOf(name: unknown): ResourceType | undefined {
  if (typeof name !== 'string') return undefined;
  const type = typeNamed(name);
  if (type === undefined)
    throw new UsageError(`There is no resource type ${name}.`, { hint: 'fed help types lists them.' });
  return type;
}

function itemOf({ id, typeName, scope, how }: Owned) {
  const { provider, project, region } = scope;
  const place = { provider, project: project.name, project_id: project.id, ...(region !== undefined && { region }) };
  return { id, type: typeName, ...place, how };
}
