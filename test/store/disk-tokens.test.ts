import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TokenStore } from '../../src/ports/memory.ts';
import { openDiskTokens } from '../../src/store/disk-tokens.ts';
import { tokenKey } from '../../src/store/token-key.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { StandingClock, tokensConformance } from './tokens.conformance.ts';

const { path, warn, warnings } = temporaryDirectory();
const asRoot = process.getuid?.() === 0;
const clock = new StandingClock();
const soon = clock.time + 3_600_000;
const day = 24 * 3_600_000;

function open(
  options: { password?: string; directory?: string; clock?: StandingClock; machineKey?: string } = {},
): TokenStore {
  return openDiskTokens({
    directory: options.directory ?? path('tokens'),
    key: tokenKey(
      Buffer.alloc(32, options.machineKey ?? 'm'),
      'identity',
      Buffer.from(options.password ?? 'correct horse'),
    ),
    warn,
    clock: options.clock ?? clock,
  });
}

/** The files that hold tokens. */
function sealed(): string[] {
  return readdirSync(path('tokens')).filter((name) => /^[0-9a-f]{32}$/.test(name));
}

function only(names: readonly string[]): string {
  expect(names).toHaveLength(1);
  return path('tokens', names[0] ?? '');
}

tokensConformance('tokens on disk', (standing) => open({ clock: standing }));

