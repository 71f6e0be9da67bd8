import type { Command } from 'commander';
import type { Column } from '../../services/types.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printOne } from '../output/show-printer.ts';
import { addShowOutput, readShowOutput } from '../output-options.ts';
import { openSession } from '../session.ts';

const columns: readonly Column[] = [{ title: 'expires', pointer: '/expires', kind: 'time' }];

export function configure(command: Command): void {
  addShowOutput(command);
  command.addHelpText(
    'after',
    "\nThe token is home's, or with --provider (and --project) that of one scope:\n  fed token issue --provider sp-a --project research-one -f value -c id",
  );
}

export async function run(context: CommandContext): Promise<number> {
  const session = await openSession(context);
  try {
    const { federation, asking } = session;
    const scope = await federation.scope(asking.narrowing);
    const token = await federation.token(scope);
    session.progress.stop();
    await printOne(
      {
        item: {
          expires: new Date(token.expiresAt).toISOString(),
          id: token.secret,
          project_id: scope.project.id,
          project: scope.project.name,
          user_id: token.user.id,
          provider: scope.provider,
        },
      },
      { ...readShowOutput(context.options, session.outputDefaults), terminal: context.terminal, columns },
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }
}
