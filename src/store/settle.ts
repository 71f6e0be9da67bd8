/** Moving lines from `recent` to the shards. location-files.ts says how it hangs together and why it is safe. */
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type LocationPaths, SHARDS, scanLocationFile, shardPath, writeWhole } from './location-files.ts';
import { header, isForgotten, partOf, readHeader, withCheck } from './location-lines.ts';
import { addAllLines, eachLine } from './location-scan.ts';
import { withLock } from './lock.ts';
import {
  ensurePrivate,
  errorCode,
  isTemporary,
  makePrivateDirectory,
  PRIVATE_FILE,
  removeFile,
  replaceFile,
} from './private-files.ts';
import type { Trouble } from './trouble.ts';

/** A shard is written anew when it has doubled since the last time, but not while it is smaller than this. */
const SHARD_SLACK_BYTES = 16 * 1024;
/** No shard grows beyond this: 11,000 lines of the usual length… */
const SHARD_BYTES = 1024 * 1024;
/** …of which so much is kept when it is written anew; what was learned first is dropped. */
const KEPT_SHARD_BYTES = 768 * 1024;
/** For each shard that gets lines so much is written anew, one shard in any case; what has outgrown itself beyond that waits. */
const REWRITTEN_PER_SHARD = 4096;
const HEADER_BYTES = 64;

/** To so many shards a command moves lines that has learnt a location or two, and is to end. */
export const SOME_SHARDS = 16;

/**
 * Move what was in `recent` to the shards, or a part of it, unless another process is at it.
 *
 * @param most shards that get lines now
 * @throws the system's error; nothing is lost then
 */
export function settle(paths: LocationPaths, trouble: Trouble, most: number): void {
  withLock(paths.lock, () => move(paths, trouble, most));
}

/**
 * Put damaged lines aside, each with a copy of the file that it was in: of what is not yet in the shards, and of one
 * shard. Left to the next that meets them where another process is moving lines.
 *
 * @throws the system's error; nothing is lost then
 */
export function mend(paths: LocationPaths, trouble: Trouble, shard: number): void {
  withLock(paths.lock, () => {
    // First what was retired before, then what is recent now.
    for (let round = 0; round < 2; round += 1) move(paths, trouble, SHARDS);
    const path = shardPath(paths, shard);
    if (existsSync(path)) rewriteShard(path, [], trouble);
  });
}

function move(paths: LocationPaths, trouble: Trouble, most: number): void {
  if (!existsSync(paths.retired) && !retire(paths)) return;
  makePrivateDirectory(paths.shards);
  removeLeftOver(paths);
  const shards = new Map<number, string[]>();
  let damaged = 0;
  scanLocationFile(paths.retired, trouble, (piece) => {
    damaged += addByShard(piece.toString('latin1'), shards);
  });
  // What is damaged is put aside as it is, when everything else has been moved.
  const rest = [...shards];
  const part = rest.splice(0, damaged === 0 ? most : rest.length);
  let rewritable = most * REWRITTEN_PER_SHARD;
  for (const [shard, lines] of part) {
    rewritable -= addToShard(shardPath(paths, shard), lines, rewritable > 0, trouble);
  }
  if (rest.length > 0) replaceFile(paths.retired, `${header()}${rest.flatMap(([, lines]) => lines).join('\n')}\n`);
  else if (damaged === 0 || !trouble.putAside(paths.retired, damageOf(damaged))) removeFile(paths.retired);
}

function damageOf(lines: number): string {
  return `Remembered locations are damaged in part (${lines === 1 ? 'a line' : `${lines} lines`})`;
}

function retire(paths: LocationPaths): boolean {
  try {
    renameSync(paths.recent, paths.retired);
    return true;
  } catch (error) {
    // Another process has settled, or cleared, everything since.
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function addByShard(text: string, shards: Map<number, string[]>): number {
  return eachLine(text, (start, end) => {
    const line = text.slice(start, end);
    const shard = partOf(line);
    const others = shards.get(shard);
    if (others === undefined) shards.set(shard, [line]);
    else others.push(line);
  });
}

/** What a process that was killed while it wrote `retired` or a shard anew has left. */
function removeLeftOver({ directory, retired, shards }: LocationPaths): void {
  for (const folder of [directory, shards]) {
    for (const name of readdirSync(folder).filter(isTemporary)) {
      const path = join(folder, name);
      // Beside `retired` there is also what a lock becomes while it is broken.
      if (folder === shards || path.startsWith(retired)) removeFile(path);
    }
  }
}

/** @returns how many bytes were written anew, beyond the lines themselves */
function addToShard(path: string, lines: readonly string[], mayRewrite: boolean, trouble: Trouble): number {
  const text = `${lines.join('\n')}\n`;
  const fd = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, PRIVATE_FILE);
  try {
    const { size, mode } = fstatSync(fd);
    const head = size === 0 ? { settled: 0 } : headOf(fd);
    if (head === undefined) {
      trouble.putAside(path, 'A file of remembered locations is damaged or of another version of fed');
      replaceFile(path, `${header(0)}${text}`);
      return 0;
    }
    const limit = Math.min(Math.max(2 * head.settled, SHARD_SLACK_BYTES), SHARD_BYTES);
    if (mayRewrite && size + text.length > limit) return rewriteShard(path, lines, trouble);
    if (size === 0) ensurePrivate(fd, mode);
    writeWhole(fd, `${size === 0 ? header(0) : '\n'}${text}`);
    return 0;
  } finally {
    closeSync(fd);
  }
}

/** Read into again and again, as nothing is read at the same time. */
const start = Buffer.alloc(HEADER_BYTES);

function headOf(fd: number): { settled: number } | undefined {
  return readHeader(start.subarray(0, readSync(fd, start, 0, HEADER_BYTES, 0)));
}

function rewriteShard(path: string, lines: readonly string[], trouble: Trouble): number {
  const last = new Map<string, string>();
  let damaged = 0;
  scanLocationFile(path, trouble, (piece) => {
    damaged += addAllLines(piece.toString('latin1'), last);
  });
  addAllLines(`${lines.join('\n')}\n`, last);
  const kept: string[] = [];
  let bytes = 0;
  for (const [key, line] of [...last].reverse()) {
    if (isForgotten(key, line)) continue;
    if (bytes + line.length >= KEPT_SHARD_BYTES) break;
    const checked = withCheck(key, line);
    bytes += checked.length + 1;
    kept.push(checked);
  }
  if (damaged > 0) trouble.putAside(path, damageOf(damaged));
  replaceFile(path, `${header(bytes)}${kept.reverse().join('\n')}\n`);
  return bytes;
}
