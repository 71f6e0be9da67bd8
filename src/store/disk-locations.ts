/** Remembered locations on disk: one directory per user and home project, shared by all its processes. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { whyUnsafe } from '../own-folder.ts';
import type { LocationEntry, LocationStore } from '../ports/memory.ts';
import { KnownLines } from './known-lines.ts';
import { appendRecent, type LocationPaths, pathsIn, SHARDS, scanLocationFile, shardPath } from './location-files.ts';
import {
  forgottenLine,
  isForgotten,
  keyOf,
  lineOf,
  partOf,
  type Remembered,
  readLine,
  startOfId,
} from './location-lines.ts';
import { addAllLines, addLastLines, linesStartingWith } from './location-scan.ts';
import { withLock } from './lock.ts';
import { errorCode } from './private-files.ts';
import { mend, SOME_SHARDS, settle } from './settle.ts';
import { createTrouble, isPutAside, type Trouble } from './trouble.ts';

/** So many entries are looked up one by one; a process that puts more goes through the whole store once. */
const LOOKUPS_BEFORE_KNOWING_ALL = 2000;
/** A `recent` that is longer is settled, some shards by each process that puts something, as every lookup reads it… */
const RECENT_BYTES = 32 * 1024;
/** …but a process that puts much lets it grow further, and then settles all: that costs the same for more lines. */
const RECENT_BYTES_IN_BULK = 1024 * 1024;
/** What was learnt last is in so many bytes: some two hundred entries. */
const LATEST_BYTES = 16 * 1024;
/** Entries are written in groups of at most this many. */
const GROUP = 5000;
/** How often, and how long, to wait for a process that moves lines: five seconds. */
const CLEAR_ROUNDS = 200;
const CLEAR_PAUSE_MS = 25;

/**
 * Open the locations in `directory`, which is made when something is put (0700, files 0600).
 *
 * Any number of processes and threads can use it at once. Nothing it does throws: what cannot be read is as if it
 * were not remembered, what cannot be written is not remembered.
 *
 * @param warn gets one line when the directory cannot be used, and one when something damaged was put aside
 */
export function openDiskLocations(options: { directory: string; warn: (message: string) => void }): LocationStore {
  return new DiskLocations(options.directory, createTrouble('Locations', options.directory, options.warn));
}

class DiskLocations implements LocationStore {
  readonly #paths: LocationPaths;
  readonly #trouble: Trouble;
  #usable: boolean | undefined;
  /** All that is remembered, and how the files were then. */
  #known: { lines: KnownLines; state: FilesState } | undefined;
  #lookedUp = 0;

  constructor(directory: string, trouble: Trouble) {
    this.#paths = pathsIn(directory);
    this.#trouble = trouble;
  }

