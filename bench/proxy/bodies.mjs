/** Bodies of 2 GiB, both ways: MB/s by curl, and how large the proxy grows. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurns } from '../commands/measure.mjs';
import { login } from './clouds.mjs';
import { openFed, openNginx } from './contenders.mjs';
import { cpuOf, LOAD_CORE, peakOf } from './processes.mjs';

/** The last twelve digits say how many bytes it has. */
const imageOf = (bytes) => `5e54e600-0000-4000-8000-${`${bytes}`.padStart(12, '0')}`;

/** @returns rows of the table */
export async function bodies(clouds, { rounds, bytes }) {
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-bodies-'));
  const file = join(folder, 'zeros');
  writeFileSync(file, '');
  truncateSync(file, bytes);
  const fed = await openFed(clouds.env);
  const nginx = await openNginx(clouds.bulk);
  const { secret } = await login(`${fed.url}/identity/v3`, clouds.env);
  const path = `/image/v2/images/${imageOf(bytes)}`;
  const scope = { 'X-Fed-Provider': 'sp-a', 'X-Fed-Project': clouds.projectAt('sp-a') };
  const learnt = await fetch(`${fed.url}${path}`, { headers: { 'X-Auth-Token': secret, ...scope } });
  await learnt.arrayBuffer();
  const before = peakOf(fed.pid);
  const get = (url) => ['-o', '/dev/null', `${url}${path}/file`];
  const put = (url) => [
    '-T',
    file,
    '-H',
    'Content-Type: application/octet-stream',
    '-o',
    '/dev/null',
    `${url}${path}/file`,
  ];
  const turn = (contender, args) => async () => {
    const cpu = contender.pid === undefined ? 0 : cpuOf(contender.pid);
    const seconds = await curl(secret, args(contender.url));
    return {
      speed: bytes / 1e6 / seconds,
      cpu: contender.pid === undefined ? 0 : (cpuOf(contender.pid) - cpu) / (bytes / 2 ** 30),
    };
  };
  const direct = { url: clouds.bulk };
  const rows = [];
  for (const [name, args] of [
    ['down', get],
    ['up', put],
  ]) {
    // Compilers want to have seen it.
    await turn(fed, args)();
    const figures = await inTurns(rounds, {
      direct: turn(direct, args),
      nginx: turn(nginx, args),
      fed: turn(fed, args),
    });
    const said = ({ speed, cpu }) => `${speed.toFixed(0)} MB/s, CPU ${cpu.toFixed(0)} ms a GiB`;
    const peak = peakOf(fed.pid);
    rows.push([
      `proxy, ${(bytes / 2 ** 30).toFixed(1)} GiB ${name}`,
      `direct: ${figures.direct.speed.toFixed(0)} MB/s; nginx (no buffering): ${said(figures.nginx)}`,
      `${said(figures.fed)}: × ${(figures.fed.speed / figures.nginx.speed).toFixed(2)}; peak ${peak.toFixed(0)} MB, ${before.toFixed(0)} MB before`,
      '× 0.8; memory flat',
    ]);
  }
  await fed.close();
  await nginx.close();
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

/** @returns seconds that it took */
async function curl(token, args) {
  const format = '%{http_code} %{time_total}';
  const all = ['-c', LOAD_CORE, 'curl', '-sS', '--noproxy', '*', '-H', `X-Auth-Token: ${token}`, '-w', format, ...args];
  const child = spawn('taskset', all, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  const [code, seconds] = said.split(' ').map(Number);
  if (!(code >= 200 && code < 300)) throw new Error(`curl ${args.at(-1)}: ${said}`);
  return seconds;
}
