/** Measuring processes side by side. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'fed-measure-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/**
 * Run a Node process to its end; what it prints is thrown away.
 *
 * @returns wall and CPU in milliseconds, the largest resident set in MB, milliseconds to the first byte of output
 */
export function once(args, env, node = process.execPath) {
  const file = join(folder, `${process.hrtime.bigint()}`);
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let first;
    const child = spawn('/usr/bin/time', ['-o', file, '-f', '%U %S %M', node, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', () => {
      first ??= performance.now() - began;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const wall = performance.now() - began;
      if (code !== 0) return reject(new Error(`${args.join(' ')} ended with ${code}: ${said}`));
      const [user, system, kilobytes] = readFileSync(file, 'utf8').trim().split(' ').map(Number);
      resolve({ wall, cpu: (user + system) * 1000, megabytes: kilobytes / 1024, first: first ?? wall });
    });
  });
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Let contenders take turns. @returns for each name the median of each figure */
export async function inTurns(rounds, contenders) {
  const runs = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(contenders)) runs[name].push(await run());
  }
  return Object.fromEntries(
    Object.entries(runs).map(([name, all]) => [
      name,
      Object.fromEntries(Object.keys(all[0]).map((figure) => [figure, median(all.map((each) => each[figure]))])),
    ]),
  );
}
