/** Remembered tokens on disk, sealed (seal.ts): one directory per identity, shared by all its processes. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyUnsafe } from '../own-folder.ts';
import type { Clock } from '../ports/clock.ts';
import type { TokenStore } from '../ports/memory.ts';
import { collectTokens, removeTokens } from './collect-tokens.ts';
import { memoryTokens } from './memory.ts';
import { makePrivateDirectory, removeFile, replaceFileAside } from './private-files.ts';
import { readSealedHeader, type SealKey, seal, unseal } from './seal.ts';
import { createTrouble, type Trouble } from './trouble.ts';

/** A process looks no more often than this whether there are tokens to be removed. */
const COLLECT_MS = 60 * 60 * 1000;

/** Turns of the event loop after which a token is written. They take no time where nothing else is to be done. */
const TURNS = 8;

export interface DiskTokensOptions {
  readonly directory: string;
  /** What they are sealed with. It is never stored here. */
  readonly key: SealKey;
  /** Gets one line when the directory cannot be used, and one when something damaged was put aside. */
  readonly warn: (message: string) => void;
  readonly clock: Clock;
}

/**
 * Open the tokens in `directory`, which is made when something is put (0700, files 0600).
 *
 * Any number of processes can use it at once. Nothing it does throws: what cannot be opened is as if it were not
 * there (another password, another version, damage), and what cannot be written is remembered in memory. Nothing is
 * read from or written to a directory that belongs to another user or that others can write.
 */
export function openDiskTokens(options: DiskTokensOptions): TokenStore {
  return new DiskTokens(options, createTrouble('Tokens', options.directory, options.warn));
}

class DiskTokens implements TokenStore {
  readonly #options: DiskTokensOptions;
  readonly #trouble: Trouble;
  /** For what could not be written. */
  readonly #memory: TokenStore;
  readonly #usable: boolean;
  /** What is under way, by key: writing goes on beside everything else, but in order. */
  readonly #writing = new Map<string, Promise<void>>();
  #collectedAt = Number.NEGATIVE_INFINITY;

  constructor(options: DiskTokensOptions, trouble: Trouble) {
    this.#options = options;
    this.#trouble = trouble;
    this.#memory = memoryTokens({ clock: options.clock });
    const reason = whyUnsafe(options.directory);
    this.#usable = reason === undefined;
    if (reason !== undefined) trouble.refused(reason);
  }

  async get(key: string): Promise<unknown> {
    const kept = await this.#memory.get(key);
    if (kept !== undefined || !this.#usable) return kept;
    try {
      return this.#read(key);
    } catch (error) {
      this.#trouble.failed(error);
      return undefined;
    }
  }

  async put(key: string, value: unknown, expiresAt: number): Promise<void> {
    const text = JSON.stringify(value) ?? 'null';
    await this.#inTurn(key, async () => {
      await turnsForOthers();
      if (await this.#write(key, text, expiresAt)) await this.#memory.forget(key);
      else await this.#memory.put(key, value, expiresAt);
    });
  }

  async forget(key: string): Promise<void> {
    await this.#inTurn(key, async () => {
      await this.#memory.forget(key);
      if (this.#usable) removeFile(this.#path(key));
    });
  }

  async clear(): Promise<void> {
    await Promise.all(this.#writing.values());
    await this.#memory.clear();
    if (!this.#usable) return;
    try {
      removeTokens(this.#options.directory);
    } catch (error) {
      this.#trouble.failed(error);
    }
  }

  /** One change of a key after the other. */
  async #inTurn(key: string, change: () => Promise<void>): Promise<void> {
    const before = this.#writing.get(key) ?? Promise.resolve();
    const mine = before.then(change);
    this.#writing.set(key, mine);
    await mine;
    if (this.#writing.get(key) === mine) this.#writing.delete(key);
  }

  /** @returns whether it is on the disk now */
  async #write(key: string, text: string, expiresAt: number): Promise<boolean> {
    if (!this.#usable) return false;
    try {
      makePrivateDirectory(this.#options.directory);
      await replaceFileAside(this.#path(key), seal(this.#options.key, key, expiresAt, text));
      this.#collect();
      return true;
    } catch (error) {
      this.#trouble.failed(error);
      return false;
    }
  }

  #collect(): void {
    const now = this.#options.clock.now();
    if (Math.abs(now - this.#collectedAt) < COLLECT_MS) return;
    this.#collectedAt = now;
    collectTokens(this.#options.directory, now);
  }

  #read(key: string): unknown {
    const path = this.#path(key);
    if (!existsSync(path)) return undefined;
    const content = readFileSync(path);
    const header = readSealedHeader(content);
    if (header === undefined) return this.#putAside(path);
    const sealKey = this.#options.key;
    // Another id is another credential: the user changed the password, and the next put replaces the file. Or it is
    // another key of the machine, as the former was lost.
    if (sealKey.id !== header.keyId || header.expiresAt <= this.#options.clock.now()) return undefined;
    const text = unseal(sealKey, key, header, content);
    return text === undefined ? this.#putAside(path) : JSON.parse(text);
  }

  #putAside(path: string): undefined {
    this.#trouble.putAside(path, 'A file of remembered tokens is damaged or of another version of fed');
  }

  #path(key: string): string {
    return join(this.#options.directory, createHash('sha256').update(key).digest('hex').slice(0, 32));
  }
}

/** Wait until whoever got the token has its next requests under way, also where it begins with few at a time. */
async function turnsForOthers(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
}