describe('tokens on disk', () => {
  it('are there for the next process', async () => {
    await open().put('home', { secret: 'gAAAAA' }, soon);
    expect(await open().get('home')).toEqual({ secret: 'gAAAAA' });
  });

  it('make nothing until something is put', async () => {
    await open().get('home');
    await open().forget('home');
    await open().clear();
    expect(existsSync(path('tokens'))).toBe(false);
  });

  it('show neither the token nor the credential nor the key to whoever reads the files', async () => {
    await open({ password: 'Sesame' }).put('sp-a/secret-project', { secret: 'gAAAAA' }, soon);
    const all = readdirSync(path('tokens')).map((name) => `${name} ${readFileSync(path('tokens', name), 'latin1')}`);
    expect(all.join()).not.toMatch(/gAAAAA|Sesame|secret-project|secret/);
  });

  it('can be read by nobody else, whatever the umask', async () => {
    const before = process.umask(0o777);
    try {
      await open({ directory: path('new', 'tokens') }).put('home', 1, soon);
    } finally {
      process.umask(before);
    }
    expect(statSync(path('new')).mode & 0o777).toBe(0o700);
    expect(statSync(path('new', 'tokens')).mode & 0o777).toBe(0o700);
    const files = readdirSync(path('new', 'tokens'));
    expect(files).toHaveLength(2);
    for (const name of files) expect(statSync(path('new', 'tokens', name)).mode & 0o777).toBe(0o600);
  });

  it('close a directory that others could read', async () => {
    mkdirSync(path('tokens'));
    chmodSync(path('tokens'), 0o755);
    await open().put('home', 1, soon);
    expect(statSync(path('tokens')).mode & 0o777).toBe(0o700);
    expect(warnings).toEqual([]);
  });

  it('are as if they were not there under another credential, without a word, and replaced at the next put', async () => {
    await open().put('home', 'old', soon);
    const changed = open({ password: 'battery staple' });
    expect(await changed.get('home')).toBeUndefined();
    await changed.put('home', 'new', soon);
    expect(await changed.get('home')).toBe('new');
    expect(await open().get('home')).toBeUndefined();
    expect(sealed()).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('are as if they were not there where the key of the machine is another, without a word', async () => {
    await open().put('home', 'old', soon);
    const changed = open({ machineKey: 'n' });
    expect(await changed.get('home')).toBeUndefined();
    await changed.put('home', 'new', soon);
    expect(await changed.get('home')).toBe('new');
    expect(warnings).toEqual([]);
  });

  it('are sealed anew each time', async () => {
    await open().put('home', 1, soon);
    const before = readFileSync(only(sealed()), 'latin1');
    await open().put('home', 1, soon);
    expect(readFileSync(only(sealed()), 'latin1')).not.toBe(before);
  });

  it('do not open under the name of another', async () => {
    await open().put('home', 'token of home', soon);
    const home = only(sealed());
    await open().put('sp-a', 'token of sp-a', soon);
    const other =
      sealed()
        .map((name) => path('tokens', name))
        .find((name) => name !== home) ?? '';
    copyFileSync(home, other);
    expect(await open().get('sp-a')).toBeUndefined();
    expect(await open().get('home')).toBe('token of home');
    expect(warnings).toHaveLength(1);
  });

  it('do not open with a longer life than they were sealed with', async () => {
    await open().put('home', 1, soon);
    const file = only(sealed());
    const content = readFileSync(file, 'latin1');
    writeFileSync(file, content.replace(String(soon), String(soon + day)), 'latin1');
    expect(await open().get('home')).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it('go on when the clock is at the end of time', async () => {
    await open().put('home', 1, Number.POSITIVE_INFINITY);
    expect(await open().get('home')).toBe(1);
  });
});

describe('damaged tokens', () => {
  it.each([
    ['is empty', () => ''],
    ['is of another version', (content: string) => content.replace('tokens 1', 'tokens 2')],
    ['is something else', () => 'garbage'],
    ['is nothing but zeros', (content: string) => '\0'.repeat(content.length)],
    ['ends early', (content: string) => content.slice(0, -1)],
    ['ends in the nonce', (content: string) => content.slice(0, content.indexOf('\n') + 5)],
    [
      'has one bit changed',
      (content: string) => `${content.slice(0, -1)}${String.fromCharCode(content.charCodeAt(content.length - 1) ^ 1)}`,
    ],
  ])('are put aside with one warning when a file %s', async (_, damage) => {
    await open().put('home', 1, soon);
    const file = only(sealed());
    const content = damage(readFileSync(file, 'latin1'));
    writeFileSync(file, content, 'latin1');
    const store = open();
    expect(await store.get('home')).toBeUndefined();
    expect(await store.get('home')).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/\.damaged-20.*anew/)]);
    const aside = readdirSync(path('tokens')).find((name) => name.includes('.damaged-')) ?? '';
    expect(readFileSync(path('tokens', aside), 'latin1')).toBe(content);
    await store.put('home', 2, soon);
    expect(await open().get('home')).toBe(2);
    expect(warnings).toHaveLength(1);
  });
});

describe('old tokens', () => {
  const later = (time: number): StandingClock => Object.assign(new StandingClock(), { time });

  it('are removed when something is put on another day', async () => {
    await open().put('short', 1, soon);
    await open().put('long', 1, soon + 10 * day);
    await open({ clock: later(soon + 1) }).put('other', 1, soon + 10 * day);
    expect(sealed()).toHaveLength(3);
    await open({ clock: later(soon + day) }).put('other', 1, soon + 10 * day);
    expect(sealed()).toHaveLength(2);
    expect(await open({ clock: later(soon + day) }).get('long')).toBe(1);
  });

  it('are removed also when the clock was set back', async () => {
    await open({ clock: later(soon + 10 * day) }).put('future', 1, soon + 20 * day);
    await open().put('short', 1, clock.time - 1);
    expect(sealed()).toHaveLength(1);
  });

  it('go with the salt of an earlier version, with which passwords could be guessed', async () => {
    await open().put('home', 1, soon);
    writeFileSync(path('tokens', 'salt'), 'fed tokens 1 salt 00\n');
    await open({ clock: later(clock.time + 2 * day) }).put('home', 2, soon + 3 * day);
    expect(existsSync(path('tokens', 'salt'))).toBe(false);
  });

  it('go with what killed processes and damage have left, after a while', async () => {
    await open().put('home', 1, soon);
    const old = new Date(Date.now() - 8 * day);
    const names = ['x.1-a.tmp', 'y.damaged-2025-01-01', 'f'.repeat(32), 'fresh.1-a.tmp', 'fresh.damaged-2025', 'notes'];
    for (const name of names) writeFileSync(path('tokens', name), 'garbage');
    for (const name of names.slice(0, 3)) utimesSync(path('tokens', name), old, old);
    utimesSync(path('tokens', 'notes'), old, old);
    await open({ clock: later(clock.time + 2 * day) }).put('home', 2, soon + 3 * day);
    const left = readdirSync(path('tokens'));
    expect(left).toEqual(expect.arrayContaining(names.slice(3)));
    for (const name of names.slice(0, 3)) expect(left).not.toContain(name);
  });
});

describe('a directory that cannot be used for tokens', () => {
  async function works(store: TokenStore): Promise<void> {
    expect(await store.get('home')).toBeUndefined();
    await store.put('home', { secret: 1 }, soon);
    await store.put('sp-a', 2, soon);
    expect(await store.get('home')).toEqual({ secret: 1 });
    await store.forget('home');
    expect(await store.get('home')).toBeUndefined();
    expect(await store.get('sp-a')).toBe(2);
    await store.clear();
    expect(await store.get('sp-a')).toBeUndefined();
  }

  it('is replaced by memory, with one warning, when a file is in its place', async () => {
    writeFileSync(path('file'), '');
    await works(open({ directory: path('file') }));
    expect(warnings).toHaveLength(1);
    warnings.length = 0;
    await works(open({ directory: path('file', 'below') }));
    expect(warnings).toHaveLength(1);
  });

  it.each([0o770, 0o777, 0o1777])('is replaced by memory, with one warning, when its mode is %o', async (mode) => {
    mkdirSync(path('tokens'));
    chmodSync(path('tokens'), mode);
    await works(open());
    expect(warnings).toEqual([expect.stringMatching(/can be written by others/)]);
    expect(readdirSync(path('tokens'))).toEqual([]);
  });

  it('is not read either when others can write it', async () => {
    await open().put('home', 1, soon);
    chmodSync(path('tokens'), 0o770);
    expect(await open().get('home')).toBeUndefined();
  });

  it.skipIf(!asRoot)('is replaced by memory when it belongs to another user (needs root)', async () => {
    mkdirSync(path('tokens'), { mode: 0o700 });
    chownSync(path('tokens'), 12345, 12345);
    await works(open());
    expect(warnings).toEqual([expect.stringMatching(/belongs to another user/)]);
    expect(readdirSync(path('tokens'))).toEqual([]);
  });

  async function isMistrusted(above: string): Promise<void> {
    await works(open({ directory: path('above', 'fed', 'tokens') }));
    expect(warnings).toEqual([expect.stringContaining(`is below ${path('above')}, which ${above}`)]);
    expect(readdirSync(path('above'))).toEqual([]);
  }

  it('is replaced by memory below a folder that everybody can write to', async () => {
    mkdirSync(path('above'));
    chmodSync(path('above'), 0o777);
    await isMistrusted('others can write to');
  });

  it.skipIf(!asRoot).each([
    ['that a group can write to', 0, 0o770, 'others can write to'],
    ['of another user', 12345, 0o700, 'belongs to another user'],
  ])('is replaced by memory below a folder %s (needs root)', async (_, owner, mode, why) => {
    mkdirSync(path('above'));
    chownSync(path('above'), owner, 12345);
    chmodSync(path('above'), mode);
    await isMistrusted(why);
  });

  it('is used below one in which others cannot rename it, as below /tmp', async () => {
    mkdirSync(path('above'));
    chmodSync(path('above'), 0o1777);
    await open({ directory: path('above', 'tokens') }).put('home', 1, soon);
    expect(await open({ directory: path('above', 'tokens') }).get('home')).toBe(1);
    expect(warnings).toEqual([]);
  });

  it('is replaced by memory for one key that cannot be written', async () => {
    await open().put('home', 1, soon);
    const file = only(sealed());
    await open().forget('home');
    mkdirSync(file);
    const store = open();
    await store.put('home', 2, soon);
    expect(await store.get('home')).toBe(2);
    expect(warnings).toHaveLength(1);
    await store.put('sp-a', 3, soon);
    expect(await open().get('sp-a')).toBe(3);
  });
});
