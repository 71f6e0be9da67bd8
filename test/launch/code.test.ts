/** The code that V8 compiled is kept from run to run, for its owner alone; whatever is wrong with it, the program works. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fedScript, type Place, placeFor } from '../e2e/fed.ts';

let place: Place;
let code: string;

beforeEach(() => {
  place = placeFor({});
  code = join(place.folder, '.cache/fed/code');
});

afterEach(() => place.remove());

/** A command that needs no cloud. */
async function runFed(env: Record<string, string> = {}): Promise<void> {
  const { code: exit, stdout, stderr } = await place.run(['config', 'path'], { env });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout).toMatch(/settings\.json\n$/);
}

/** Files of compiled code, each with what changes when it is written anew. */
function kept(): Map<string, { ino: number; size: number }> {
  const files = existsSync(code) ? readdirSync(code, { recursive: true, withFileTypes: true }) : [];
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => {
        const { ino, size } = statSync(file);
        return [file, { ino, size }];
      }),
  );
}

/** Run fed as it is, with nothing added. */
function plain(...args: string[]) {
  const env = { PATH: process.env.PATH ?? '', HOME: place.folder };
  return spawnSync(process.execPath, [fedScript, ...args], { env, encoding: 'utf8' });
}

describe('the program', () => {
  it('says what it says in every character, compiled before or not', () => {
    for (const _run of ['first', 'next']) {
      const { status, stdout } = plain('--help');
      expect({ status, usage: stdout.split('\n')[2] }).toEqual({ status: 0, usage: 'Usage: fed COMMAND [OPTION…]' });
    }
  });

  it('says its version, and ends as every command does when nobody reads it', () => {
    expect(plain('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^fed \d+\.\d+\.\d+\n$/) });
    const pipeline = `"$0" "$1" --version | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', pipeline, process.execPath, fedScript], { encoding: 'utf8' });
    // `true` may go before or after it wrote.
    expect(stdout).toMatch(/^(0|141)\n$/);
    expect(stderr).toBe('');
  });
});

describe('compiled code', () => {
  it('is kept by the first run and used by the next, in folders that are closed to others', async () => {
    await runFed();
    const first = kept();
    expect(first.size).toBeGreaterThan(0);
    expect(statSync(code).mode & 0o777).toBe(0o700);
    await runFed();
    expect(kept()).toEqual(first);
  });

  it('is made again where it is cut short', async () => {
    await runFed();
    const first = kept();
    for (const file of first.keys()) truncateSync(file, 1000);
    await runFed();
    expect([...kept().values()].every(({ size }) => size > 1000)).toBe(true);
  });

  it.each([
    ['can be written by others', () => mkdirSync(code, { recursive: true, mode: 0o777 })],
    ['is below one that can be', () => mkdirSync(join(place.folder, '.cache/fed'), { recursive: true })],
  ])('is neither read nor kept in a folder that %s', async (_, make) => {
    make();
    chmodSync(code.slice(0, existsSync(code) ? undefined : -'/code'.length), 0o777);
    await runFed();
    expect(kept().size).toBe(0);
  });

  // Only root can make a folder somebody else's.
  it.runIf(process.getuid?.() === 0)('is kept in no folder of another user, and nothing is made there', async () => {
    const theirs = join(place.folder, 'theirs');
    mkdirSync(theirs);
    chownSync(theirs, 65534, 65534);
    await runFed({ HOME: theirs });
    expect(readdirSync(theirs)).toEqual([]);
  });

  it('is kept nowhere when Node is told so, and when there is no home', async () => {
    await runFed({ NODE_DISABLE_COMPILE_CACHE: '1' });
    await runFed({ HOME: '' });
    expect(kept().size).toBe(0);
  });

  it('is where FED_CACHE_DIR says', async () => {
    await runFed({ FED_CACHE_DIR: '~/elsewhere' });
    expect(readdirSync(join(place.folder, 'elsewhere'))).toEqual(['code']);
    expect(kept().size).toBe(0);
  });

  it('of another version of fed is removed by the first run of this one', async () => {
    mkdirSync(join(code, '0.0.1'), { recursive: true });
    await runFed();
    expect(readdirSync(code)).not.toContain('0.0.1');
    expect(readdirSync(code)).toHaveLength(1);
  });

  it('is shown and cleared with everything else that is remembered', async () => {
    mkdirSync(join(code, 'something'), { recursive: true });
    const { stdout } = await place.run(['cache', 'where', '-f', 'csv', '-c', 'Directory']);
    expect(stdout.split('\n')).toContain(`"${code}"`);
    await place.run(['cache', 'clear']);
    expect(existsSync(join(code, 'something'))).toBe(false);
  });
});
