import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import type { Sandbox } from '../../sandbox/api.ts';
import type { FurtherService } from '../../sandbox/further/types.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { wholeNumber } from '../option-parsers.ts';
import { shellLine } from '../output/shell.ts';

export function configure(command: Command): void {
  command
    .optionsGroup('The federation:')
    .addOption(new Option('--providers <n>', 'service providers beside home').argParser(wholeNumber).default(3))
    .addOption(new Option('--servers <n>', 'servers in each project').argParser(wholeNumber))
    .addOption(new Option('--volumes <n>', 'volumes in each project').argParser(wholeNumber))
    .addOption(new Option('--page-size <n>', 'the most that a page has (default: 25)').argParser(wholeNumber))
    .addOption(new Option('--latency <ms>', 'how long each request takes').argParser(wholeNumber))
    .addOption(
      new Option('--regions <cloud=name,name>', 'regions of a cloud that has several (repeatable)').argParser(regions),
    )
    .addOption(
      new Option('--shared-services <type,type>', 'services that are the same in all regions of a cloud').argParser(
        words,
      ),
    )
    .addOption(new Option('--services <type,type>', 'further services, for example object-store,dns').argParser(words))
    .addOption(new Option('--same-names <cloud,cloud>', 'clouds whose projects have all one name').argParser(words))
    .addOption(new Option('--user <name>', 'whose variables are printed').default('alice'))
    .addOption(new Option('--demo', 'show what fed does with it, and end'))
    .addHelpText(
      'after',
      `
Everything listens on 127.0.0.1 and is gone with Ctrl-C. In another terminal, paste the lines that are printed, and
then use fed (or openstack) as usual. The users are alice, bob, and carol; no provider
knows carol.`,
    );
}

function words(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}

function regions(text: string, before: Readonly<Record<string, readonly string[]>> = {}): typeof before {
  const [cloud = '', names] = text.split('=');
  if (!names) throw new InvalidArgumentError('It looks like sp-a=RegionA,RegionTwo.');
  return { ...before, [cloud]: words(names) };
}

export async function run(context: CommandContext): Promise<number> {
  const { options, terminal, signal } = context;
  const { startSandbox } = await import('../../sandbox/sandbox.ts');
  const shared = (options.sharedServices ?? []) as readonly string[];
  const several = Object.entries((options.regions ?? {}) as Readonly<Record<string, readonly string[]>>);
  const started = startSandbox({
    regions: Object.fromEntries(several.map(([cloud, names]) => [cloud, names.map((name) => ({ name, shared }))])),
    ...(options.services !== undefined && { services: options.services as FurtherService[] }),
    ...(options.sameNames !== undefined && { sameNames: options.sameNames as string[] }),
    providers: options.providers as number,
    ...(typeof options.servers === 'number' && { servers: options.servers }),
    ...(typeof options.volumes === 'number' && { volumes: options.volumes }),
    ...(typeof options.pageSize === 'number' && { pageSize: options.pageSize }),
    ...(typeof options.latency === 'number' && { latencyMs: options.latency }),
  });
  const sandbox = await started.catch((error: unknown) => {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  });
  try {
    if (options.demo === true) {
      const { demo } = await import('../demo.ts');
      return await demo(sandbox, terminal, signal);
    }
    announce(sandbox, String(options.user), context);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return exitCodes.interrupted;
  } finally {
    await sandbox.close();
  }
}

/** The variables go to stdout, so that `fed sandbox > file &` and `. ./file` work; words for people to stderr. */
function announce(sandbox: Sandbox, user: string, { terminal }: CommandContext): void {
  const lines = Object.entries(sandbox.env(user)).map(([name, value]) => `export ${shellLine(name, value, '')}`);
  terminal.stdout.write(lines.join(''));
  const clouds = sandbox.clouds.flatMap(({ name, url, regions }) => [
    `  ${name.padEnd(8)} ${url}`,
    ...(regions.length > 1 ? regions : []).map((region) => `    ${region.name.padEnd(12)} ${region.url}`),
  ]);
  terminal.stderr.write(
    `${clouds.join('\n')}\n\nThe federation is up until Ctrl-C. Paste the lines above into another terminal, then: fed list servers\nFaults can be switched on at ${sandbox.controlUrl}/__sandbox/faults (docs/sandbox.md).\n`,
  );
}
