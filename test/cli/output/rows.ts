import { readFileSync } from 'node:fs';
import { createListPrinter, type ListPrinterOptions } from '../../../src/cli/output/list-printer.ts';
import type { Row } from '../../../src/cli/output/row.ts';
import { typeNamed } from '../../../src/services/index.ts';
import type { ResourceType } from '../../../src/services/types.ts';
import { type FakeTerminal, type FakeTerminalOptions, fakeTerminal } from '../../support/terminal.ts';

export function typeOf(name: string): ResourceType {
  const type = typeNamed(name);
  if (type === undefined) throw new Error(`no type ${name}`);
  return type;
}

/** The samples of a type, as rows of one provider. */
export function samplesOf(name: string): Row[] {
  const file = new URL(`../../services/samples/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as unknown[]).map((item) => ({
    item,
    provider: 'home',
    project: 'research',
    projectId: 'p-1',
  }));
}

export interface PrintOptions extends Partial<Omit<ListPrinterOptions, 'terminal'>> {
  readonly type?: string;
  readonly terminal?: FakeTerminalOptions;
}

/** Print rows of a type (volumes unless said otherwise) and give the terminal that got them. */
export async function printList(rows: readonly Row[], options: PrintOptions = {}): Promise<FakeTerminal> {
  const { type = 'volume', terminal: terminalOptions, ...rest } = options;
  const { columns, longColumns } = typeOf(type);
  const terminal = fakeTerminal(terminalOptions);
  const printer = createListPrinter({ format: 'table', columns, longColumns, ...rest, terminal });
  await printer.add(rows);
  await printer.finish();
  return terminal;
}

/** A volume somewhere. */
export function volume(fields: Record<string, unknown>, place: Partial<Row> = {}): Row {
  const item = { id: 'v-1', name: 'data', status: 'available', size: 1, attachments: [], ...fields };
  return { item, provider: 'home', project: 'research', projectId: 'p-1', ...place };
}
