/**
 * Add up what test suites left in a folder, and say it in one line: `N passed, N failed`. A suite that was to leave a
 * report and left none counts as one failure.
 *
 * usage: node scripts/sum.mjs FOLDER NAME…
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...names] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of names) {
  const file = join(folder, `${name}.json`);
  const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { numFailedTests: 1 };
  // A file that could not be loaded is a failed suite without a failed test.
  const broken = counts.numFailedTests === 0 && counts.success === false ? 1 : 0;
  passed += counts.numPassedTests ?? 0;
  failed += (counts.numFailedTests ?? 0) + broken;
  skipped += counts.numPendingTests ?? 0;
}
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
