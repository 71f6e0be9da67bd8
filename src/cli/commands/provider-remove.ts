import type { Command } from 'commander';
import { removeProviderAccount } from '../../config/change-settings.ts';
import { fedPlaces } from '../../config/paths.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { surroundingsOf } from '../surroundings.ts';

export function configure(command: Command): void {
  command.argument('<name>', 'a provider that was added with fed provider add');
}

export async function run({ terminal, args }: CommandContext): Promise<number> {
  const [name = ''] = args;
  const { warnings } = await removeProviderAccount(fedPlaces(surroundingsOf(terminal)).configDirectory, name);
  for (const warning of warnings) terminal.warn(warning);
  return exitCodes.done;
}
