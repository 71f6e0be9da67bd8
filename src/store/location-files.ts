/**
 * Where locations are kept on disk, and why nothing of it gets lost.
 *
 *     recent      everything new is appended here, by any process at any time
 *     retired     what was `recent`, while its lines are moved on
 *     shards/xx   all older lines, in 256 parts by a hash of the id
 *     lock        held by the process that moves lines on (settle.ts)
 *
 * What is known about an id is in `recent`, else in `retired`, else in its shard: three reads at most.
 *
 * 1. Lines move one way only, recent → retired → shard, and are in the next place before they leave the last.
 *    A reader goes the same way, so it cannot miss a line that moves meanwhile.
 * 2. Whoever appends to `recent` looks afterwards whether the file it wrote to is still called so, and if not,
 *    appends again. If it is, then the renaming to `retired` comes later, and the reading of `retired` later still:
 *    the line is moved on with the others.
 * 3. Each append is one write with O_APPEND, which the system does not mix with another's. It begins with a line
 *    break, so that a line which a kill or a full disk cut short stays alone, and is ignored.
 * 4. Only the holder of the lock renames `recent` and writes shards. It may move the lines of some shards only, so that
 *    no command waits for all of it: `retired` is written anew then, beside the old one, without these lines, and
 *    renamed. The next holder goes on. If one is killed, `retired` stays as it was, is read as before, and its lines
 *    are moved on again before anything newer: doing that twice changes nothing.
 * 5. A shard that has outgrown itself is written anew beside the old one, without what is no longer true, and renamed.
 *
 * Nothing is flushed to the disk by force: after a power failure lines can be missing or damaged. What is missing is
 * found by asking the clouds again.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { header, isUnfinishedHeader, readHeader } from './location-lines.ts';
import { ensurePrivate, errorCode, makePrivateDirectory, PRIVATE_FILE } from './private-files.ts';
import type { Trouble } from './trouble.ts';

/** As many as `partOf` knows parts. */
export const SHARDS = 256;
/** More often than this in one append nobody retires `recent`, after hundreds of lines each time. */
const MAX_APPENDS = 10;

export interface LocationPaths {
  readonly directory: string;
  readonly recent: string;
  readonly retired: string;
  readonly shards: string;
  readonly lock: string;
}

export function pathsIn(directory: string): LocationPaths {
  return {
    directory,
    recent: join(directory, 'recent'),
    retired: join(directory, 'retired'),
    shards: join(directory, 'shards'),
    lock: join(directory, 'lock'),
  };
}

/** The file of a shard, by its number. */
export function shardPath(paths: LocationPaths, shard: number): string {
  return join(paths.shards, shard.toString(16).padStart(2, '0'));
}

/** What is read of a file at a time. Fresh memory for a whole file can cost more than reading it. */
const WINDOW_BYTES = 64 * 1024;
let spareWindow: Buffer | undefined;

/**
 * Go through a file, if it is there. One that is damaged or of another version is put aside.
 *
 * @param visit is called with piece after piece. Each complete line is in one of them, and a line break before it. A
 *   piece is good until `visit` returns
 * @throws the system's error
 */
export function scanLocationFile(path: string, trouble: Trouble, visit: (piece: Buffer) => void): void {
  // Most files are not there in a small store, and an error takes longer to make than a file to look for.
  if (!existsSync(path)) return;
  const fd = openSync(path, 'r');
  const window = spareWindow ?? Buffer.allocUnsafeSlow(WINDOW_BYTES);
  spareWindow = undefined;
  try {
    let kept = 0;
    let isFirst = true;
    for (;;) {
      const read = readSync(fd, window, kept, window.length - kept, null);
      if (read === 0) return;
      const piece = window.subarray(0, kept + read);
      if (isFirst && readHeader(piece) === undefined) {
        if (!isUnfinishedHeader(piece)) trouble.putAside(path, whatIsWrong(piece));
        return;
      }
      isFirst = false;
      visit(piece);
      const lastBreak = piece.lastIndexOf('\n');
      // Without any line break it is no line of ours that fills the window.
      kept = lastBreak <= 0 && piece.length === window.length ? 0 : piece.copy(window, 0, Math.max(lastBreak, 0));
    }
  } finally {
    spareWindow = window;
    closeSync(fd);
  }
}

/** In words, for a file without the header that belongs there. */
function whatIsWrong(content: Buffer): string {
  return content.toString('latin1', 0, 14) === 'fed locations '
    ? 'A file of remembered locations is of another version of fed'
    : 'A file of remembered locations is damaged';
}

/**
 * Append lines to `recent`, which is made if need be.
 *
 * @returns its length afterwards, in bytes
 * @throws the system's error
 */
export function appendRecent(paths: LocationPaths, lines: readonly string[]): number {
  const text = `${lines.join('\n')}\n`;
  for (let round = 1; ; round += 1) {
    const fd = openForAppend(paths);
    try {
      const file = fstatSync(fd, { bigint: true });
      if (file.size === 0n) {
        makePrivateDirectory(paths.directory);
        ensurePrivate(fd, Number(file.mode));
      }
      const written = writeWhole(fd, `${file.size === 0n ? header() : '\n'}${text}`);
      const named = statSync(paths.recent, { bigint: true, throwIfNoEntry: false });
      const kept = named !== undefined && named.ino === file.ino && named.dev === file.dev;
      if (kept || round === MAX_APPENDS) return Number(file.size) + written;
    } finally {
      closeSync(fd);
    }
  }
}

function openForAppend(paths: LocationPaths): number {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
  try {
    return openSync(paths.recent, flags, PRIVATE_FILE);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    makePrivateDirectory(paths.directory);
    return openSync(paths.recent, flags, PRIVATE_FILE);
  }
}

/**
 * Write ASCII text with one write.
 *
 * @returns its length
 * @throws the system's error, or an error of our own when only a part could be written
 */
export function writeWhole(fd: number, text: string): number {
  const written = writeSync(fd, text, null, 'latin1');
  if (written < text.length) throw new Error('only a part could be written, the disk seems to be full');
  return written;
}
