import { CouldNotSayError, type FedError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { ListPrinter } from './output/list-printer.ts';
import { reportError } from './report.ts';

/**
 * Print what there is of a list, say what is missing, and give the exit code.
 *
 * @param failure what `incompleteListing` says
 * @throws CouldNotSayError when nobody could be asked: nothing is printed then
 */
export async function finishList(
  { terminal, globals }: CommandContext,
  printer: ListPrinter,
  failure: FedError | undefined,
): Promise<number> {
  if (failure instanceof CouldNotSayError) throw failure;
  await printer.finish();
  if (failure === undefined) return exitCodes.done;
  reportError(terminal, failure, globals.errorFormat);
  return exitCodeOf(failure);
}
