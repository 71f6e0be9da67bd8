import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clouds, openClouds } from './clouds.ts';
import { type Place, placeFor } from './fed.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let clouds: Clouds;
let alice: Place;

beforeAll(async () => {
  clouds = await openClouds();
});

beforeEach(() => {
  alice = placeFor(clouds.env('alice'));
});

afterEach(async () => {
  await clouds.mend();
  alice.remove();
});

afterAll(() => clouds.close());

describe('with one provider in trouble', () => {
  it.each([
    ['stopped', /connection refused/],
    ['503', /503/],
    ['mapping', /sp-c refused/],
  ] as const)(
    '(%s) the others are listed, the missing one is named, and the exit code says so',
    async (kind, words) => {
      await clouds.break(kind);
      const listed = await alice.run(['list', 'volumes', '-f', 'value', '-c', 'Provider']);
      expect(listed.code).toBe(6);
      expect([...new Set(listed.stdout.trimEnd().split('\n'))].sort()).toEqual(['home', 'sp-a', 'sp-b']);
      expect(listed.stderr).toMatch(words);
      expect(listed.stderr).toContain('sp-c');
      const strict = await alice.run(['list', 'volumes', '--strict']);
      expect(strict).toMatchObject({ code: 6, stdout: '' });
      const unknown = await alice.run(['volume', 'show', UNKNOWN]);
      expect(unknown).toMatchObject({ code: 7, stdout: '' });
      expect(unknown.stderr).toContain('sp-c');
      await clouds.mend();
      expect((await alice.run(['volume', 'show', UNKNOWN])).code).toBe(4);
    },
  );

  it('that hangs, the deadline of the whole command ends it, with what the others said', async () => {
    await clouds.break('hang');
    const { code, stdout, stderr } = await alice.run([
      'list',
      'volumes',
      '-f',
      'value',
      '-c',
      'Provider',
      '--timeout',
      '8',
    ]);
    expect(code).toBe(6);
    expect(stdout).toContain('sp-b');
    expect(stderr).toMatch(/sp-c.*(had not answered|no TLS connection)/);
  });

  it('that home has disabled, it is no provider any more', async () => {
    await clouds.break('disabled');
    const { code, stdout } = await alice.run(['provider', 'list', '-f', 'value', '-c', 'Name']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'home\nsp-a\nsp-b\n' });
  });

  it('can be left out by a setting', async () => {
    await clouds.break('stopped');
    await alice.run(['config', 'set', 'skip-providers', 'sp-c']);
    const { code, stderr } = await alice.run(['list', 'volumes', '-f', 'value', '-c', 'ID']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('finds the owner of a volume elsewhere all the same', async () => {
    const { stdout } = await alice.run([
      'volume',
      'list',
      '--project',
      'lab',
      '-f',
      'value',
      '-c',
      'ID',
      '--limit',
      '1',
    ]);
    await alice.run(['cache', 'clear']);
    await clouds.break('stopped');
    const { code, stderr } = await alice.run(['volume', 'show', stdout.trim(), '-f', 'value', '-c', 'id']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('says where a volume is remembered when that provider cannot be asked', async () => {
    const { stdout } = await alice.run([
      'volume',
      'list',
      '--provider',
      'sp-c',
      '-f',
      'value',
      '-c',
      'ID',
      '--limit',
      '1',
    ]);
    await clouds.break('stopped');
    const { code, stderr } = await alice.run(['volume', 'show', stdout.trim()]);
    expect(code).toBe(7);
    expect(stderr).toMatch(/remembered at sp-c\/archive.*connection refused/);
  });
});

describe('with credentials or configuration in trouble', () => {
  it('a wrong password is said, with exit code 3', async () => {
    const { code, stdout, stderr } = await alice.run(['list', 'servers'], { env: { OS_PASSWORD: 'wrong' } });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/401/);
    expect(stderr).not.toContain('wrong-');
  });

  it('a cloud name that there is not', async () => {
    const { code, stderr } = await alice.run(['list', 'servers', '--os-cloud', 'nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere');
  });

  it('no configuration at all', async () => {
    const nobody = placeFor({});
    const { code, stderr } = await nobody.run(['list', 'servers']);
    nobody.remove();
    expect(code).toBe(2);
    expect(stderr).toContain('clouds.yaml');
  });

  it('a missing password without a terminal', async () => {
    const { code, stderr } = await alice.run(['list', 'servers'], { env: { OS_PASSWORD: '' } });
    expect(code).toBe(3);
    expect(stderr).toContain('OS_PASSWORD');
  });

  it('home that cannot be reached', async () => {
    const { code, stderr } = await alice.run(['list', 'servers'], { env: { OS_AUTH_URL: 'http://127.0.0.1:1/v3' } });
    expect(code).toBe(7);
    expect(stderr).toMatch(/home.*connection refused by 127\.0\.0\.1:1/s);
  });

  it.each([
    [['lsit', 'servers'], 'list'],
    [['list', 'serverz'], 'serverz'],
    [['volume', 'show'], 'id'],
    [['volume', 'lst'], 'lst'],
    [['floating', 'ip', 'create', 'x'], 'create'],
    [['list', 'servers', '--bogus'], '--bogus'],
    [['list', 'servers', '--limit', 'many'], 'many'],
    [['list', 'servers', '-f', 'xml'], 'xml'],
    [['list', 'servers', '-c', 'Bogus'], 'Bogus'],
    [['list', 'servers', '--provider', 'sp-x'], 'sp-x'],
    [['list', 'servers', '--project', 'nope'], 'nope'],
    [['curl', 'nonsense/path'], 'nonsense'],
  ])('fed %s', async (args, word) => {
    const { code, stdout, stderr } = await alice.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(word);
    expect(stderr).toMatch(/^fed: /);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('errors can be read by programs', async () => {
    const { stderr } = await alice.run(['volume', 'show', UNKNOWN, '--error-format', 'json']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'FED_NOT_FOUND' } });
  });
});

describe('a process that is ended', () => {
  it('by a reader that goes away ends quietly', async () => {
    const child = alice.start(['list', 'volumes', '-f', 'ndjson']);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [code] = await once(child, 'close');
    expect([0, 141]).toContain(code);
    expect(stderr).toBe('');
  });

  it('by Ctrl-C ends with 130 and, for a table, with what came until then', async () => {
    await clouds.break('hang');
    const child = alice.start(['list', 'volumes']);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // Its first token is there: it is under way.
    const cache = join(alice.folder, '.cache/fed/tokens');
    await expect.poll(() => readdirSyncOrNone(cache).length, { timeout: 15_000 }).toBeGreaterThan(0);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(stderr).toMatch(/^fed: The listing is incomplete: it was interrupted while waiting for .*sp-c\.\n$/);
  });
});

function readdirSyncOrNone(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }) as string[];
  } catch {
    return [];
  }
}

describe('what is remembered', () => {
  it('can be read by its owner only, and holds no secret in clear', async () => {
    const { stdout } = await alice.run(['token', 'issue', '-f', 'value', '-c', 'id']);
    await alice.run(['volume', 'list', '-f', 'value']);
    const folder = join(alice.folder, '.cache/fed');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    expect(files.length).toBeGreaterThan(5);
    for (const entry of files) {
      const path = join(entry.parentPath, entry.name);
      // Below `code`, which is closed itself, Node 22 and later write with the modes that they choose.
      if (!entry.parentPath.includes('/fed/code')) expect(statSync(path).mode & 0o077).toBe(0);
      if (!entry.isFile()) continue;
      const content = readFileSync(path, 'latin1');
      expect(content).not.toContain(stdout.trim());
      expect(content).not.toContain('alice-secret');
    }
  });

  it('is never seen by another user with the same folder', async () => {
    const [volume] = (
      await alice.run(['volume', 'list', '--project', 'research-one', '-f', 'value', '-c', 'ID'])
    ).stdout.split('\n');
    const asBob = { env: clouds.env('bob') };
    expect((await alice.run(['cache', 'show', '-f', 'value'], asBob)).stdout).toBe('');
    const shown = await alice.run(['volume', 'show', volume ?? '', '--provider', 'home', '--provider', 'sp-a'], asBob);
    expect(shown.code).toBe(4);
    const listed = await alice.run(['volume', 'list', '-f', 'value', '-c', 'Project'], asBob);
    expect(listed.stdout).not.toMatch(/research|lab/);
  });

  it('is put aside with one warning where it is damaged, and made anew', async () => {
    await alice.run(['volume', 'list', '-f', 'value']);
    const folder = join(alice.folder, '.cache/fed');
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), 'garbage\n\u0000\u0001');
    }
    const { code, stdout, stderr } = await alice.run(['volume', 'list', '-f', 'value', '-c', 'ID']);
    expect(code).toBe(0);
    expect(stdout.split('\n').length).toBeGreaterThan(70);
    expect(stderr.split('\n').filter((line) => line.includes('put aside')).length).toBeGreaterThan(0);
    expect(await alice.run(['volume', 'list', '-f', 'value', '-c', 'ID'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('survives many processes at once', async () => {
    const volumes = (await alice.run(['volume', 'list', '-f', 'value', '-c', 'ID'])).stdout.trimEnd().split('\n');
    await alice.run(['cache', 'clear']);
    await alice.run(['token', 'issue', '-f', 'value']);
    const some = volumes.slice(0, 12);
    const show = (id: string) => alice.run(['volume', 'show', id, '-f', 'value', '-c', 'id']);
    const shown = await Promise.all(some.map(show));
    expect(shown.map(({ stdout, stderr }) => stdout.trim() + stderr)).toEqual(some);
    const cached = (await alice.run(['cache', 'show', '-f', 'value', '-c', 'ID'])).stdout;
    for (const id of some) expect(cached).toContain(id);
  }, 120_000);

  it('is done without where it cannot be written', async () => {
    const blocked = join(alice.folder, 'a-file');
    writeFileSync(blocked, '');
    const env = { FED_CACHE_DIR: join(blocked, 'cache') };
    const { code, stdout } = await alice.run(['volume', 'list', '--provider', 'home', '-f', 'value', '-c', 'ID'], {
      env,
    });
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').length).toBeGreaterThan(3);
  });
});

describe('what is said with -v', () => {
  it('holds no secret', async () => {
    const token = (await alice.run(['token', 'issue', '-f', 'value', '-c', 'id'])).stdout.trim();
    await alice.run(['cache', 'clear']);
    const { stderr, stdout } = await alice.run(['list', 'volumes', '--debug', '-f', 'value', '-c', 'ID']);
    expect(stdout).not.toBe('');
    expect(stderr).toContain('curl ');
    for (const secret of [token, 'alice-secret', '<saml', '_shibsession_']) {
      expect(stderr.toLowerCase()).not.toContain(`${secret}=`.toLowerCase());
      expect(stderr).not.toContain(secret === '_shibsession_' ? '_shibsession_6' : secret);
    }
    expect(stderr).not.toMatch(/gAAAAA[\w-]{20}/);
  });
});
