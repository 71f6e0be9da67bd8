import type { LocationEntry } from '../ports/memory.ts';
import type { ResourceType } from '../services/types.ts';
import type { Memory } from './memory.ts';
import type { Scope } from './scope.ts';

/** Each time that something is put, a store looks at its files: a long listing is learnt in groups of so many. */
const GROUP = 1000;

/** Learns from a listing that goes on for long. */
export class Lesson {
  readonly #memory: Memory;
  readonly #type: ResourceType;
  #entries: LocationEntry[] = [];

  constructor(memory: Memory, type: ResourceType) {
    this.#memory = memory;
    this.#type = type;
  }

  /** Take note of items at the scope that listed them. */
  async add(items: readonly unknown[], scope: Scope): Promise<void> {
    this.#entries.push(...(await this.#memory.locationsOf(this.#type, items, scope)));
    if (this.#entries.length >= GROUP) await this.end();
  }

  /** Remember what has not been put yet. */
  async end(): Promise<void> {
    const entries = this.#entries;
    this.#entries = [];
    await this.#memory.put(entries);
  }
}
