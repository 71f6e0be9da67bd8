/** Processes on a core of their own, and what they cost. */
import { spawn, spawnSync } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';

/** The proxy under test has a core for itself; the clouds and the load share the other. */
export const PROXY_CORE = '0';
export const LOAD_CORE = '1';

const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill();
});

/** A child that ends with this process, also where a benchmark fails. */
export function own(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** What must be there, as Debian names it. @returns the packages that are missing */
export function missingPrograms() {
  const programs = { nginx: 'nginx-light', wrk: 'wrk', memcached: 'memcached', taskset: 'util-linux', curl: 'curl' };
  return Object.entries(programs)
    .filter(([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
    .map(([, name]) => name);
}

/**
 * Start a server and wait for the address that it prints.
 *
 * @param env the whole environment; absent: PATH only
 * @param prints where the address is printed
 */
export async function start(name, program, args, { core, env, prints = 'stdout' }) {
  const quiet = openSync('/dev/null', 'w');
  const child = own(
    spawn('taskset', ['-c', core, program, ...args], {
      env: env ?? { PATH: process.env.PATH },
      stdio: ['ignore', prints === 'stdout' ? 'pipe' : quiet, 'pipe'],
    }),
  );
  const line = await new Promise((resolve, reject) => {
    let said = '';
    const heard = (text) => {
      said += text;
      const address = /(?:^| at )(http:\/\/[\w.:-]+)\n/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
    child[prints].setEncoding('utf8').on('data', heard);
    if (prints === 'stdout') child.stderr.pipe(process.stderr);
  });
  return { child, pid: child.pid, line };
}

export function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill();
  });
}

/** Milliseconds of CPU that a process and its children have used so far. */
export function cpuOf(pid) {
  return [pid, ...childrenOf(pid)].map(ownCpu).reduce((sum, ms) => sum + ms, 0);
}

/** The largest resident set of a process so far, in MB. */
export function peakOf(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** The resident set of a process, in MB. */
export function residentOf(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );
}

function ownCpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  // In ticks of 10 ms, from the third field of proc(5) on.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
