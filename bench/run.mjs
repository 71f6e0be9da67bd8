/**
 * Run the benchmarks: each is a `run.mjs` in a folder of its own, and says what it measures and against what. Full runs
 * are put down in results.md.
 *
 * usage: node bench/run.mjs [--quick] [FOLDER…]     default: all; --quick: fewer rounds
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { keepResult } from './results-file.mjs';

/** A model: it has a document of its own, docs/scale.md. */
const MODEL = 'scale';

const here = import.meta.dirname;
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, 'run.mjs')))
  .map(({ name }) => name)
  .filter((name) => wanted.length === 0 || wanted.includes(name));

/** @returns what it printed; undefined when it failed */
function run(folder) {
  const child = spawn(process.execPath, [join(here, folder, 'run.mjs'), ...options], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
    process.stdout.write(text);
  });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code === 0 ? printed : undefined));
  });
}

for (const folder of folders) {
  process.stdout.write(`\n— ${folder}\n`);
  const printed = await run(folder);
  if (printed === undefined) process.exitCode = 1;
  else if (folder !== MODEL && options.length === 0) {
    keepResult(`${folder}, Node ${process.versions.node.split('.')[0]}`, printed);
  }
}
