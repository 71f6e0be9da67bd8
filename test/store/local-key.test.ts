import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { localKey } from '../../src/store/local-key.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path, warn, warnings } = temporaryDirectory();
const open = (directory = path('state')): Promise<Uint8Array> => localKey({ directory, warn });
const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');

describe('the key of this machine', () => {
  it('is 32 random bytes, the same each time', async () => {
    const key = await open();
    expect(key).toHaveLength(32);
    expect(hex(await open())).toBe(hex(key));
    expect(hex(await open(path('other')))).not.toBe(hex(key));
    expect(warnings).toEqual([]);
  });

  it('can be read by its owner only', async () => {
    await open(path('new', 'state'));
    expect(statSync(path('new', 'state')).mode & 0o777).toBe(0o700);
    expect(statSync(path('new', 'state', 'local-key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(path('new', 'state'))).toEqual(['local-key']);
  });

  it.each(['', 'garbage', `fed key 2 ${'0'.repeat(64)}\n`])(
    'is made anew with one warning when its file is %j',
    async (text) => {
      await open();
      writeFileSync(path('state', 'local-key'), text);
      const key = await open();
      expect(hex(await open())).toBe(hex(key));
      expect(warnings).toEqual([expect.stringMatching(/local-key\.damaged-/)]);
    },
  );

  it('is made anew with one warning when others could read it', async () => {
    const key = await open();
    chmodSync(path('state', 'local-key'), 0o640);
    const other = await open();
    expect(hex(other)).not.toBe(hex(key));
    expect(hex(await open())).toBe(hex(other));
    expect(warnings).toEqual([expect.stringMatching(/could be read by others/)]);
  });

  it('is good for this process where it cannot be kept, with one warning', async () => {
    writeFileSync(path('file'), '');
    expect(await open(path('file'))).toHaveLength(32);
    expect(await open(path('file', 'below'))).toHaveLength(32);
    mkdirSync(path('shared'));
    chmodSync(path('shared'), 0o777);
    expect(await open(path('shared'))).toHaveLength(32);
    expect(warnings).toHaveLength(3);
    expect(readFileSync(path('file'), 'utf8')).toBe('');
  });
});
