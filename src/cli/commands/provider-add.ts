import { type Command, Option } from 'commander';
import { compose } from '../../compose.ts';
import { accountNamed } from '../../config/account.ts';
import { addProviderAccount } from '../../config/change-settings.ts';
import { fedPlaces } from '../../config/paths.ts';
import { isFedError, UsageError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { surroundingsOf } from '../surroundings.ts';

export function configure(command: Command): void {
  command
    .argument('<name>', 'what to call the provider')
    .optionsGroup('Options:')
    .addOption(new Option('--cloud <entry>', 'entry of clouds.yaml with its credentials').makeOptionMandatory())
    .addOption(new Option('--replace', 'in place of a provider that has this name already'));
}

export async function run(context: CommandContext): Promise<number> {
  const { terminal, args, options } = context;
  const [name = ''] = args;
  const entry = String(options.cloud);
  const surroundings = surroundingsOf(terminal);
  // A mistake in the entry is better told now than at the next listing.
  const { account, source, warnings } = await accountNamed({ ...surroundings, entry });
  const replace = options.replace === true;
  if (!replace && (await listedByHome(context)).includes(name)) {
    throw new UsageError(`${name} is a service provider of home's, which this would hide.`, {
      hint: `Choose another name, or fed provider add ${name} --cloud ${entry} --replace.`,
    });
  }
  const changed = await addProviderAccount(fedPlaces(surroundings).configDirectory, name, entry, replace);
  for (const warning of [...warnings, ...changed.warnings]) terminal.warn(warning);
  terminal.stderr.write(`Provider ${name} is ${account.authUrl} (${source}).\n`);
  return exitCodes.done;
}

/** Home's service providers, as far as it can be asked: without it nothing is hidden now, and later it is said. */
async function listedByHome({ terminal, globals }: CommandContext): Promise<readonly string[]> {
  try {
    const { federation, close } = await compose({
      ...surroundingsOf(terminal),
      options: { ...globals.account, ...(globals.insecure && { insecure: true }) },
      narrowing: {},
      warn: () => {},
      retries: 0,
    });
    try {
      return await federation.serviceProviders();
    } finally {
      await close();
    }
  } catch (error) {
    if (!isFedError(error)) throw error;
    return [];
  }
}
