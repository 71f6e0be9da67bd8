import { type Command, Option } from 'commander';
import { CatalogError, CouldNotSayError, PartialError, ProviderAuthError, type Unsaid } from '../../errors.ts';
import type { ProviderState } from '../../federation/states.ts';
import type { Column } from '../../services/types.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { createListPrinter } from '../output/list-printer.ts';
import type { Row } from '../output/row.ts';
import { inOrder } from '../output/sort.ts';
import { addListOutput, readListOutput } from '../output-options.ts';
import { reportError } from '../report.ts';
import { openSession } from '../session.ts';

const columns: readonly Column[] = [
  { title: 'Name', pointer: '/name', kind: 'text' },
  { title: 'Kind', pointer: '/kind', kind: 'text', rank: 20 },
  { title: 'Reachable', pointer: '/reachable', kind: 'health', rank: 3 },
  { title: 'Authenticated', pointer: '/authenticated', kind: 'health' },
  { title: 'Projects', pointer: '/projects', kind: 'list' },
  { title: 'Time (ms)', pointer: '/ms', kind: 'number' },
  { title: 'Problem', pointer: '/problem', kind: 'text', rank: 2 },
];

/** Shown where a provider has several. */
const regionsColumn: Column = { title: 'Regions', pointer: '/regions', kind: 'list' };

export function configure(command: Command): void {
  command
    .optionsGroup('How:')
    .addOption(new Option('--cached', 'say what is remembered, without asking each provider'));
  addListOutput(command);
}

export async function run(context: CommandContext): Promise<number> {
  const { terminal, options, globals } = context;
  const session = await openSession(context);
  try {
    const failed: Array<Unsaid & { readonly rank: number }> = [];
    const rows: Row[] = [];
    const isCached = options.cached === true;
    let isRegional = false;
    const { awaiting, ...asking } = session.asking;
    await session.federation.states(
      { ...asking, isCached },
      {
        awaiting,
        done: (state) => {
          isRegional ||= (state.regions?.length ?? 0) > 1;
          if (state.unsaid !== undefined) failed.push({ ...state.unsaid, rank: state.rank });
          rows.push({ item: itemOf(state), order: state.rank });
        },
      },
    );
    session.progress.stop();
    const printer = createListPrinter({
      ...readListOutput(options, session.outputDefaults),
      terminal,
      columns: isRegional ? [...columns, regionsColumn] : columns,
      longColumns: isRegional ? [] : [regionsColumn],
      scoped: false,
    });
    await printer.add(inOrder(rows));
    await printer.finish();
    if (failed.length === 0) return exitCodes.done;
    const all = failed.length === rows.length;
    const unsaid = failed.sort((one, other) => one.rank - other.rank);
    const who = unsaid.map(({ provider }) => provider);
    const message = `${who.join(', ')} cannot be used: the column Problem says why.`;
    const error = all ? new CouldNotSayError(message, { absent: [], unsaid }) : new PartialError(message, { unsaid });
    reportError(terminal, error, globals.errorFormat);
    return all ? exitCodes.couldNotSay : exitCodes.partial;
  } finally {
    await session.close();
  }
}

function itemOf({ name, kind, reachable, unsaid, projects, regions, ms }: ProviderState) {
  return {
    name,
    kind,
    reachable,
    authenticated:
      unsaid === undefined ||
      unsaid.cause instanceof CatalogError ||
      (reachable && unsaid.cause instanceof ProviderAuthError && unsaid.cause.step === 'projects'),
    projects: projects.map((project) => project.name),
    regions: regions ?? null,
    ms: Math.round(ms),
    problem: unsaid?.reason.replace(/\.$/, '') ?? null,
  };
}
