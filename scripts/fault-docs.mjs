/**
 * docs/faults.md, out of a run of the fault matrix: written only if every cell is as the page will say.
 *
 * usage: node scripts/fault-docs.mjs
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');

function vitest(args, env = {}) {
  const program = join(top, 'node_modules/.bin/vitest');
  const { status } = spawnSync(process.execPath, [program, 'run', ...args], {
    cwd: top,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status !== 0) process.exit(status ?? 1);
}

vitest(['test/faults', '--exclude', 'test/faults/page.test.ts']);
vitest(['test/faults/page.test.ts'], { FED_WRITE_FAULTS: '1' });
