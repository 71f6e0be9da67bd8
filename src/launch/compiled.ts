/**
 * CommonJS files, loaded from code that an earlier run has compiled. Node's own cache (`module.enableCompileCache`) is
 * not in Node 20, and takes longer: it checks again what the names of these files say.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';

/** Bytes of source; smaller files are as quick to compile as their code is to read. */
const WORTH_KEEPING = 4096;

export type Require = (id: string) => unknown;
type Wrapped = (exports: unknown, require: Require, module: { exports: unknown }) => void;

/**
 * Load a file and, when they are required, those that it names by relative paths. Their names must tell their contents
 * (a hash in them), as V8 checks no more than the length of a source.
 *
 * @param folder where compiled code is kept; a process that has compiled a file leaves it there when it exits
 * @param require loads what is named otherwise
 * @returns what the file exports
 */
export function loadCompiled(file: string, folder: string, require: Require): unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const compiled = new Map<string, Script>();

  function load(path: string): unknown {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(path, module);
    const run = scriptOf(path).runInThisContext() as Wrapped;
    run(module.exports, (id) => (id.startsWith('.') ? load(resolve(dirname(path), id)) : require(id)), module);
    return module.exports;
  }

  function scriptOf(path: string): Script {
    // The build leaves nothing beyond ASCII in them.
    const source = readFileSync(path, 'latin1');
    const isKept = source.length >= WORTH_KEEPING;
    const cachedData = isKept ? read(join(folder, basename(path))) : undefined;
    const script = new Script(`(function(exports,require,module){${source}\n})`, {
      filename: path,
      ...(cachedData !== undefined && { cachedData }),
    });
    if (isKept && (cachedData === undefined || script.cachedDataRejected)) compiled.set(path, script);
    return script;
  }

  process.once('exit', () => {
    if (compiled.size > 0) keep(compiled, folder);
  });
  return load(file);
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function keep(compiled: ReadonlyMap<string, Script>, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [path, script] of compiled) replace(join(folder, basename(path)), script.createCachedData());
  } catch {
    // Without it the next run takes longer, and works.
  }
}

/** Whole, or not at all, also when the machine fails: V8 trusts what it reads. */
function replace(file: string, data: Uint8Array): void {
  const fresh = `${file}.${process.pid}`;
  try {
    writeFileSync(fresh, data, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
