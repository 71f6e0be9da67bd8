/**
 * Add up what test suites left in a folder: what failed and why, and as the last line `N passed, N failed`. A suite that
 * was to leave a report and left none counts as one failure, and so does a STATUS that is not 0 when no report says why:
 * an error outside of every test, a step that is no suite.
 *
 * usage: node scripts/sum.mjs STATUS FOLDER NAME…
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

// What is kept of a run is often its end alone: it has to say what failed, and not at the length of whole diffs.
const LINES_OF_A_FAILURE = 15;

const [ended, folder, ...names] = process.argv.slice(2);
const failures = [];
let passed = 0;
let skipped = 0;
for (const name of names) {
  const file = join(folder, `${name}.json`);
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  failures.push(...(report === undefined ? [`${name}: left no report`] : failuresIn(name, report)));
  passed += report?.numPassedTests ?? 0;
  skipped += report?.numPendingTests ?? 0;
}
if (ended !== '0' && failures.length === 0) failures.push('a step without a report: see the output above');
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
const failed = failures.length;
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

/** Each failed test of a report, each file that could not be loaded, and what else made the suite fail. */
function failuresIn(suite, report) {
  const found = [];
  for (const { name, status, message, assertionResults } of report.testResults ?? []) {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    const file = name.slice(name.indexOf('/test/') + 1);
    for (const test of tests) found.push(described(`${suite}: ${file}: ${test.fullName}`, test.failureMessages));
    if (status === 'failed' && tests.length === 0) found.push(described(`${suite}: ${file}`, [message]));
  }
  // A check that has no tests of its own, or an error outside of every test.
  const unnamed = Math.max(report.numFailedTests ?? 0, report.success === false ? 1 : 0);
  if (found.length === 0 && unnamed > 0) found.push(`${suite}: see its output above`);
  return found;
}

function described(title, messages) {
  const lines = stripVTControlCharacters(messages.join('\n')).split('\n');
  // Of the stack, what is of the project.
  const telling = lines.filter((line) => !/^\s+at /.test(line) || /\/(?:src|test)\/[^:]*:\d/.test(line));
  return [title, ...telling.slice(0, LINES_OF_A_FAILURE).map((line) => `  ${line}`)].join('\n');
}
