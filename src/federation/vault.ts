import type { TokenStore } from '../ports/memory.ts';

/** How a remembered value is written, read back, and when it ends. */
export interface Codec<T> {
  toJson(value: T): unknown;
  /** Undefined for anything that is not such a value. */
  fromJson(json: unknown): T | undefined;
  /** Milliseconds since the epoch. */
  expiresAt(value: T): number;
  /** Whether it can still be used, with a margin. */
  isFresh(value: T): boolean;
}

/**
 * Tokens and what else is fetched once: in this process first, then remembered, then made. Many callers at once
 * cause one exchange.
 */
export class Vault {
  readonly #store: TokenStore;
  readonly #held = new Map<string, Promise<unknown>>();

  constructor(store: TokenStore) {
    this.#store = store;
  }

  /** The value under `key`, made if it is not there or no longer fresh. */
  async obtain<T>(key: readonly string[], codec: Codec<T>, make: () => Promise<T>): Promise<T> {
    const name = JSON.stringify(key);
    for (;;) {
      const held = this.#held.get(name) as Promise<T> | undefined;
      if (held === undefined) return this.#hold(name, this.#recallOrMake(name, codec, make));
      const value = await held;
      if (codec.isFresh(value)) return value;
      if (this.#held.get(name) === held) this.#held.delete(name);
    }
  }

  /** The fresh value under `key`, if there is one without making it. */
  async peek<T>(key: readonly string[], codec: Codec<T>): Promise<T | undefined> {
    const name = JSON.stringify(key);
    const held = this.#held.get(name) as Promise<T> | undefined;
    const value = await (held ?? this.#recall(name, codec));
    return value !== undefined && codec.isFresh(value) ? value : undefined;
  }

  /** Remember a value that was come by otherwise. */
  async put<T>(key: readonly string[], codec: Codec<T>, value: T): Promise<void> {
    const name = JSON.stringify(key);
    this.#held.set(name, Promise.resolve(value));
    await this.#keep(name, codec, value);
  }

  async forget(key: readonly string[]): Promise<void> {
    const name = JSON.stringify(key);
    this.#held.delete(name);
    await this.#store.forget(name);
  }

  #hold<T>(name: string, made: Promise<T>): Promise<T> {
    this.#held.set(name, made);
    // A failure is not kept: the next caller tries again.
    made.catch(() => {
      if (this.#held.get(name) === made) this.#held.delete(name);
    });
    return made;
  }

  async #recallOrMake<T>(name: string, codec: Codec<T>, make: () => Promise<T>): Promise<T> {
    const recalled = await this.#recall(name, codec);
    if (recalled !== undefined && codec.isFresh(recalled)) return recalled;
    return this.#keep(name, codec, await make());
  }

  async #recall<T>(name: string, codec: Codec<T>): Promise<T | undefined> {
    const json = await this.#store.get(name);
    return json === undefined ? undefined : codec.fromJson(json);
  }

  async #keep<T>(name: string, codec: Codec<T>, value: T): Promise<T> {
    await this.#store.put(name, codec.toJson(value), codec.expiresAt(value));
    return value;
  }
}
