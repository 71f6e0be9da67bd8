/** Output that cannot be written, and disks that take nothing: a message and exit code 1, never silence. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clouds, openClouds } from './clouds.ts';
import { fedScript, type Place, placeFor } from './fed.ts';

let clouds: Clouds;
let place: Place;

beforeAll(async () => {
  clouds = await openClouds();
});

afterAll(() => clouds.close());

beforeEach(() => {
  place = placeFor(clouds.env('alice'));
});

afterEach(() => place.remove());

/** Run fed with its output where a shell leads it. */
const led = (to: string, args: readonly string[]) => shell(`"$@" ${to}`, args);

/** @param script has fed for `"$@"` */
async function shell(script: string, args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn('/bin/sh', ['-c', script, 'sh', process.execPath, fedScript, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: place.folder, ...clouds.env('alice') },
    cwd: place.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stderr };
}

describe.skipIf(!existsSync('/dev/full'))('a full disk under standard output', () => {
  it.each([
    '--version',
    '--help',
    'help exit-codes',
    'volume --help',
    'config list',
    'cache where',
    'cache show',
    'provider list',
    'volume list',
    'volume list -f ndjson',
    'volume list -f json',
    'curl volume/volumes',
    'curl --all volume/volumes',
    'token issue',
    'catalog list',
  ])('fed %s', { timeout: 60_000 }, async (line) => {
    // So that there is something to show.
    if (line === 'cache show') await place.run(['volume', 'list']);
    const { code, stderr } = await led('> /dev/full', line.split(' '));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/output cannot be written: .*ENOSPC/) });
  });

  it('fed volume show', async () => {
    const { stdout } = await place.run(['volume', 'list', '-f', 'value', '-c', 'id']);
    const { code, stderr } = await led('> /dev/full', ['volume', 'show', stdout.split('\n')[0] ?? '']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/cannot be written: .*ENOSPC/) });
  });

  it('fed curl -o, and in JSON for programs', async () => {
    const curl = ['curl', '-o', '/dev/full', 'volume/volumes', '--error-format', 'json'];
    const { code, stderr } = await led('', curl);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'FED_OUTPUT', message: expect.stringMatching(/^\/dev\/full cannot be written: .*ENOSPC/) },
    });
    const list = await led('> /dev/full', ['volume', 'list', '--error-format', 'json']);
    expect(JSON.parse(list.stderr)).toMatchObject({ error: { code: 'FED_OUTPUT' } });
  });
});

it('a reader that has gone is no fault', async () => {
  const script = '{ "$@"; echo $? >&2; } | true';
  expect(await shell(script, ['volume', 'list'])).toEqual({ code: 0, stderr: '141\n' });
});

it('fed exec --env leaves nothing behind where its variables cannot be printed', async () => {
  const sessions = join(place.folder, 'session');
  mkdirSync(sessions, { mode: 0o700 });
  await shell('XDG_RUNTIME_DIR=$PWD/session "$@" > /dev/full', ['exec', '--env', '--for-pid', `${process.pid}`]);
  await expect.poll(() => readdirSync(sessions), { timeout: 30_000 }).toEqual([]);
});

const mount = (...args: string[]): boolean => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
const disk = mkdtempSync(join(tmpdir(), 'fed-read-only-'));
const unmount = () => spawnSync('umount', [disk], { stdio: 'ignore' });
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mount('-t', 'tmpfs', 'tmpfs', disk);
if (canMount) unmount();

afterAll(() => rmSync(disk, { recursive: true, force: true }));

describe.skipIf(!canMount)('a disk that is read-only (skipped where none can be mounted)', () => {
  let env: Record<string, string>;

  beforeEach(() => {
    mount('-t', 'tmpfs', 'tmpfs', disk);
    env = {
      FED_CACHE_DIR: join(disk, 'cache'),
      FED_STATE_DIR: join(disk, 'state'),
      FED_CONFIG_DIR: join(disk, 'config'),
    };
  });

  afterEach(unmount);

  it('keeps what is remembered: fed cache clear says so, and everything else works', async () => {
    expect((await place.run(['volume', 'list'], { env })).code).toBe(0);
    mkdirSync(join(disk, 'config'));
    mount('-o', 'remount,ro', disk);
    const cleared = await place.run(['cache', 'clear'], { env });
    expect(cleared).toMatchObject({ code: 1, stdout: '' });
    expect(cleared.stderr).toMatch(/Not everything in .* could be cleared/);
    expect(cleared.stderr).not.toContain('bug');
    expect((await place.run(['volume', 'list'], { env })).code).toBe(0);
    const config = await place.run(['config', 'set', 'retries', '3'], { env });
    expect(config).toMatchObject({ code: 2, stderr: expect.stringContaining('EROFS') });
    const exec = await place.run(['exec', '--', 'true'], { env: { ...env, TMPDIR: disk } });
    expect(exec).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be written: .*EROFS/) });
    const curl = await place.run(['curl', '-o', join(disk, 'file'), 'volume/volumes'], { env });
    expect(curl).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be written: .*EROFS/) });
  });

  it('that has nothing to clear is cleared', async () => {
    mount('-o', 'remount,ro', disk);
    expect(await place.run(['cache', 'clear'], { env })).toMatchObject({ code: 0, stderr: '' });
  });
});
