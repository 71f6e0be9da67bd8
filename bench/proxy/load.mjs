/** Load by wrk, from the core that it shares with the clouds. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuOf, LOAD_CORE } from './processes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fed-bench-load-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** @param requests paths with the token of each; they are made in turn @returns a file for `load` */
export function targets(requests) {
  files += 1;
  const file = join(folder, `${files}`);
  writeFileSync(file, requests.map(({ path, token }) => `${path} ${token}\n`).join(''));
  return file;
}

/**
 * Ask one proxy for so many seconds.
 *
 * @returns requests a second, milliseconds that half and 99 % of them took, and the proxy's microseconds of CPU for each
 */
export async function load({ url, pid }, file, { seconds, connections = 64 }) {
  const before = pid === undefined ? 0 : cpuOf(pid);
  const script = join(import.meta.dirname, 'load.lua');
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', script, url, '--', file];
  const child = spawn('taskset', ['-c', LOAD_CORE, ...wrk], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  const cpu = pid === undefined ? 0 : cpuOf(pid) - before;
  const result = JSON.parse(/^\{.*\}$/m.exec(said)?.[0] ?? 'null');
  if (result === null || result.failed > 0) throw new Error(`wrk of ${url}: ${said}`);
  const { requests, p50, p99 } = result;
  return { rate: requests / result.seconds, p50, p99, cpu: (cpu * 1000) / requests };
}
