/** `fed exec --env`: a proxy that a process of its own serves for as long as a shell lives. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from './command.ts';
import { openExecProxy } from './exec-proxy.ts';
import { exitCodes } from './exit-codes.ts';

const LOOK_EVERY_MS = 1000;
/** The shell has the variables. */
const PRINTED = 'printed';

/** Start the process that serves, print the variables that lead to it, and leave it alone. @returns the exit code */
export async function printEnvironment({ terminal, options }: CommandContext): Promise<number> {
  const shell = typeof options.forPid === 'number' ? options.forPid : shellOf(process.ppid);
  const args = [...process.argv.slice(1), '--for-pid', `${shell}`];
  const server = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  server.stderr?.on('data', (text: Buffer) => void terminal.stderr.write(text));
  const ready = once(server, 'message').then(([env]) => env as Record<string, string>);
  const ended = once(server, 'exit').then(([code]) => (code as number | null) ?? exitCodes.bug);
  const first = await Promise.race([ready, ended]);
  if (typeof first === 'number') return first;
  const { stream } = terminal.stdout;
  await new Promise((resolve) => stream.write(script(terminal.env, first, server.pid ?? 0), resolve));
  // Where they cannot be printed nobody comes to know of the server: it ends when this process has not said so much.
  if (stream.errored) return exitCodes.refused;
  await new Promise((resolve) => server.send(PRINTED, resolve));
  server.disconnect();
  server.stderr?.destroy();
  server.unref();
  return exitCodes.done;
}

/** Serve, in the process that `printEnvironment` started. @returns the exit code */
export async function serveFor(pid: number, context: CommandContext): Promise<number> {
  const proxy = await openExecProxy(context);
  const told = new Promise<void>((resolve) => context.takeSignals(() => resolve()));
  const forgotten = new Promise<void>((resolve) => {
    process.once('message', () => process.off('disconnect', resolve));
    process.once('disconnect', resolve);
  });
  process.send?.(proxy.env);
  // The terminal that started it may be gone long before it is.
  process.stderr.on('error', () => {});
  await Promise.race([told, gone(pid), forgotten]);
  await proxy.close();
  return exitCodes.done;
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(LOOK_EVERY_MS);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The shell that asked. `$(…)` is a process of the shell's own, which most shells give up to the command and some do
 * not: one whose parent is the same program is such a one.
 */
function shellOf(pid: number): number {
  const [parent, name] = facts(pid);
  const [, parentName] = parent === undefined ? [] : facts(parent);
  return parent !== undefined && name !== undefined && name === parentName && isSubshell(pid, parent) ? parent : pid;
}

function facts(pid: number): [number?, string?] {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', `${pid}`], { encoding: 'utf8' });
    const [, parent, name] = /^\s*(\d+)\s+(.+?)\s*$/.exec(line) ?? [];
    return parent === undefined || name === undefined ? [] : [Number(parent), name];
  } catch {
    return [];
  }
}

/** A subshell is a copy: it was called with the same words. */
function isSubshell(pid: number, parent: number): boolean {
  try {
    const words = (of: number) => execFileSync('ps', ['-o', 'args=', '-p', `${of}`], { encoding: 'utf8' });
    return words(pid) === words(parent);
  } catch {
    return false;
  }
}

/** Lines for a POSIX shell: what leads elsewhere is unset, and what leads to the proxy is set. */
function script(
  before: Readonly<Record<string, string | undefined>>,
  env: Record<string, string>,
  pid: number,
): string {
  const gone = Object.keys(before).filter((name) => name.startsWith('OS_') && env[name] === undefined);
  const set = Object.entries(env).filter(([name, value]) => before[name] !== value);
  return [
    ...gone.map((name) => `unset ${name}`),
    ...set.map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`),
    `# It serves until this shell ends, or: kill ${pid}`,
    '',
  ].join('\n');
}
