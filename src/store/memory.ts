/** The stores that remember only as long as the process lives. */

import { Lru } from '../lru.ts';
import type { Clock } from '../ports/clock.ts';
import type { LocationStore, TokenStore } from '../ports/memory.ts';
import { frozenCopy } from './frozen-copy.ts';
import { memoryLocationsOf } from './memory-locations.ts';

/**
 * Locations in memory.
 *
 * @param options.limit how many entries are kept; the ids that were not asked for or put for the longest time go first
 */
export function memoryLocations(options: { limit: number }): LocationStore {
  return memoryLocationsOf(options)('');
}

/**
 * Tokens in memory. What is put is copied and frozen, so that what is given out can be shared.
 *
 * @param options.limit how many are kept; those that were not asked for or put for the longest time go first. Absent:
 *   all that have not expired
 */
export function memoryTokens(options: { clock: Clock; limit?: number }): TokenStore {
  return memoryTokensOf(options)('');
}

/** Tokens of many identities in memory, each in a store of its own; the limit is one for all of them together. */
export function memoryTokensOf(options: { clock: Clock; limit?: number }): (identity: string) => TokenStore {
  const kept = new KeptTokens(options.clock, options.limit ?? Number.POSITIVE_INFINITY);
  return (identity) => ({
    get: (key) => Promise.resolve(kept.get(keyOf(identity, key))),
    put: (key, value, expiresAt) => Promise.resolve(kept.put(identity, keyOf(identity, key), value, expiresAt)),
    forget: (key) => Promise.resolve(kept.forget(keyOf(identity, key))),
    clear: () => Promise.resolve(kept.clear(identity)),
  });
}

interface KeptToken {
  readonly identity: string;
  readonly value: unknown;
  readonly expiresAt: number;
}

class KeptTokens {
  readonly #clock: Clock;
  readonly #kept: Lru<KeptToken>;
  /** At this many, those that expired are removed. */
  #sweepAt = 100;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#kept = new Lru(limit);
  }

  get(key: string): unknown {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (kept.expiresAt > this.#clock.now()) return kept.value;
    this.#kept.delete(key);
    return undefined;
  }

  put(identity: string, key: string, value: unknown, expiresAt: number): void {
    this.#kept.set(key, { identity, value: frozenCopy(value), expiresAt });
    if (this.#kept.size >= this.#sweepAt) this.#sweep();
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }

  clear(identity: string): void {
    for (const [key, kept] of this.#kept.entries()) if (kept.identity === identity) this.#kept.delete(key);
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [key, kept] of this.#kept.entries()) if (kept.expiresAt <= now) this.#kept.delete(key);
    this.#sweepAt = Math.max(100, 2 * this.#kept.size);
  }
}

function keyOf(owner: string, name: string): string {
  return JSON.stringify([owner, name]);
}
