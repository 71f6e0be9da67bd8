/** What keeps a cache from costing more than it gains: a deadline for every call, and a pause after failures. */
import type { CacheAnswer, CacheEntry, CacheServer, SharedCache } from './cache.ts';

/** So many failures in a row, each of a call that began after the one before, and the server is not asked… */
const FAILURES = 3;
/** …for so long; then one call tries whether it is back. */
const PAUSE_MS = 5000;
/** So many calls are under way at a time; the deadline of one that waits begins when it is sent. */
const WIDTH = 1000;
/** Where a deadline is noticed so much too late the process was busy, not the server: then it has the time again, once. */
const BUSY_MS = 50;
/** A server that comes and goes is complained about at most this often. */
const QUIET_MS = 60_000;

export interface GuardOptions {
  /** The server as messages name it. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly pauseMs?: number | undefined;
  /** So many calls are under way at a time; 1000 unless said. */
  readonly width?: number;
  readonly warn: (message: string) => void;
}

/** A server made safe to use. */
export function guarded(server: CacheServer, options: GuardOptions): SharedCache {
  return new Guard(server, options);
}

class Guard implements SharedCache {
  readonly #server: CacheServer;
  readonly #options: GuardOptions;
  readonly #waiting: Array<() => void> = [];
  #free: number;
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** Until when the server is not asked; undefined while it works. */
  #pausedUntil: number | undefined;
  #isTrying = false;
  #complainedAt = Number.NEGATIVE_INFINITY;
  #hasComplained = false;
  #isClosed = false;

  constructor(server: CacheServer, options: GuardOptions) {
    this.#server = server;
    this.#options = options;
    this.#free = options.width ?? WIDTH;
  }

  async get(keys: readonly string[]): Promise<readonly CacheAnswer[]> {
    const values = await this.#ask(() => this.#server.get(keys));
    return keys.map((_, at) => (values === undefined ? 'cannot say' : (values[at] ?? 'absent')));
  }

  async set(entries: readonly CacheEntry[], seconds: number): Promise<readonly boolean[]> {
    const kept = await this.#ask(() => this.#server.set(entries, seconds));
    return entries.map((_, at) => kept?.[at] === true);
  }

  add(entry: CacheEntry, seconds: number): Promise<boolean | undefined> {
    return this.#ask(() => this.#server.add(entry, seconds));
  }

  async delete(keys: readonly string[]): Promise<void> {
    await this.#ask(() => this.#server.delete(keys));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#server.close();
    return Promise.resolve();
  }

  /** @returns undefined when the server was not asked, or failed */
  async #ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#mustNotAsk()) return undefined;
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      if (this.#mustNotAsk()) return undefined;
      return await this.#attempt(work);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #mustNotAsk(): boolean {
    if (this.#isClosed) return true;
    return this.#pausedUntil !== undefined && (this.#isTrying || performance.now() < this.#pausedUntil);
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    const began = performance.now();
    const isTrial = this.#pausedUntil !== undefined;
    this.#isTrying = isTrial;
    try {
      const result = await withDeadline(work(), this.#options.timeoutMs);
      this.#succeeded(isTrial);
      return result;
    } catch (error) {
      this.#failed(error, began, isTrial);
      return undefined;
    } finally {
      if (isTrial) this.#isTrying = false;
    }
  }

  #succeeded(isTrial: boolean): void {
    if (this.#pausedUntil !== undefined && !isTrial) return;
    this.#failures = 0;
    this.#pausedUntil = undefined;
    if (!isTrial || !this.#hasComplained) return;
    this.#hasComplained = false;
    this.#options.warn(`The shared memory at ${this.#options.name} answers again.`);
  }

  #failed(error: unknown, began: number, isTrial: boolean): void {
    if (this.#isClosed || (this.#pausedUntil !== undefined && !isTrial)) return;
    // Many calls that fail together are one failure.
    if (began < this.#failedAt && !isTrial) return;
    const now = performance.now();
    this.#failedAt = now;
    this.#failures += 1;
    if (this.#failures < FAILURES && !isTrial) return;
    this.#pausedUntil = now + (this.#options.pauseMs ?? PAUSE_MS);
    this.#server.disconnect();
    this.#complain(error, now);
  }

  #complain(error: unknown, now: number): void {
    if (this.#hasComplained || now - this.#complainedAt < QUIET_MS) return;
    this.#complainedAt = now;
    this.#hasComplained = true;
    const why = error instanceof Error ? error.message : String(error);
    this.#options.warn(
      `The shared memory at ${this.#options.name} cannot be used: ${why}. Everything goes on without it, only slower.`,
    );
  }
}

function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let wasBusy = false;
    const expire = (): void => {
      // An answer that is there already is read before this.
      setImmediate(() => {
        if (!wasBusy && performance.now() - began > ms + BUSY_MS) {
          wasBusy = true;
          timer = setTimeout(expire, ms);
        } else reject(new Error(`no answer within ${ms} ms`));
      });
    };
    let timer = setTimeout(expire, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
