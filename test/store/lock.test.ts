import { spawnSync } from 'node:child_process';
import { lutimesSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../src/store/lock.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path } = temporaryDirectory();

/** The id of a process that is gone. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function heldBy(holder: string, ageMs = 0): void {
  rmSync(path('lock'), { force: true });
  symlinkSync(holder, path('lock'));
  const time = new Date(Date.now() - ageMs);
  lutimesSync(path('lock'), time, time);
}

const minutes = 60_000;
const take = (): boolean => withLock(path('lock'), () => undefined);

describe('the lock', () => {
  it('is held while the work is done, and free afterwards', () => {
    let inside = '';
    expect(
      withLock(path('lock'), () => {
        inside = readlinkSync(path('lock'));
        expect(take()).toBe(false);
      }),
    ).toBe(true);
    expect(inside).toBe(`${process.pid} ${hostname()}`);
    expect(readdirSync(path())).toEqual([]);
  });

  it('is free after work that throws', () => {
    expect(() =>
      withLock(path('lock'), () => {
        throw new Error('no space');
      }),
    ).toThrow('no space');
    expect(take()).toBe(true);
  });

  it.each([
    ['by a process that lives', () => `${process.ppid} ${hostname()}`, 0],
    ['by a process on another host', () => `${deadProcess()} other.example`, 0],
    ['by a process on another host for five minutes', () => `1 other.example`, 5 * minutes],
  ])('is not taken when it is held %s', (_, holder, age) => {
    heldBy(holder(), age);
    const before = readlinkSync(path('lock'));
    expect(take()).toBe(false);
    expect(readlinkSync(path('lock'))).toBe(before);
  });

  it.each([
    ['by a process that is gone', () => `${deadProcess()} ${hostname()}`, 0],
    ['by a process on another host for eleven minutes', () => `1 other.example`, 11 * minutes],
    ['by a process that lives for eleven minutes', () => `${process.ppid} ${hostname()}`, 11 * minutes],
    ['by nobody one understands for eleven minutes', () => 'garbage of some kind', 11 * minutes],
  ])('is taken when it was held %s', (_, holder, age) => {
    heldBy(holder(), age);
    expect(take()).toBe(true);
    expect(readdirSync(path())).toEqual([]);
  });

  it('is left alone by a holder who lost it', () => {
    withLock(path('lock'), () => heldBy('1 other.example'));
    expect(readlinkSync(path('lock'))).toBe('1 other.example');
  });

  it('is not taken where no file can be made', () => {
    expect(withLock(path('absent', 'lock'), () => undefined)).toBe(false);
  });
});
