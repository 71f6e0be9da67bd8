/** Removing the files of tokens that nobody can use any more. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isTemporary, removeFile, replaceFile } from './private-files.ts';
import { HEADER_BYTES, readSealedHeader } from './seal.ts';
import { isPutAside } from './trouble.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** What nobody can read is kept for a while, for whoever wants to look into it. */
const UNREADABLE_MS = 7 * DAY_MS;
const TOKEN_FILE = /^[0-9a-f]{32}$/;
/** With it somebody could guess the passwords that earlier versions of fed derived their keys from. */
export const SALT_FILE = 'salt';

/**
 * Remove tokens that expired, and what killed processes have left; at most once a day, whatever process asks.
 *
 * @param now milliseconds since the epoch
 * @throws the system's error
 */
export function collectTokens(directory: string, now: number): void {
  const marker = join(directory, 'collected');
  const last = Number(readOrEmpty(marker));
  if (last > now - DAY_MS && last <= now) return;
  replaceFile(marker, String(now));
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const age = ageOf(path);
    if (name === SALT_FILE || isLeftOver(name, age)) removeFile(path);
    if (isPutAside(name) && age > UNREADABLE_MS) removeFile(path);
    if (TOKEN_FILE.test(name) && hasExpired(path, now, age)) removeFile(path);
  }
}

/**
 * Remove all tokens. The files that other processes are writing stay.
 *
 * @throws the system's error where one cannot be removed, when all others are
 */
export function removeTokens(directory: string): void {
  let names: string[] = [];
  let failure: unknown;
  try {
    names = readdirSync(directory);
  } catch {
    // Nothing was ever kept here, or it cannot be looked into: then it cannot be used either.
  }
  for (const name of names) {
    const path = join(directory, name);
    const isOurs = name === SALT_FILE || TOKEN_FILE.test(name) || isPutAside(name) || isLeftOver(name, ageOf(path));
    if (!isOurs) continue;
    try {
      rmSync(path, { force: true });
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

/** @returns milliseconds since it was written; 0 where another process has removed it */
function ageOf(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

/** Whether it is what a killed process has left, and not what one is writing. */
function isLeftOver(name: string, age: number): boolean {
  return isTemporary(name) && age > HOUR_MS;
}

function hasExpired(path: string, now: number, age: number): boolean {
  const start = startOf(path);
  if (start === undefined) return false;
  const header = readSealedHeader(start);
  return header === undefined ? age > UNREADABLE_MS : header.expiresAt <= now;
}

/** @returns undefined where another process has removed it */
function startOf(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  const start = Buffer.alloc(HEADER_BYTES);
  const fd = openSync(path, 'r');
  try {
    return start.subarray(0, readSync(fd, start, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
