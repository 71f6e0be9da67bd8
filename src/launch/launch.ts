/**
 * The start of the command line: loads it from code that an earlier run has compiled. Compiling it anew is a third of
 * what a short command takes.
 */
import { join } from 'node:path';
import { version } from '../version.ts';
import { codeFolder } from './code-folder.ts';
import { loadCompiled, type Require } from './compiled.ts';

interface Program {
  run(): Promise<void>;
}

/** Words of command lines that differ much in the code that they run. */
const VERBS = ['show', 'list', 'locate', 'curl', 'exec', 'proxy', 'sandbox'];

/**
 * Run the command line.
 *
 * @param file its CommonJS bundle
 * @param require of the caller: Node's module for making one takes a while
 */
export function launch(file: string, require: Require): void {
  void programIn(file, require).run();
}

function programIn(file: string, require: Require): Program {
  const folder = codeFolder(process.env, version);
  if (folder === undefined) return require(file) as Program;
  // What is kept is what a command has compiled, so that no command reads the code of others.
  const verb = VERBS.find((each) => process.argv.includes(each)) ?? 'other';
  return loadCompiled(file, join(folder, `${verb}-${process.version}-${process.arch}`), require) as Program;
}
