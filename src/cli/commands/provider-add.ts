import { type Command, Option } from 'commander';
import { accountNamed } from '../../config/account.ts';
import { addProviderAccount } from '../../config/change-settings.ts';
import { fedPlaces } from '../../config/paths.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { surroundingsOf } from '../surroundings.ts';

export function configure(command: Command): void {
  command
    .argument('<name>', 'what to call the provider')
    .optionsGroup('Options:')
    .addOption(new Option('--cloud <entry>', 'entry of clouds.yaml with its credentials').makeOptionMandatory());
}

export async function run({ terminal, args, options }: CommandContext): Promise<number> {
  const [name = ''] = args;
  const entry = String(options.cloud);
  const surroundings = surroundingsOf(terminal);
  // A mistake in the entry is better told now than at the next listing.
  const { account, source, warnings } = await accountNamed({ ...surroundings, entry });
  const changed = await addProviderAccount(fedPlaces(surroundings).configDirectory, name, entry);
  for (const warning of [...warnings, ...changed.warnings]) terminal.warn(warning);
  terminal.stderr.write(`Provider ${name} is ${account.authUrl} (${source}).\n`);
  return exitCodes.done;
}
