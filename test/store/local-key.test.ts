import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LocalKey, localKey } from '../../src/store/local-key.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path, warn, warnings } = temporaryDirectory();
const open = (directory = path('state')) => localKey({ directory, warn });
const hex = (key: LocalKey | undefined): string => Buffer.from(key?.bytes ?? []).toString('hex');

describe('the key of this machine', () => {
  it('is 32 random bytes, the same each time', () => {
    const key = open();
    expect(key?.bytes).toHaveLength(32);
    expect([key?.isNew, open()?.isNew]).toEqual([true, false]);
    expect(hex(open())).toBe(hex(key));
    expect(hex(open(path('other')))).not.toBe(hex(key));
    expect(warnings).toEqual([]);
  });

  it('can be read by its owner only', () => {
    open(path('new', 'state'));
    expect(statSync(path('new', 'state')).mode & 0o777).toBe(0o700);
    expect(statSync(path('new', 'state', 'token-key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(path('new', 'state'))).toEqual(['token-key']);
  });

  it.each(['', 'garbage', `fed key 2 ${'0'.repeat(64)}\n`])(
    'is made anew with one warning when its file is %j',
    (text) => {
      open();
      writeFileSync(path('state', 'token-key'), text);
      const key = open();
      expect(hex(open())).toBe(hex(key));
      expect(warnings).toEqual([expect.stringMatching(/token-key\.damaged-/)]);
    },
  );

  it('is made anew with one warning when others could read it', () => {
    const key = open();
    chmodSync(path('state', 'token-key'), 0o640);
    const other = open();
    expect(hex(other)).not.toBe(hex(key));
    expect(hex(open())).toBe(hex(other));
    expect(warnings).toEqual([expect.stringMatching(/could be read by others/)]);
  });

  it('is none where it cannot be kept, with one warning', () => {
    writeFileSync(path('file'), '');
    expect(open(path('file'))).toBeUndefined();
    expect(open(path('file', 'below'))).toBeUndefined();
    mkdirSync(path('shared'));
    chmodSync(path('shared'), 0o777);
    expect(open(path('shared'))).toBeUndefined();
    mkdirSync(path('shared', 'mine'), { mode: 0o700 });
    expect(open(path('shared', 'mine'))).toBeUndefined();
    expect(warnings).toHaveLength(4);
    expect(readFileSync(path('file'), 'utf8')).toBe('');
  });
});
