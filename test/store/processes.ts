/** Other processes that use the stores at the same time: each runs a few lines of JavaScript. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

const preamble = `
import { writeSync } from 'node:fs';
import * as stores from './stores.mjs';
const [directory, ...args] = process.argv.slice(2);
const warn = (message) => say('WARNING ' + message);
const clock = { now: () => Date.now() };
const sealKey = stores.tokenKey(Buffer.alloc(32), 'identity', Buffer.from('secret'));
const say = (line) => writeSync(1, line + '\\n');
const entry = (id, provider = 'sp-a') => ({ type: 'server', id, location: { provider, projectId: 'p'.repeat(32) } });
`;

export interface Finished {
  /** What the process said, line by line. */
  readonly lines: string[];
  /** How it ended: an exit code, or a signal's name. */
  readonly end: number | string | null;
}

export interface Started {
  /** Called for each line as it comes. */
  onLine(listener: (line: string, child: ChildProcess) => void): void;
  readonly finished: Promise<Finished>;
}

/**
 * Give a function that starts a process which runs `script` with `directory` and `args` at hand, and the stores'
 * functions in `stores`. Processes that still run at the end are killed.
 */
export function processes(): (script: string, directory: string, ...args: string[]) => Started {
  let folder = '';
  const running = new Set<ChildProcess>();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fed-store-script-'));
    buildSync({
      stdin: {
        contents: `
          export { openDiskLocations } from './src/store/disk-locations.ts';
          export { openDiskTokens } from './src/store/disk-tokens.ts';
          export { localKey } from './src/store/local-key.ts';
          export { tokenKey } from './src/store/token-key.ts';
          export { openSharedMemory } from './src/store/shared/open.ts';`,
        resolveDir: process.cwd(),
      },
      outfile: join(folder, 'stores.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      // Redis' client is CommonJS, and asks for Node's modules with require.
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      logLevel: 'error',
    });
  });
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return (script, directory, ...args) => {
    const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env;
    const child = spawn(process.execPath, ['--input-type=module', '-', directory, ...args], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    running.add(child);
    const listeners: ((line: string, child: ChildProcess) => void)[] = [];
    const lines: string[] = [];
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const complete = (rest + text).split('\n');
      rest = complete.pop() ?? '';
      for (const line of complete) {
        lines.push(line);
        for (const listener of listeners) listener(line, child);
      }
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        running.delete(child);
        resolve({ lines, end: code ?? signal });
      });
    });
    child.stdin?.end(preamble + script);
    return { onLine: (listener) => listeners.push(listener), finished };
  };
}
