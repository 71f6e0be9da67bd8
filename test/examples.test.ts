/** The examples, as they are run: on the sandbox, or with FED_TESTBED=1 on the real clouds. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { type Clouds, openClouds } from './e2e/clouds.ts';

const top = join(import.meta.dirname, '..');
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
let clouds: Clouds;
let folder: string;

beforeAll(async () => {
  clouds = await openClouds();
  // Where nothing but the package and what it depends on is there.
  folder = mkdtempSync(join(tmpdir(), 'fed-examples-'));
  cpSync(join(top, 'examples'), join(folder, 'examples'), { recursive: true });
  cpSync(join(top, 'dist/library'), join(folder, 'node_modules', manifest.name, 'dist/library'), { recursive: true });
  cpSync(join(top, 'package.json'), join(folder, 'node_modules', manifest.name, 'package.json'));
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(top, 'node_modules', name), join(folder, 'node_modules', name));
  }
});

afterAll(async () => {
  await clouds.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(name: string, ...args: string[]) {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, ...clouds.env('alice') };
  const child = spawn(process.execPath, [join('examples', `${name}.mjs`), ...args], { cwd: folder, env });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

interface Line {
  readonly id: string;
  readonly where: string;
}

async function volumes(): Promise<Line[]> {
  const { stdout } = await run('list-everywhere');
  return [...stdout.matchAll(/^volume (\S+) .*? ?(\S+)$/gm)].map(([, id = '', where = '']) => ({ id, where }));
}

describe('the examples', () => {
  it('are all tried here', () => {
    const names = ['interceptor.mjs', 'list-everywhere.mjs', 'show-wherever.mjs', 'upload-image.mjs'];
    expect(readdirSync(join(top, 'examples')).sort()).toEqual(names);
  });

  it('list everything everywhere', async () => {
    const { code, stdout, stderr } = await run('list-everywhere');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const scope of clouds.scopes) expect(stdout).toContain(` ${scope}\n`);
  });

  it('show what lives anywhere, and say what is nowhere', async () => {
    const volume = (await volumes()).find(({ where }) => where === 'sp-b/lab');
    expect((await run('show-wherever', volume?.id ?? '')).stdout).toContain('is at sp-b/lab (probed)');
    const nowhere = await run('show-wherever', UNKNOWN);
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('FED_NOT_FOUND') });
  });

  it('upload an image to where it is told, and read it back from where it is', async () => {
    const file = join(folder, 'image.raw');
    writeFileSync(file, Buffer.alloc(1_000_000, 'example'));
    const { code, stdout, stderr } = await run('upload-image', 'sp-b', file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^image \S+ at sp-b: the same as /);
  });

  it("read another provider's volume at home's Cinder with plain fetch", async () => {
    const volume = (await volumes()).find(({ where }) => where === 'sp-b/lab');
    const { code, stdout, stderr } = await run('interceptor', volume?.id ?? '');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^200 .* from sp-b, asked at http/);
  });
});
