/**
 * `npm test`: format and lint, types, import rules, unused code, then the tests. All are run; one that fails makes the
 * exit code.
 *
 * With FED_TEST_REPORT=FOLDER, each check leaves a FOLDER/NAME.json there that says how many passed and failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// npm may need it to reach a registry. It has no part in the tests, and costs Node 20 time at every start.
delete process.env.NODE_EXTRA_CA_CERTS;

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const report = process.env.FED_TEST_REPORT;
const tests =
  report === undefined ? [] : ['--reporter=default', '--reporter=json', `--outputFile.json=${report}/tests.json`];

const checks = [
  ['lint', 'format and lint', 'biome', ['check', '.']],
  ['types', 'types', 'tsc', ['--noEmit']],
  ['rooms', 'import rules', 'depcruise', ['src', '--output-type', 'err']],
  ['unused', 'unused files and exports', 'knip', []],
  ['tests', 'tests', 'vitest', ['run', ...tests, ...process.argv.slice(2)]],
];

if (report !== undefined) mkdirSync(report, { recursive: true });
const failed = [];
for (const [name, title, program, args] of checks) {
  process.stdout.write(`\n— ${title}\n`);
  const { status } = spawnSync(process.execPath, [join(top, 'node_modules', '.bin', program), ...args], {
    cwd: top,
    stdio: 'inherit',
  });
  if (status !== 0) failed.push(title);
  if (report !== undefined && name !== 'tests') {
    const counts = { numPassedTests: status === 0 ? 1 : 0, numFailedTests: status === 0 ? 0 : 1 };
    writeFileSync(join(report, `${name}.json`), JSON.stringify(counts));
  }
}
if (failed.length > 0) process.stdout.write(`\nFailed: ${failed.join(', ')}\n`);
process.exit(failed.length > 0 ? 1 : 0);
