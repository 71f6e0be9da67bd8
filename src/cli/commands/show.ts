import type { Command } from 'commander';
import { PartialError, UsageError } from '../../errors.ts';
import type { Shown } from '../../federation/shown.ts';
import type { ResourceType } from '../../services/types.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { placeOf } from '../output/row.ts';
import { printOne } from '../output/show-printer.ts';
import { addShowOutput, readShowOutput } from '../output-options.ts';
import { reportError } from '../report.ts';
import { openSession, type Session } from '../session.ts';

export function configure(command: Command, type: ResourceType | undefined): void {
  command.argument(
    '<id>',
    type === undefined ? 'id of a resource of any type' : `id or name of the ${type.name.replaceAll('-', ' ')}`,
  );
  addShowOutput(command);
}

export async function run(context: CommandContext): Promise<number> {
  const [id] = context.args;
  if (id === undefined || id === '') throw new UsageError('Show what? An id or a name is needed.');
  const session = await openSession(context);
  try {
    const shown = await find(session, context.type, id);
    session.progress.stop();
    const { item, scope, type } = shown;
    await printOne(
      { item, ...placeOf(scope) },
      {
        ...readShowOutput(context.options, session.outputDefaults),
        terminal: context.terminal,
        columns: [...type.columns, ...type.longColumns],
        fieldNames: type.fieldNames,
      },
    );
    if (shown.unsaid.length === 0) return exitCodes.done;
    const { unsaid } = shown;
    const { allUnsaid } = await import('../../federation/outcome.ts');
    const message = `There may be another ${type.name} like this: ${allUnsaid(unsaid)}.`;
    reportError(context.terminal, new PartialError(message, { unsaid }), context.globals.errorFormat);
    return exitCodes.partial;
  } finally {
    await session.close();
  }
}

function find({ federation, asking }: Session, type: ResourceType | undefined, id: string): Promise<Shown> {
  return type === undefined ? federation.showAny(id, asking) : federation.show(type, id, asking);
}
