/** Real memcached and Redis servers for tests, each on a loopback port of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

export interface CacheServerProcess {
  readonly url: string;
  readonly port: number;
  /** Kill it, and wait until it is gone. */
  stop(): Promise<void>;
  /** Start it again, empty, on the same port. */
  start(): Promise<void>;
  /** Send it commands as they are, and give what it says until `end` is in it. */
  say(commands: string, end: string): Promise<string>;
}

export type CacheKind = 'memcached' | 'redis';

/** Valkey stands in where there is no Redis. */
const programs: Record<CacheKind, readonly string[]> = {
  memcached: ['memcached'],
  redis: ['redis-server', 'valkey-server'],
};
const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)];

/** A suite about a real server. It is skipped, and says so, where there is none; not under CI, where it fails then. */
export function describeWith(kind: CacheKind, title: string, suite: () => void): void {
  const program = programOf(kind);
  if (program !== undefined || process.env.CI === 'true') describe(title, suite);
  else describe.skip(`${title} (skipped: there is no ${programs[kind].join(' or ')} here)`, suite);
}

function programOf(kind: CacheKind): string | undefined {
  return programs[kind]
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find((path) => existsSync(path));
}

/** @param args options of the server beside its port */
export async function startServer(kind: CacheKind, args: readonly string[] = []): Promise<CacheServerProcess> {
  const program = programOf(kind);
  if (program === undefined) throw new Error(`There is no ${programs[kind].join(' or ')} here.`);
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(program, [...argumentsOf(kind, port), ...args], { stdio: 'ignore' });
    let died: unknown;
    child.once('error', (error) => {
      died = error;
    });
    child.once('exit', (code) => {
      died ??= code;
    });
    for (;;) {
      if (died !== undefined) throw new Error(`${program} did not start: ${died}`);
      if (await accepts(port)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await start();
  return {
    url: `${kind}://127.0.0.1:${port}`,
    port,
    start,
    stop: async () => {
      const running = child;
      child = undefined;
      if (running === undefined || running.exitCode !== null) return;
      await new Promise((resolve) => {
        running.once('exit', resolve);
        running.kill('SIGKILL');
      });
    },
    say: (commands, end) => say(port, commands, end),
  };
}

function argumentsOf(kind: CacheKind, port: number): string[] {
  if (kind === 'redis') return ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  return ['-l', '127.0.0.1', '-p', String(port), '-U', '0', ...(process.getuid?.() === 0 ? ['-u', 'root'] : [])];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function say(port: number, commands: string, end: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(commands, 'latin1'));
    socket.setEncoding('latin1').on('data', (text) => {
      said += text;
      if (said.includes(end)) socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(said));
  });
}
