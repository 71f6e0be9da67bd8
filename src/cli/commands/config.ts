import type { Command } from 'commander';
import { setSetting, unsetSetting } from '../../config/change-settings.ts';
import { fedPlaces } from '../../config/paths.ts';
import { settingTable } from '../../config/setting-table.ts';
import { readSettings, settingNamed, settingVariable } from '../../config/settings.ts';
import { UsageError } from '../../errors.ts';
import type { Column } from '../../services/types.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { createListPrinter } from '../output/list-printer.ts';
import { addListOutput, readListOutput } from '../output-options.ts';
import { surroundingsOf } from '../surroundings.ts';

const columns: readonly Column[] = [
  { title: 'Setting', pointer: '/setting', kind: 'text' },
  { title: 'Value', pointer: '/value', kind: 'text' },
  { title: 'From', pointer: '/from', kind: 'text' },
  { title: 'Meaning', pointer: '/meaning', kind: 'text', rank: 1 },
];

export function configure(command: Command): void {
  command
    .argument('[action]', 'list (when nothing is said); get KEY; set KEY VALUE…; unset KEY; path')
    .argument('[key]', 'a setting')
    .argument('[value...]', 'its value; several for a list');
  addListOutput(command);
  command.addHelpText('after', () => {
    const width = Math.max(...settingTable.map(({ key }) => key.length));
    const lines = settingTable.map(
      ({ key, description }) => `  ${key.padEnd(width)}  ${description} (${settingVariable(key)})`,
    );
    return `\nSettings:\n${lines.join('\n')}`;
  });
}

export async function run(context: CommandContext): Promise<number> {
  const { terminal, args } = context;
  const [action = 'list', key, ...values] = args;
  const { configDirectory } = fedPlaces(surroundingsOf(terminal));
  const needsKey = ['get', 'set', 'unset'].includes(action);
  if (needsKey !== (key !== undefined) || values.length > 0 !== (action === 'set')) {
    throw new UsageError('fed config list; get KEY; set KEY VALUE…; unset KEY; path');
  }
  switch (action) {
    case 'path':
      terminal.stdout.write(`${readSettings(configDirectory, terminal.env).file}\n`);
      return exitCodes.done;
    case 'list':
      return list(context, configDirectory);
    case 'get':
      return get(context, configDirectory, key ?? '');
    case 'set':
      warnAll(context, (await setSetting(configDirectory, key ?? '', values)).warnings);
      return exitCodes.done;
    case 'unset':
      warnAll(context, (await unsetSetting(configDirectory, key ?? '')).warnings);
      return exitCodes.done;
    default:
      throw new UsageError(`fed config has no ${action}.`, { hint: 'list, get KEY, set KEY VALUE…, unset KEY, path' });
  }
}

function warnAll({ terminal }: CommandContext, warnings: readonly string[]): void {
  for (const warning of warnings) terminal.warn(warning);
}

function get(context: CommandContext, configDirectory: string, key: string): number {
  const settings = readSettings(configDirectory, context.terminal.env);
  warnAll(context, settings.warnings);
  context.terminal.stdout.write(`${textOf(settings.values[settingNamed(key).key])}\n`);
  return exitCodes.done;
}

async function list(context: CommandContext, configDirectory: string): Promise<number> {
  const settings = readSettings(configDirectory, context.terminal.env);
  warnAll(context, settings.warnings);
  const printer = createListPrinter({
    ...readListOutput(context.options, settings.values),
    terminal: context.terminal,
    columns,
    scoped: false,
  });
  for (const { key, description } of settingTable) {
    const item = {
      setting: key,
      value: textOf(settings.values[key]),
      from: settings.origins[key],
      meaning: description,
    };
    await printer.add([{ item }]);
  }
  await printer.finish();
  return exitCodes.done;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, entry]) => `${name}=${entry}`)
      .join(',');
  }
  return String(value);
}
