/**
 * Run the benchmarks: each is a `run.mjs` in a folder of its own, and says what it measures and against what.
 *
 * usage: node bench/run.mjs [--quick] [FOLDER…]     default: all; --quick: fewer rounds
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, 'run.mjs')))
  .map(({ name }) => name)
  .filter((name) => wanted.length === 0 || wanted.includes(name));
let failed = 0;
for (const folder of folders) {
  process.stdout.write(`\n— ${folder}\n`);
  const { status } = spawnSync(process.execPath, [join(here, folder, 'run.mjs'), ...options], { stdio: 'inherit' });
  if (status !== 0) failed = 1;
}
process.exit(failed);
