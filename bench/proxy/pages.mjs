/** A page of 1,000 over 50 providers, beside fetching the very pages that it is made of. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurns } from '../commands/measure.mjs';
import { login } from './clouds.mjs';
import { openFed } from './contenders.mjs';
import { cpuOf, PROXY_CORE, start, stop } from './processes.mjs';

/** Options of the sandbox. */
export const FIFTY_CLOUDS = ['--providers', '49', '--servers', '60'];

const LIMIT = 1000;
const PATH = `/compute/v2.1/servers/detail?limit=${LIMIT}`;

/** What gets a page. What the client makes of it is not the proxy's time. */
export async function pageOf(fed, clouds) {
  const { secret } = await login(`${fed.url}/identity/v3`, clouds.env);
  return async () => {
    const response = await fetch(`${fed.url}${PATH}`, { headers: { 'X-Auth-Token': secret } });
    const body = await response.arrayBuffer();
    if (response.status !== 200 || response.headers.has('x-fed-missing')) throw new Error(`${response.status}`);
    return body;
  };
}

/** @returns rows of the table */
export async function pages(clouds, { rounds, requests }) {
  const fed = await openFed(clouds.env);
  const page = await pageOf(fed, clouds);
  const { length } = JSON.parse(new TextDecoder().decode(await page())).servers;
  if (length !== LIMIT) throw new Error(`${length} servers`);
  const asked = await clouds.recorded(page);
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-pages-'));
  const file = join(folder, 'requests');
  writeFileSync(file, JSON.stringify(asked));
  const args = [join(import.meta.dirname, 'fetcher.mjs'), file];
  const { child, line } = await start('fetcher', process.execPath, args, { core: PROXY_CORE });
  const plain = () => fetch(line).then((response) => response.text());
  const turn = (pid, once) => async () => {
    const before = cpuOf(pid);
    const began = performance.now();
    for (let count = 0; count < requests; count += 1) await once();
    return { wall: (performance.now() - began) / requests, cpu: (cpuOf(pid) - before) / requests };
  };
  // Compilers want to have seen it all.
  await turn(fed.pid, page)();
  await turn(child.pid, plain)();
  const figures = await inTurns(rounds, { plain: turn(child.pid, plain), fed: turn(fed.pid, page) });
  await fed.close();
  await stop(child);
  rmSync(folder, { recursive: true, force: true });
  const said = ({ wall, cpu }) => `${wall.toFixed(0)} ms, CPU ${cpu.toFixed(0)} ms`;
  return [
    [
      `proxy, a page of ${LIMIT} over ${clouds.count} clouds`,
      `fetching and parsing its ${asked.length} pages (undici): ${said(figures.plain)}`,
      `${said(figures.fed)}: × ${(figures.fed.wall / figures.plain.wall).toFixed(2)}, CPU × ${(figures.fed.cpu / figures.plain.cpu).toFixed(2)}`,
      '× 1.5',
    ],
  ];
}
