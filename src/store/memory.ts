/** The stores that remember only as long as the process lives. */
import type { Clock } from '../ports/clock.ts';
import type { LocationEntry, LocationStore, TokenStore } from '../ports/memory.ts';

/**
 * Locations in memory.
 *
 * @param options.limit how many entries are kept; the ids that were not asked for or put for the longest time go first
 */
export function memoryLocations(options: { limit: number }): LocationStore {
  return new MemoryLocations(options.limit);
}

class MemoryLocations implements LocationStore {
  readonly #limit: number;
  /** By id, then by type. A Map keeps its order: the least recently used ids come first. */
  readonly #byId = new Map<string, Map<string, LocationEntry>>();
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  find(id: string): Promise<readonly LocationEntry[]> {
    const entries = this.#byId.get(id);
    if (entries === undefined) return Promise.resolve([]);
    this.#byId.delete(id);
    this.#byId.set(id, entries);
    return Promise.resolve([...entries.values()]);
  }

  put(entries: readonly LocationEntry[]): Promise<void> {
    for (const { type, id, location } of entries) {
      const ofId = this.#byId.get(id) ?? new Map<string, LocationEntry>();
      if (!ofId.has(type)) this.#size += 1;
      ofId.set(type, { type, id, location: { provider: location.provider, projectId: location.projectId } });
      this.#byId.delete(id);
      this.#byId.set(id, ofId);
    }
    for (const [id, ofId] of this.#byId) {
      if (this.#size <= this.#limit) break;
      this.#byId.delete(id);
      this.#size -= ofId.size;
    }
    return Promise.resolve();
  }

  forget(type: string, id: string): Promise<void> {
    const ofId = this.#byId.get(id);
    if (ofId?.delete(type)) this.#size -= 1;
    if (ofId?.size === 0) this.#byId.delete(id);
    return Promise.resolve();
  }

  async *entries(): AsyncGenerator<LocationEntry> {
    for (const ofId of [...this.#byId.values()]) yield* ofId.values();
  }

  clear(): Promise<void> {
    this.#byId.clear();
    this.#size = 0;
    return Promise.resolve();
  }
}

/** Tokens in memory. What is put is copied and frozen, so that what is given out can be shared. */
export function memoryTokens(options: { clock: Clock }): TokenStore {
  return new MemoryTokens(options.clock);
}

class MemoryTokens implements TokenStore {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { value: unknown; expiresAt: number }>();
  /** At this many, those that expired are removed. */
  #sweepAt = 100;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Promise<unknown> {
    const kept = this.#kept.get(key);
    return Promise.resolve(kept !== undefined && this.#clock.now() < kept.expiresAt ? kept.value : undefined);
  }

  put(key: string, value: unknown, expiresAt: number): Promise<void> {
    this.#kept.set(key, { value: freeze(JSON.parse(JSON.stringify(value) ?? 'null')), expiresAt });
    if (this.#kept.size >= this.#sweepAt) {
      const now = this.#clock.now();
      for (const [other, kept] of this.#kept) if (kept.expiresAt <= now) this.#kept.delete(other);
      this.#sweepAt = Math.max(100, 2 * this.#kept.size);
    }
    return Promise.resolve();
  }

  forget(key: string): Promise<void> {
    this.#kept.delete(key);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#kept.clear();
    return Promise.resolve();
  }
}

function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
