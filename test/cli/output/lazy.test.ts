import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Reports every package that the program itself loads, on stderr. */
const hook = `data:text/javascript,${encodeURIComponent(`
import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`
export async function resolve(name, context, next) {
  const byProgram = context.parentURL?.endsWith('/program.mjs');
  if (byProgram && !/^(node:|[.]|file:|data:)/.test(name)) process._rawDebug('loaded ' + name);
  return next(name, context);
}\`));
`)}`;

/** Prints a list as argv says. */
const program = `
import { createListPrinter } from './src/cli/output/list-printer.ts';
import { createTerminal } from './src/cli/terminal.ts';
import { createProgress } from './src/cli/progress.ts';
const [formats, tty, name] = process.argv.slice(2);
const stdout = Object.assign(process.stdout, tty === 'tty' ? { isTTY: true, columns: 80 } : {});
const terminal = createTerminal({ stdin: process.stdin, stdout, stderr: process.stderr }, {});
createProgress(terminal).awaiting(['home']);
const columns = [{ title: 'Name', pointer: '/name', kind: 'text' }, { title: 'Status', pointer: '/status', kind: 'status' }];
for (const format of formats.split(',')) {
  const printer = createListPrinter({ terminal, format, columns });
  await printer.add([{ item: { name, status: 'ACTIVE' }, provider: 'home', project: 'p', projectId: 'i' }]);
  await printer.finish();
}
`;

describe('packages that make a command slow to start', () => {
  let folder = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fed-lazy-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    await build({
      stdin: { contents: program, resolveDir: root, loader: 'ts' },
      outfile: join(folder, 'program.mjs'),
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function loaded(...args: string[]): string[] {
    const command = ['--import', hook, join(folder, 'program.mjs'), ...args];
    const shell = `"$0" "$@" 2>&1 >/dev/null`;
    const output = execFileSync('/bin/sh', ['-c', shell, process.execPath, ...command], { encoding: 'utf8' });
    return [...output.matchAll(/^loaded (\S+)$/gm)].map(([, name]) => name ?? '').sort();
  }

  it('are not loaded for what goes into a pipe', () => {
    expect(loaded('json,yaml,ndjson,csv,value,table', 'pipe', 'data')).toEqual([]);
  });

  it('are loaded when a table needs them', () => {
    expect(loaded('table', 'tty', 'data')).toEqual(['chalk', 'cli-table3']);
    expect(loaded('table', 'pipe', 'wide 世界')).toEqual(['string-width']);
  });
});
