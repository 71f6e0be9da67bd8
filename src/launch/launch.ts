/**
 * The start of the command line: loads it from code that an earlier run has compiled. Compiling it anew is a third of
 * what a short command takes.
 */
import module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { version } from '../version.ts';
import { codeFolder } from './code-folder.ts';
import { loadCompiled } from './compiled.ts';

interface Program {
  run(): Promise<void>;
}

/** Words of command lines that differ much in the code that they run. */
const VERBS = ['show', 'list', 'locate', 'curl', 'exec', 'proxy', 'sandbox'];

/** Run the command line. @param file its CommonJS bundle */
export function launch(file: string): void {
  void programIn(file).run();
}

function programIn(file: string): Program {
  const folder = codeFolder(process.env, version);
  if (folder === undefined) return createRequire(file)(file);
  // What is kept is what a command has compiled, so that no command reads the code of others.
  const verb = VERBS.find((each) => process.argv.includes(each)) ?? 'other';
  // Node 22 and later bring the same.
  if ('enableCompileCache' in module) {
    (module as { enableCompileCache(directory: string): unknown }).enableCompileCache(join(folder, verb));
    return createRequire(file)(file);
  }
  return loadCompiled(file, join(folder, `${verb}-${process.version}-${process.arch}`)) as Program;
}
