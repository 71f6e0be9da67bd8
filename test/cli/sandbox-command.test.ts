import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { fedScript, placeFor } from '../e2e/fed.ts';

it('fed sandbox prints variables with which a shell uses it', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fed-sandbox-test-'));
  const env = { PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const sandbox = spawn(process.execPath, [fedScript, 'sandbox', '--providers', '2'], { env });
  try {
    let lines = '';
    let said = '';
    sandbox.stdout.setEncoding('utf8').on('data', (text: string) => {
      lines += text;
    });
    sandbox.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    while (!said.includes('until Ctrl-C')) await once(sandbox.stderr, 'data');
    const shell = spawn(
      'sh',
      ['-c', `${lines}\n"$0" "$1" list volumes -f value -c Provider`, process.execPath, fedScript],
      {
        env,
      },
    );
    let out = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    const [code] = await once(shell, 'close');
    expect(code).toBe(0);
    expect([...new Set(out.trim().split('\n'))].sort()).toEqual(['home', 'sp-a', 'sp-b']);
  } finally {
    sandbox.kill('SIGINT');
    await once(sandbox, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
});

it('fed sandbox has the regions that it is told', { timeout: 60_000 }, async () => {
  const place = placeFor({});
  try {
    const wrong = await place.run(['sandbox', '--regions', 'sp-z=A,B']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('there is no cloud sp-z')]);
    const words = ['--regions', 'sp-a=RegionA,RegionTwo', '--shared-services', 'image'];
    const sandbox = place.start(['sandbox', '--providers', '1', ...words]);
    let said = '';
    sandbox.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    while (!said.includes('until Ctrl-C')) await once(sandbox.stderr as Readable, 'data');
    sandbox.kill('SIGINT');
    await once(sandbox, 'exit');
    expect(said).toMatch(/sp-a +http:.*\n +RegionA .*\n +RegionTwo +http:.*\/r2\n/);
  } finally {
    place.remove();
  }
});
