import type { Command } from 'commander';
import { CouldNotSayError, type Unsaid } from '../../errors.ts';
import type { RankedScope } from '../../federation/ask.ts';
import { incompleteListing } from '../../federation/outcome.ts';
import type { Column } from '../../services/types.ts';
import type { CommandContext } from '../command.ts';
import { finishList } from '../finish-list.ts';
import { createListPrinter } from '../output/list-printer.ts';
import { inOrder } from '../output/sort.ts';
import { addListOutput, readListOutput } from '../output-options.ts';
import { openSession } from '../session.ts';

const columns: readonly Column[] = [
  { title: 'ID', pointer: '/id', kind: 'id' },
  { title: 'Name', pointer: '/name', kind: 'text' },
  { title: 'Domain ID', pointer: '/domain_id', kind: 'text' },
  { title: 'Provider', pointer: '/provider', kind: 'text' },
  { title: 'Home Project', pointer: '/home_project', kind: 'text' },
  { title: 'Home Project ID', pointer: '/home_project_id', kind: 'id' },
];

export function configure(command: Command): void {
  addListOutput(command);
  command.addHelpText(
    'after',
    '\nWhat a provider grants depends on the home project: its name travels in the assertion.',
  );
}

export async function run(context: CommandContext): Promise<number> {
  const { terminal, options } = context;
  const session = await openSession(context);
  try {
    const printer = createListPrinter({
      ...readListOutput(options, session.outputDefaults),
      terminal,
      columns,
      scoped: false,
    });
    const unsaid: Unsaid[] = [];
    const scopes: RankedScope[] = [];
    await session.federation.scopes({ ...session.asking, unsaid: (each) => unsaid.push(each) }, (scope) => {
      scopes.push(scope);
      return Promise.resolve();
    });
    session.progress.stop();
    const failure = incompleteListing(scopes.length, unsaid);
    if (failure instanceof CouldNotSayError) throw failure;
    const home = await session.federation.homeProject();
    const rows = scopes.map(({ provider, project, rank }) => ({
      item: {
        id: project.id,
        name: project.name,
        domain_id: project.domainId ?? null,
        provider,
        home_project: home?.name ?? null,
        home_project_id: home?.id ?? null,
      },
      order: rank,
    }));
    await printer.add(inOrder(rows));
    return await finishList(context, printer, failure);
  } finally {
    await session.close();
  }
}
