/**
 * How the proxy grows: what a request costs it (CPU, as the load shares the machine) with many locations, with many
 * users, and with two processes that share their memory, each beside the same with one.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurns } from '../commands/measure.mjs';
import { login, PAGE, pageName, serverId } from './clouds.mjs';
import { openFed, openLibrary } from './contenders.mjs';
import { load, targets } from './load.mjs';
import { freePorts } from './nginx.mjs';
import { LOAD_CORE, own, residentOf, stop } from './processes.mjs';
import { remembered } from './small.mjs';

const WARM_SECONDS = 8;
/** So many users begin at once. */
const AT_ONCE = 16;

/** @returns rows of the table */
export async function growth(clouds, sizes) {
  return [await manyLocations(clouds, sizes), await manyUsers(clouds, sizes), await twoProcesses(clouds, sizes)];
}

async function manyLocations(clouds, { rounds, seconds, locations }) {
  const fed = await openFed(clouds.env);
  const [first] = await remembered(fed, clouds);
  const one = targets([first]);
  await load(fed, one, { seconds: WARM_SECONDS });
  const before = residentOf(fed.pid);
  const many = targets(await remembered(fed, clouds, locations / PAGE));
  const row = await compared(fed, { one, many }, { rounds, seconds });
  const bytes = ((residentOf(fed.pid) - before) * 2 ** 20) / locations;
  await fed.close();
  return [
    `proxy, ${locations.toLocaleString('en')} locations`,
    `one location: CPU ${row.one.toFixed(0)} µs a request`,
    `CPU × ${(row.many / row.one).toFixed(2)}; ${bytes.toFixed(0)} bytes each`,
    'flat',
  ];
}

async function manyUsers(clouds, { rounds, seconds, users }) {
  // Home's word counts for the whole run, with one user as with many.
  const fed = await openFed(clouds.env, { options: ['--token-check', '3600'] });
  const { secret } = await login(`${fed.url}/identity/v3`, clouds.env);
  const scope = { 'X-Fed-Provider': 'sp-a', 'X-Fed-Project': clouds.projectAt('sp-a') };
  const requests = Array.from({ length: users }, (_, at) => ({
    path: `/compute/v2.1/servers/${serverId(pageName(0), at % PAGE)}`,
    token: `${secret}.${at + 1}`,
  }));
  const waiting = [...requests];
  const begin = async () => {
    for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
      const response = await fetch(`${fed.url}${each.path}`, { headers: { 'X-Auth-Token': each.token, ...scope } });
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    }
  };
  const one = targets(requests.slice(0, 1));
  waiting.splice(0, waiting.length - 1);
  await begin();
  await load(fed, one, { seconds: WARM_SECONDS });
  const before = residentOf(fed.pid);
  waiting.push(...requests.slice(0, -1));
  await Promise.all(Array.from({ length: AT_ONCE }, begin));
  const row = await compared(fed, { one, many: targets(requests) }, { rounds, seconds });
  const kilobytes = ((residentOf(fed.pid) - before) * 1024) / users;
  await fed.close();
  return [
    `proxy, ${users.toLocaleString('en')} users with tokens at a provider`,
    `one user: CPU ${row.one.toFixed(0)} µs a request`,
    `CPU × ${(row.many / row.one).toFixed(2)}; ${kilobytes.toFixed(0)} kB each`,
    'flat',
  ];
}

async function twoProcesses(clouds, { rounds, seconds }) {
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-shared-'));
  const key = join(folder, 'key');
  writeFileSync(key, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const [port] = await freePorts(1);
  const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const args = ['-c', LOAD_CORE, 'memcached', '-l', '127.0.0.1', '-p', `${port}`, ...asRoot];
  const memcached = own(spawn('taskset', args, { stdio: 'inherit' }));
  const options = ['--memory', `memcached://127.0.0.1:${port}`, '--memory-key-file', key];
  const processes = [await openFed(clouds.env, { options }), await openFed(clouds.env, { options })];
  // Two that share nothing show what two processes on one core take from each other.
  const apart = [await openLibrary(clouds.url('sp-a')), await openLibrary(clouds.url('sp-a'))];
  const requests = await remembered(processes[0], clouds);
  const file = targets(requests);
  const one = ([first], length) => load(first, file, { seconds: length });
  const both = async (pair, length) => {
    const halves = pair.map((each) => load(each, file, { seconds: length, connections: 32 }));
    const figures = await Promise.all(halves);
    const rate = figures.reduce((sum, each) => sum + each.rate, 0);
    return { cpu: figures.reduce((sum, each) => sum + each.cpu * each.rate, 0) / rate };
  };
  for (const pair of [processes, apart]) await both(pair, 2 * WARM_SECONDS);
  const figures = await inTurns(rounds, {
    one: () => one(processes, seconds),
    both: () => both(processes, seconds),
    oneApart: () => one(apart, seconds),
    bothApart: () => both(apart, seconds),
  });
  for (const each of [...processes, ...apart]) await each.close();
  await stop(memcached);
  rmSync(folder, { recursive: true, force: true });
  const times = (two, single) => `× ${(two.cpu / single.cpu).toFixed(2)}`;
  const gained = (2 * figures.one.cpu) / figures.both.cpu;
  return [
    'proxy, 2 processes with memcached, on one core',
    `one of them: CPU ${figures.one.cpu.toFixed(0)} µs a request; 2 of @fastify/http-proxy, which share nothing: CPU ${times(figures.bothApart, figures.oneApart)}`,
    `CPU ${times(figures.both, figures.one)} a request, so × ${gained.toFixed(2)} of the requests on two cores`,
    'in proportion: × 2',
  ];
}

/** @returns microseconds of CPU that a request costs with each file of targets */
async function compared(fed, files, { rounds, seconds }) {
  const turns = Object.entries(files).map(([name, file]) => [name, () => load(fed, file, { seconds })]);
  const figures = await inTurns(rounds, Object.fromEntries(turns));
  return Object.fromEntries(Object.entries(figures).map(([name, { cpu }]) => [name, cpu]));
}
