/** Disks that are full or cannot be written: real ones, so they need root and are skipped without. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSharedMemory } from '../../src/store/shared/open.ts';
import { secretsIn, unsafeRepetitions } from './checks.ts';
import { frontEnds } from './front-ends.ts';
import { machineRows, onThisMachine, withoutMemory } from './machine-rows.ts';
import { openWorld, type World } from './world.ts';

const disk = mkdtempSync(join(tmpdir(), 'fed-faults-disk-'));
const mount = (...args: string[]) => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
const unmount = () => spawnSync('umount', [disk], { stdio: 'ignore' }).status === 0;
const mountSmall = () => mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk);
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountSmall() && unmount();

afterAll(() => rmSync(disk, { recursive: true, force: true }));

function fill(): void {
  expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(2 * 1024 * 1024))).toThrow(/ENOSPC/);
}

function damage(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name);
    if (statSync(file).isFile()) writeFileSync(file, Buffer.alloc(statSync(file).size, 0xf5));
  }
}

const harms = {
  'full from the start': () => {},
  full: fill,
  'read-only': () => void expect(mount('-o', 'remount,ro', disk)).toBe(true),
  damaged: () => damage(join(disk, 'cache')),
};

const tried = frontEnds.filter(({ name }) => onThisMachine[name] !== undefined);

describe.skipIf(!canMount)('a disk (skipped where none can be mounted)', () => {
  const worlds = new Map<string, World>();

  beforeAll(async () => {
    const places = { FED_CACHE_DIR: join(disk, 'cache'), FED_STATE_DIR: join(disk, 'state') };
    for (const front of tried) worlds.set(front.name, await openWorld(front, { idle: 60 }, {}, places));
  }, 120_000);

  afterAll(async () => {
    for (const world of worlds.values()) await world.close();
  });

  it.each(machineRows)('$name', async ({ harm, warning }) => {
    const seen: Record<string, string> = {};
    for (const front of tried) {
      const world = worlds.get(front.name);
      if (world === undefined) continue;
      expect(mountSmall()).toBe(true);
      mkdirSync(join(disk, 'cache'), { mode: 0o700 });
      await world.reset();
      const ready = await front.open({ world, cloud: 'sp-b', timeout: 60 });
      try {
        if (harm === 'full from the start') fill();
        else await ready.use();
        world.sandbox.clearRequests();
        harms[harm]();
        const { result, shown } = await ready.use();
        seen[front.name] = String(result);
        if (warning !== undefined) expect(shown, front.name).toMatch(warning);
        expect(unsafeRepetitions(world), front.name).toEqual([]);
        expect(secretsIn(world, shown), front.name).toEqual([]);
      } finally {
        await ready.close();
        expect(unmount()).toBe(true);
      }
    }
    expect(seen).toEqual(onThisMachine);
  });
});

it('a proxy whose memcached is gone', async () => {
  const proxy = frontEnds.find(({ name }) => name === 'proxy');
  if (proxy === undefined) throw new Error('no proxy');
  const world = await openWorld(proxy, { idle: 60 });
  const stores = await openSharedMemory({
    url: 'memcached://127.0.0.1:9',
    keyText: randomBytes(32).toString('base64'),
    warn: () => {},
    clock: { now: () => Date.now() },
  });
  const ready = await proxy.open({ world, cloud: 'sp-b', timeout: 60, stores });
  try {
    const { result, shown } = await ready.use();
    expect(result).toBe(withoutMemory);
    expect(secretsIn(world, shown)).toEqual([]);
  } finally {
    await ready.close();
    await world.close();
  }
});
