/**
 * `npm test`: format and lint, types, import rules, unused code, then the tests. All are run; the first failure is
 * what the exit code tells.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');

const checks = [
  ['format and lint', 'biome', ['check', '.']],
  ['types', 'tsc', ['--noEmit']],
  ['import rules', 'depcruise', ['src', '--output-type', 'err']],
  ['unused files and exports', 'knip', []],
  ['tests', 'vitest', ['run', ...process.argv.slice(2)]],
];

let failed = 0;
for (const [name, program, args] of checks) {
  process.stdout.write(`\n— ${name}\n`);
  const { status } = spawnSync(process.execPath, [binary(program), ...args], { cwd: top, stdio: 'inherit' });
  if (status !== 0 && failed === 0) failed = status ?? 1;
}
process.exit(failed);

function binary(program) {
  return join(top, 'node_modules', '.bin', program);
}
