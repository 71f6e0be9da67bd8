import type { Command } from 'commander';
import type { Unsaid } from '../../errors.ts';
import { incompleteListing } from '../../federation/outcome.ts';
import type { Column } from '../../services/types.ts';
import type { CommandContext } from '../command.ts';
import { finishList } from '../finish-list.ts';
import { createListPrinter } from '../output/list-printer.ts';
import type { Row } from '../output/row.ts';
import { inOrder } from '../output/sort.ts';
import { addListOutput, readListOutput } from '../output-options.ts';
import { openSession } from '../session.ts';

const columns: readonly Column[] = [
  { title: 'Type', pointer: '/type', kind: 'text' },
  { title: 'Interface', pointer: '/interface', kind: 'text' },
  { title: 'Region', pointer: '/region', kind: 'text' },
  { title: 'URL', pointer: '/url', kind: 'text', rank: 1 },
];

export function configure(command: Command): void {
  addListOutput(command);
}

export async function run(context: CommandContext): Promise<number> {
  const { terminal, options } = context;
  const session = await openSession(context);
  try {
    const { federation, asking, progress } = session;
    const printer = createListPrinter({ ...readListOutput(options, session.outputDefaults), terminal, columns });
    const unsaid: Unsaid[] = [];
    const rows: Row[] = [];
    let answered = 0;
    await federation.scopes({ ...asking, unsaid: (each) => unsaid.push(each) }, async (scope) => {
      const { catalog } = await federation.token(scope);
      answered += 1;
      for (const { type, endpoints } of catalog) {
        for (const endpoint of endpoints) {
          rows.push({
            item: { type, ...endpoint },
            provider: scope.provider,
            project: scope.project.name,
            projectId: scope.project.id,
            order: scope.rank,
          });
        }
      }
    });
    progress.stop();
    const failure = incompleteListing(answered, unsaid);
    await printer.add(inOrder(rows));
    return await finishList(context, printer, failure);
  } finally {
    await session.close();
  }
}
