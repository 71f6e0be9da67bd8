import { type FedError, PartialError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { ListPrinter } from './output/list-printer.ts';
import { reportError } from './report.ts';

/**
 * Print what there is of a list, say what is missing, and give the exit code.
 *
 * @param failure what `incompleteListing` says
 * @throws the failure when nobody answered: nothing is printed then
 */
export async function finishList(
  { terminal, globals }: CommandContext,
  printer: ListPrinter,
  failure: FedError | undefined,
): Promise<number> {
  if (failure !== undefined && !(failure instanceof PartialError)) throw failure;
  await printer.finish();
  if (failure === undefined) return exitCodes.done;
  reportError(terminal, failure, globals.errorFormat);
  return exitCodeOf(failure);
}
