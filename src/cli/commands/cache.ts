import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fedPlaces } from '../../config/paths.ts';
import { readSettings } from '../../config/settings.ts';
import { UsageError } from '../../errors.ts';
import type { LocationEntry } from '../../ports/memory.ts';
import type { Column } from '../../services/types.ts';
import { diskUsage } from '../../store/disk-usage.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { createListPrinter } from '../output/list-printer.ts';
import { OutputError, outputError } from '../output-error.ts';
import { addListOutput, readListOutput } from '../output-options.ts';
import { openSession } from '../session.ts';
import { surroundingsOf } from '../surroundings.ts';

const locationColumns: readonly Column[] = [
  { title: 'ID', pointer: '/id', kind: 'id' },
  { title: 'Type', pointer: '/type', kind: 'text' },
  { title: 'Provider', pointer: '/provider', kind: 'text' },
  { title: 'Project ID', pointer: '/project_id', kind: 'id' },
];

const placeColumns: readonly Column[] = [
  { title: 'What', pointer: '/what', kind: 'text' },
  { title: 'Directory', pointer: '/directory', kind: 'text' },
  { title: 'Files', pointer: '/files', kind: 'number' },
  { title: 'Bytes', pointer: '/bytes', kind: 'bytes' },
];

export function configure(command: Command): void {
  command
    .argument('<action>', 'show: remembered locations; forget ID…; clear: everything; where: the folders')
    .argument('[id...]', 'for forget');
  addListOutput(command);
}

export async function run(context: CommandContext): Promise<number> {
  const [action = '', ...ids] = context.args;
  if (action === 'forget' ? ids.length === 0 : ids.length > 0) {
    throw new UsageError(
      action === 'forget' ? 'Forget what? Ids are needed.' : `fed cache ${action} takes no argument.`,
    );
  }
  switch (action) {
    case 'show':
      return await show(context);
    case 'forget':
      return await forget(context, ids);
    case 'clear':
      return await clear(context);
    case 'where':
      return await where(context);
    default:
      throw new UsageError(`fed cache has no ${action}.`, { hint: 'show, forget ID…, clear, where' });
  }
}

/** What the user who is asking has remembered, as it comes from the disk. */
async function show(context: CommandContext): Promise<number> {
  const session = await openSession(context);
  try {
    const store = await session.federation.memory.store();
    const printer = createListPrinter({
      ...readListOutput(context.options, session.outputDefaults),
      terminal: context.terminal,
      columns: locationColumns,
      scoped: false,
      emptyNote: 'nothing is remembered',
    });
    for await (const entry of store.entries()) await printer.add([{ item: locationItem(entry) }]);
    await printer.finish();
    return exitCodes.done;
  } finally {
    await session.close();
  }
}

function locationItem({ type, id, location }: LocationEntry) {
  const { provider, projectId, region } = location;
  return { id, type, provider, project_id: projectId, ...(region !== undefined && { region }) };
}

async function forget(context: CommandContext, ids: readonly string[]): Promise<number> {
  const session = await openSession(context);
  try {
    const store = await session.federation.memory.store();
    let code: number = exitCodes.done;
    for (const id of ids) {
      const entries = await store.find(id);
      for (const { type } of entries) await store.forget(type, id);
      if (entries.length > 0) continue;
      context.terminal.stderr.write(`fed: ${id} was not remembered.\n`);
      code = exitCodes.notFound;
    }
    return code;
  } finally {
    await session.close();
  }
}

function directories(context: CommandContext): ReadonlyArray<readonly [what: string, directory: string]> {
  const { cacheDirectory } = fedPlaces(surroundingsOf(context.terminal));
  return ['locations', 'tokens', 'code'].map((what) => [what, join(cacheDirectory, what)] as const);
}

/**
 * Other commands and proxies may be running: the stores are cleared as they clear themselves.
 * @throws OutputError where something stays
 */
async function clear(context: CommandContext): Promise<number> {
  const { cacheDirectory } = fedPlaces(surroundingsOf(context.terminal));
  const { clearDiskStores } = await import('../../store/clear-disk.ts');
  const stores = { locations: join(cacheDirectory, 'locations'), tokens: join(cacheDirectory, 'tokens') };
  const kept: string[] = [];
  try {
    await clearDiskStores(stores, (message) => kept.push(message));
    // Not a store: a process that cannot write its own here works all the same.
    await rm(join(cacheDirectory, 'code'), { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    throw outputError(`Not everything in ${cacheDirectory} could be cleared`, error);
  }
  if (kept.length === 0) return exitCodes.done;
  for (const message of kept) context.terminal.warn(message);
  throw new OutputError(`Not everything in ${cacheDirectory} could be cleared.`);
}

/** What the settings say of output. */
function outputSettings({ terminal }: CommandContext) {
  return readSettings(fedPlaces(surroundingsOf(terminal)).configDirectory, terminal.env).values;
}

async function where(context: CommandContext): Promise<number> {
  const printer = createListPrinter({
    ...readListOutput(context.options, outputSettings(context)),
    terminal: context.terminal,
    columns: placeColumns,
    scoped: false,
  });
  for (const [what, directory] of directories(context)) {
    await printer.add([{ item: { what, directory, ...(await diskUsage(directory)) } }]);
  }
  await printer.finish();
  return exitCodes.done;
}
