import { valueAt } from '../../federation/pointer.ts';
import type { Column, ColumnKind } from '../../services/types.ts';
import type { Terminal } from '../terminal.ts';
import { humanText, machineText } from './cell.ts';
import { plainName, unknownColumns } from './columns.ts';
import { tableWidth } from './list-formats.ts';
import { isRecord, type Row, type ShowFormat, wholeObject } from './row.ts';
import { shellLine } from './shell.ts';
import { statusPainter } from './status-color.ts';
import { tableText } from './table.ts';
import { visible, visibleJson, visibleLines } from './visible.ts';
import { yamlText } from './yaml.ts';

export interface ShowOptions {
  readonly terminal: Terminal;
  readonly format: ShowFormat;
  /** The type's columns, all of them: they say of what kind a field is, and which titles `-c` understands. */
  readonly columns?: readonly Column[] | undefined;
  /** Fields by `openstack`'s names for them, where these are not the API's. */
  readonly fieldNames?: Readonly<Record<string, string>> | undefined;
  /** `-c`: the API's names of fields, or titles of columns; empty: all. */
  readonly selected?: readonly string[] | undefined;
  readonly maxWidth?: number | undefined;
  readonly noindent?: boolean | undefined;
  /** Of the variables that `shell` prints. */
  readonly prefix?: string | undefined;
}

interface Field {
  readonly name: string;
  readonly value: unknown;
  readonly kind: ColumnKind | undefined;
}

/** The narrowest that a column of a shown item is made, as cliff does it. */
const SHOW_MINIMUM = 16;

/**
 * Print one item. JSON, YAML and ndjson have the API's object as it is; the others have its fields by name, without
 * `links`, which `openstack` leaves out as well (`-c links` gives them).
 *
 * @throws UsageError for a field that the item does not have
 */
export async function printOne(row: Row, options: ShowOptions): Promise<void> {
  const { terminal, format, selected = [], noindent = false, prefix = '' } = options;
  const { stdout } = terminal;
  const object = selected.length === 0 ? wholeObject(row) : selectedFields(row, options);
  const safeJson = stdout.isTTY ? visibleJson : (json: string) => json;
  switch (format) {
    case 'json':
      return void (await stdout.write(`${safeJson(JSON.stringify(object, null, noindent ? 0 : 2))}\n`));
    case 'ndjson':
      return void (await stdout.write(`${safeJson(JSON.stringify(object))}\n`));
    case 'yaml':
      return void (await stdout.write(yamlText(object)));
    case 'table':
      return printTable(fieldsOf(object, options), options);
    default: {
      const line =
        format === 'shell'
          ? ({ name, value, kind }: Field) => shellLine(name.toLowerCase(), machineText(value, kind, 'None'), prefix)
          : ({ value, kind }: Field) => `${machineText(value, kind, 'None')}\n`;
      // Into a pipe goes what the cloud sent, byte for byte, as cliff does it.
      const safe = stdout.isTTY ? (text: string) => `${visible(text.slice(0, -1))}\n` : (text: string) => text;
      await stdout.write(
        fieldsOf(object, options)
          .map((field) => safe(line(field)))
          .join(''),
      );
    }
  }
}

/** By name, as cliff has them, and what `fed` adds last. */
function fieldsOf(object: Readonly<Record<string, unknown>>, { columns = [], selected = [] }: ShowOptions): Field[] {
  const kinds = new Map(columns.flatMap(({ pointer, kind }) => [pointer].flat().map((each) => [each, kind] as const)));
  const isAdded = (name: string) => name.startsWith('fed_');
  const names = Object.keys(object).filter((name) => name !== 'links' || selected.length > 0);
  const ofApi = names.filter((name) => !isAdded(name)).sort();
  return [...ofApi, ...names.filter(isAdded)].map((name) => ({
    name,
    value: object[name],
    kind: kinds.get(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  }));
}

function selectedFields(
  row: Row,
  { columns = [], selected = [], fieldNames = {} }: ShowOptions,
): Record<string, unknown> {
  const whole = wholeObject(row);
  const keys = Object.keys(whole);
  const found = selected.map((name) => {
    const other = fieldNames[plainName(name)];
    const named = keysNamed(name, keys, columns);
    return named.length === 0 && other !== undefined ? keysNamed(other, keys, columns) : named;
  });
  const missing = selected.filter((_, index) => found[index]?.length === 0);
  if (missing.length > 0) throw unknownColumns(missing, [], keys);
  const wanted = new Set(found.flat());
  return Object.fromEntries(Object.entries(whole).filter(([key]) => wanted.has(key)));
}

/** The fields that a name stands for: one of that name, else those that a column of that title is made from. */
function keysNamed(name: string, keys: readonly string[], columns: readonly Column[]): string[] {
  const plain = plainName(name);
  const named = keys.filter((key) => plainName(key) === plain);
  if (named.length > 0) return named;
  const added = { provider: 'fed_provider', project: 'fed_project' }[plain];
  const titled = columns.filter(({ title }) => plainName(title) === plain).flatMap(({ pointer }) => pointer);
  const ofColumn = titled.map((pointer) => pointer.split('/')[1] ?? '').filter((key) => keys.includes(key));
  return [...ofColumn.slice(0, 1), ...(ofColumn.length === 0 && added !== undefined ? [added] : [])];
}

/** Of an object, the part that a list shows: an image's id, a flavor's name. All of it for what no list shows a part of. */
function partShown(name: string, value: unknown, columns: readonly Column[]): unknown {
  const pointers = columns.flatMap(({ pointer }) => pointer).filter((pointer) => pointer.startsWith(`/${name}/`));
  return valueAt({ [name]: value }, pointers) ?? value;
}

async function printTable(fields: readonly Field[], { terminal, maxWidth, columns = [] }: ShowOptions): Promise<void> {
  const { stdout } = terminal;
  const painter = stdout.color ? await statusPainter() : undefined;
  const table = {
    titles: ['Field', 'Value'],
    rows: fields.map(({ name, value, kind }) => [
      visible(name),
      visibleLines(humanText(isRecord(value) ? partShown(name, value, columns) : value, kind)),
    ]),
    right: [false, false],
    precious: [1, 0],
    paint:
      painter &&
      ((line: string, row: number, column: number) =>
        column === 1 ? painter(line, fields[row]?.value, fields[row]?.kind) : line),
  };
  const options = { total: tableWidth(terminal, maxWidth), minimum: SHOW_MINIMUM, people: stdout.isTTY };
  for await (const block of tableText(table, options)) await stdout.write(block);
}
