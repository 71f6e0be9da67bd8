/** Disks that are full or cannot be written: real ones, so they need root and are skipped without. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDiskLocations } from '../../src/store/disk-locations.ts';
import { openDiskTokens } from '../../src/store/disk-tokens.ts';
import { localKey } from '../../src/store/local-key.ts';
import { tokenKey } from '../../src/store/token-key.ts';
import { allOf, entry } from './locations.conformance.ts';

const disk = mkdtempSync(join(tmpdir(), 'fed-store-disk-'));
const mount = (...args: string[]): boolean => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
const unmount = (): boolean => spawnSync('umount', [disk], { stdio: 'ignore' }).status === 0;
const mountSmall = (): boolean => mount('-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk);
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountSmall() && unmount();

afterAll(() => {
  rmSync(disk, { recursive: true, force: true });
});

describe.skipIf(!canMount)('a disk (skipped where none can be mounted)', () => {
  const warnings: string[] = [];
  const warn = (message: string): number => warnings.push(message);
  const clock = { now: () => Date.now() };
  const sealKey = tokenKey(Buffer.alloc(32), 'identity', Buffer.from('secret'));
  const locations = () => openDiskLocations({ directory: join(disk, 'fed', 'locations'), warn });
  const tokens = () => openDiskTokens({ directory: join(disk, 'fed', 'tokens'), key: sealKey, warn, clock });
  const fill = (): void => {
    expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(1024 * 1024))).toThrow(/ENOSPC/);
  };

  beforeEach(() => {
    expect(mountSmall()).toBe(true);
    warnings.length = 0;
  });
  afterEach(() => {
    expect(unmount()).toBe(true);
  });

  it('that is full costs the locations that do not fit, with one warning', async () => {
    const store = locations();
    await store.put([entry('before')]);
    for (let index = 0; index < 300; index += 1)
      await store.put([entry(`id-${index}`, { provider: 'p'.repeat(3000) })]);
    expect(warnings).toEqual([expect.stringMatching(/Locations are not remembered.*(space|full)/)]);
    expect(await store.find('before')).toEqual([entry('before')]);
    expect(await store.find('id-0')).toHaveLength(1);
    expect(await store.find('id-299')).toEqual([]);
    await store.forget('server', 'before');
    await store.clear();
    await locations().put([entry('after')]);
    expect(await allOf(locations())).toEqual([entry('after')]);
    expect(warnings).toHaveLength(1);
  });

  it('that is full leaves tokens in memory, with one warning', async () => {
    await tokens().put('home', { old: true }, Date.now() + 3_600_000);
    fill();
    const store = tokens();
    const value = { text: 'x'.repeat(20_000) };
    await store.put('home', value, Date.now() + 3_600_000);
    await store.put('sp-a', value, Date.now() + 3_600_000);
    expect(await store.get('home')).toEqual(value);
    expect(await store.get('sp-a')).toEqual(value);
    expect(warnings).toEqual([expect.stringMatching(/Tokens are not remembered.*ENOSPC/)]);
    expect(await tokens().get('home')).toEqual({ old: true });
  });

  it('that is full from the start stops nothing', async () => {
    fill();
    await locations().put([entry('one')]);
    const store = tokens();
    await store.put('home', { text: 'x'.repeat(20_000) }, Date.now() + 3_600_000);
    expect(await store.get('home')).toBeDefined();
    expect(localKey({ directory: join(disk, 'fed', 'state'), warn })).toBeUndefined();
    expect(warnings.length).toBeLessThanOrEqual(3);
  });

  it('that is read-only gives what it has and takes nothing, with one warning each', async () => {
    await locations().put([entry('before')]);
    await tokens().put('home', 'before', Date.now() + 3_600_000);
    expect(mount('-o', 'remount,ro', disk)).toBe(true);
    const [store, sealed] = [locations(), tokens()];
    await store.put([entry('after')]);
    await store.forget('server', 'before');
    await store.clear();
    expect(await store.find('before')).toEqual([entry('before')]);
    expect(await store.find('after')).toEqual([]);
    expect(await sealed.get('home')).toBe('before');
    await sealed.put('home', 'after', Date.now() + 3_600_000);
    expect(await sealed.get('home')).toBe('after');
    expect(warnings).toEqual([
      expect.stringMatching(/Locations are not remembered.*read-only/),
      expect.stringMatching(/Tokens are not remembered.*read-only/),
    ]);
  });

  it('that is read-only and empty stops nothing', async () => {
    mkdirSync(join(disk, 'fed'));
    expect(mount('-o', 'remount,ro', disk)).toBe(true);
    await locations().put([entry('one')]);
    expect(await locations().find('one')).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});