  find(id: string): Promise<readonly LocationEntry[]> {
    return Promise.resolve(this.#guard(() => this.#find(id), []));
  }

  recent(): Promise<readonly LocationEntry[]> {
    let latest = '';
    this.#guard(() => {
      this.#scan(this.#paths.recent, (piece) => {
        latest = piece.toString('latin1', Math.max(0, piece.length - LATEST_BYTES));
      });
    }, undefined);
    return Promise.resolve(latest.split('\n').reverse().map(readLine).flatMap(asEntry));
  }

  put(entries: readonly LocationEntry[]): Promise<void> {
    this.#guard(() => {
      for (let start = 0; start < entries.length; start += GROUP) this.#put(entries.slice(start, start + GROUP));
    }, undefined);
    return Promise.resolve();
  }

  forget(type: string, id: string): Promise<void> {
    this.#guard(() => {
      const key = keyOf(type, id);
      const last = this.#lastLine([key])(key);
      if (last === undefined || isForgotten(key, last)) return;
      const line = forgottenLine(key);
      this.#known?.lines.learn(key, line);
      this.#append([line]);
    }, undefined);
    return Promise.resolve();
  }

  async *entries(): AsyncGenerator<LocationEntry> {
    const newer = this.#guard(() => this.#newerLines(), new Map<string, string>());
    for (const line of newer.values()) yield* asEntry(readLine(line));
    for (let shard = 0; shard < SHARDS; shard += 1) {
      for (const [key, line] of this.#guard(
        () => this.#allLines(this.#shard(shard), shard),
        new Map<string, string>(),
      )) {
        if (!newer.has(key)) yield* asEntry(readLine(line));
      }
    }
  }

  async clear(): Promise<void> {
    this.#known = undefined;
    this.#lookedUp = 0;
    if (!existsSync(this.#paths.directory)) return;
    // A process that is moving lines would write again what is removed under its hands; that takes it milliseconds.
    for (let round = 0; round < CLEAR_ROUNDS; round += 1) {
      if (this.#guard(() => withLock(this.#paths.lock, () => this.#removeAll()), true)) return;
      await new Promise((resolve) => setTimeout(resolve, CLEAR_PAUSE_MS));
    }
    this.#guard(() => this.#removeAll(), undefined);
  }

  #find(id: string): LocationEntry[] {
    const start = startOfId(id);
    const { recent, retired } = this.#paths;
    const newestFirst = [recent, retired, this.#shard(partOf(start))].map((path) => {
      const lines: string[] = [];
      this.#scan(path, (piece) => lines.push(...linesStartingWith(piece, start)));
      return lines;
    });
    const found = new Map<string, Remembered>();
    let damaged = 0;
    for (const line of newestFirst.reverse().flat()) {
      const remembered = readLine(line);
      if (remembered === 'damaged') damaged += 1;
      else if (remembered !== undefined) found.set(remembered.type, remembered);
    }
    if (damaged > 0) mend(this.#paths, this.#trouble, partOf(start));
    return [...found.values()].flatMap(asEntry);
  }

  /** The last line of each key that is in a shard not yet, or not only. */
  #newerLines(): Map<string, string> {
    const recent = this.#allLines(this.#paths.recent);
    return new Map([...this.#allLines(this.#paths.retired), ...recent]);
  }

  /** @param shard whose lines these are, if a shard's */
  #allLines(path: string, shard = 0): Map<string, string> {
    const lines = new Map<string, string>();
    this.#scanAll(path, shard, (piece) => addAllLines(piece.toString('latin1'), lines));
    return lines;
  }

  /** @param visit gives the number of damaged lines */
  #scanAll(path: string, shard: number, visit: (piece: Buffer) => number): void {
    let damaged = 0;
    this.#scan(path, (piece) => {
      damaged += visit(piece);
    });
    if (damaged > 0) mend(this.#paths, this.#trouble, shard);
  }

  #put(entries: readonly LocationEntry[]): void {
    const lines = new Map<string, string>();
    for (const entry of entries) {
      const key = keyOf(entry.type, entry.id);
      const line = lineOf(key, entry.location);
      if (line !== undefined) lines.set(key, line);
    }
    this.#dropStaleKnowledge();
    this.#lookedUp += lines.size;
    const isNew =
      this.#lookedUp > LOOKUPS_BEFORE_KNOWING_ALL ? this.#notAmongAll() : this.#notTheLast([...lines.keys()]);
    const unwritten: string[] = [];
    for (const [key, line] of lines) if (isNew(key, line)) unwritten.push(line);
    if (unwritten.length > 0) this.#append(unwritten);
  }

  #append(lines: readonly string[]): void {
    const known = this.#known;
    // Should it fail, then what was learned was not kept.
    this.#known = undefined;
    const length = appendRecent(this.#paths, lines);
    this.#settle(length, known !== undefined);
    if (known !== undefined) this.#known = { lines: known.lines, state: stateOf(this.#paths) };
  }

  /** @param length of `recent` */
  #settle(length: number, inBulk: boolean): void {
    const isLong = length > (inBulk ? RECENT_BYTES_IN_BULK : RECENT_BYTES);
    const isMoving = !inBulk && existsSync(this.#paths.retired);
    // Some at a time, it would not keep up with what comes.
    const isMuch = inBulk || (isLong && isMoving);
    if (isLong || isMoving) settle(this.#paths, this.#trouble, isMuch ? SHARDS : SOME_SHARDS);
  }

  /** When another process has moved lines, some may have come and gone that this one never saw. */
  #dropStaleKnowledge(): void {
    if (this.#known === undefined || this.#known.state.place === stateOf(this.#paths).place) return;
    this.#known = undefined;
    this.#lookedUp = 0;
  }

  #notTheLast(keys: readonly string[]): (key: string, line: string) => boolean {
    const lastLine = this.#lastLine(keys);
    return (key, line) => lastLine(key) !== line;
  }

  /** How to find the last line about each of these keys. */
  #lastLine(keys: readonly string[]): (key: string) => string | undefined {
    const inRecent = this.#lastLinesIn(this.#paths.recent, keys);
    const inRetired = this.#lastLinesIn(this.#paths.retired, keys);
    const keysOf = new Map<number, string[]>();
    for (const key of keys) keysOf.set(partOf(key), [...(keysOf.get(partOf(key)) ?? []), key]);
    const inShards = new Map<number, Map<string, string>>();
    return (key) => {
      const newer = inRecent.get(key) ?? inRetired.get(key);
      if (newer !== undefined) return newer;
      const shard = partOf(key);
      const inShard = inShards.get(shard) ?? this.#lastLinesIn(this.#shard(shard), keysOf.get(shard) ?? []);
      inShards.set(shard, inShard);
      return inShard.get(key);
    };
  }

  #lastLinesIn(path: string, keys: readonly string[]): Map<string, string> {
    const last = new Map<string, string>();
    this.#scan(path, (piece) => addLastLines(piece, keys, last));
    return last;
  }

  #notAmongAll(): (key: string, line: string) => boolean {
    const state = stateOf(this.#paths);
    if (this.#known === undefined || state.length !== this.#known.state.length) {
      const newer = this.#newerLines();
      const lines = this.#known?.lines ?? this.#allSettled();
      for (const [key, line] of newer) lines.learn(key, line);
      this.#known = { lines, state };
    }
    const { lines } = this.#known;
    return (key, line) => lines.learn(key, line);
  }

  #allSettled(): KnownLines {
    const known = new KnownLines();
    for (let shard = 0; shard < SHARDS; shard += 1) {
      this.#scanAll(this.#shard(shard), shard, (piece) => known.learnAll(piece));
    }
    return known;
  }

  #shard(shard: number): string {
    return shardPath(this.#paths, shard);
  }

  #scan(path: string, visit: (piece: Buffer) => void): void {
    try {
      scanLocationFile(path, this.#trouble, visit);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') this.#trouble.failed(error);
    }
  }

  #removeAll(): void {
    const { directory, shards, recent, retired } = this.#paths;
    for (const path of [recent, retired]) rmSync(path, { force: true });
    for (const name of namesIn(directory)) if (isPutAside(name)) rmSync(join(directory, name), { force: true });
    for (const name of namesIn(shards)) rmSync(join(shards, name), { force: true });
  }

  #guard<Result>(work: () => Result, otherwise: Result): Result {
    if (!this.#isUsable()) return otherwise;
    try {
      return work();
    } catch (error) {
      this.#trouble.failed(error);
      return otherwise;
    }
  }

  #isUsable(): boolean {
    if (this.#usable === undefined) {
      const reason = whyUnsafe(this.#paths.directory);
      this.#usable = reason === undefined;
      if (reason !== undefined) this.#trouble.refused(reason);
    }
    return this.#usable;
  }
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** `place` changes when lines are moved, `length` when some are added. */
interface FilesState {
  readonly place: string;
  readonly length: number;
}

function stateOf(paths: LocationPaths): FilesState {
  const directory = statSync(paths.directory, { throwIfNoEntry: false });
  const recent = statSync(paths.recent, { throwIfNoEntry: false });
  return { place: `${directory?.mtimeMs} ${recent?.ino}`, length: recent?.size ?? 0 };
}

function asEntry(remembered: Remembered | 'damaged' | undefined): LocationEntry[] {
  if (remembered === undefined || remembered === 'damaged' || remembered.location === undefined) return [];
  const { type, id, location } = remembered;
  return [{ type, id, location }];
}
