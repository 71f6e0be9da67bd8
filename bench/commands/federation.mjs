/** A sandbox in a process of its own, and a user of it with an empty cache. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const fed = join(import.meta.dirname, '../../bin/fed.js');

/** @param options of `fed sandbox` */
export async function openFederation(...options) {
  const folder = mkdtempSync(join(tmpdir(), 'fed-bench-'));
  const base = { PATH: process.env.PATH, HOME: folder };
  const sandbox = spawn(process.execPath, [fed, 'sandbox', ...options], { env: base });
  // Also where a benchmark fails.
  process.on('exit', () => sandbox.kill('SIGINT'));
  let lines = '';
  let said = '';
  sandbox.stdout.setEncoding('utf8').on('data', (text) => {
    lines += text;
  });
  await new Promise((resolve, reject) => {
    sandbox.once('exit', (code) => reject(new Error(`fed sandbox ended with ${code}: ${said}`)));
    sandbox.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (said.includes('until Ctrl-C')) resolve();
    });
  });
  sandbox.once('exit', (code, signal) => {
    if (!closing) process.stderr.write(`fed sandbox ended with ${code ?? signal}: ${said.slice(-2000)}\n`);
  });
  let closing = false;
  const variables = [...lines.matchAll(/export (\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  const env = { ...base, ...Object.fromEntries(variables) };
  return {
    env,
    /** Run fed to its end. @returns what it printed */
    run(...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [fed, ...args], {
        env,
        encoding: 'utf8',
        maxBuffer: 1 << 30,
      });
      if (status !== 0) throw new Error(`fed ${args.join(' ')} ended with ${status}: ${stderr}`);
      return stdout;
    },
    /** Make it a new user's, but for the compiled code of fed itself. */
    /** @param kinds of what is remembered; absent: everything */
    forget(...kinds) {
      for (const what of kinds.length > 0 ? kinds : ['tokens', 'locations']) {
        rmSync(join(folder, '.cache/fed', what), { recursive: true, force: true });
      }
    },
    /** End it. What it writes until then goes, too. */
    close() {
      closing = true;
      return new Promise((resolve) => {
        sandbox.once('exit', () => {
          rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
          resolve();
        });
        sandbox.kill('SIGINT');
      });
    },
  };
}
