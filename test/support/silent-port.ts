import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';

export interface SilentPort {
  readonly port: number;
  readonly close: () => void;
}

/** Listens, then never accepts anything again. */
const LISTENER = `
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, server.address().port + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/**
 * A port of this machine that does not answer, as a host behind a firewall: a process that is stuck listens on it,
 * and the few connections that the system makes on its behalf are taken.
 */
export async function silentPort(): Promise<SilentPort> {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
  });
  const fillers: Socket[] = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await Promise.any(fillers.map((filler) => new Promise((resolve) => filler.once('connect', resolve))));
  return {
    port,
    close() {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
    },
  };
}
