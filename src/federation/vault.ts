import type { Claim, TokenStore } from '../ports/memory.ts';

/** How long a value that another process makes is waited for; then it is made here too. */
const OTHERS_MS = 5000;
/** The first look whether it is there comes after this, and each next one after twice as long… */
const FIRST_LOOK_MS = 25;
/** …but no longer than this. */
const LOOK_MS = 400;

/** The key of what these words name, under which a vault and its store have it. */
export function keyOf(...words: readonly string[]): string {
  return JSON.stringify(words);
}

/** How a remembered value is written, read back, and when it ends. */
export interface Codec<T> {
  /** Undefined for a value that is good for this process only, and is not remembered for others. */
  toJson(value: T): unknown;
  /** Undefined for anything that is not such a value. */
  fromJson(json: unknown): T | undefined;
  /** Milliseconds since the epoch. */
  expiresAt(value: T): number;
  /** Whether it can still be used, with a margin. */
  isFresh(value: T): boolean;
}

/** A value that is being made, or was. */
interface Held {
  readonly made: Promise<unknown>;
  /** Undefined as long as it is being made. */
  value: unknown;
}

/**
 * Tokens and what else is fetched once: in this process first, then remembered, then made. Many callers at once
 * cause one exchange, also in several processes where the store can tell them of each other.
 */
export class Vault {
  readonly #store: TokenStore;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #held = new Map<string, Held>();
  readonly #renewing = new Map<string, Promise<unknown>>();
  readonly #writing = new Set<Promise<void>>();
  readonly #refusals = new Map<string, { readonly error: unknown; readonly until: number }>();

  /** @param sleep waits so many milliseconds; replaceable in tests */
  constructor(store: TokenStore, sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))) {
    this.#store = store;
    this.#sleep = sleep;
  }

  /** The value under `key`, made if it is not there or no longer fresh. */
  async obtain<T>(key: string, codec: Codec<T>, make: () => Promise<T>): Promise<T> {
    for (;;) {
      const held = this.#held.get(key);
      if (held === undefined) return this.#hold(key, this.#recallOrMake(key, codec, make));
      const value = (await held.made) as T;
      if (codec.isFresh(value)) return value;
      if (this.#held.get(key) === held) this.#held.delete(key);
    }
  }

  /**
   * The value under `key`, made once more unless the one that this process has is current. What was there stays where
   * that fails. Many callers at once cause one making.
   */
  async renew<T>(key: string, codec: Codec<T>, isCurrent: (value: T) => boolean, make: () => Promise<T>): Promise<T> {
    const held = await this.#held.get(key)?.made.catch(() => undefined);
    if (held !== undefined && codec.isFresh(held as T) && isCurrent(held as T)) return held as T;
    const renewing = (this.#renewing.get(key) as Promise<T> | undefined) ?? this.#made(key, codec, make);
    this.#renewing.set(key, renewing);
    return renewing;
  }

  async #made<T>(key: string, codec: Codec<T>, make: () => Promise<T>): Promise<T> {
    try {
      const value = await make();
      // What is good for this process only must not leave others with what it takes the place of.
      if (codec.toJson(value) === undefined) await this.#store.forget(key);
      this.put(key, codec, value);
      return value;
    } finally {
      this.#renewing.delete(key);
    }
  }

  /** The fresh value under `key` where this process has it already, so that nobody need wait for it. */
  held<T>(key: string, codec: Codec<T>): T | undefined {
    const value = this.#held.get(key)?.value as T | undefined;
    return value !== undefined && codec.isFresh(value) ? value : undefined;
  }

  /** The fresh value under `key`, if there is one without making it. */
  async peek<T>(key: string, codec: Codec<T>): Promise<T | undefined> {
    const held = this.#held.get(key)?.made as Promise<T> | undefined;
    const value = await (held ?? this.#recall(key, codec));
    return value !== undefined && codec.isFresh(value) ? value : undefined;
  }

  /** Remember a value that was come by otherwise. It is written while the caller goes on. */
  put<T>(key: string, codec: Codec<T>, value: T): void {
    this.#held.set(key, { made: Promise.resolve(value), value });
    void this.#keep(key, codec, value);
  }

  /** Everything is where other processes find it. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  /**
   * Why something cannot be had, as long as that was found out a short time ago. It is kept in this process only: a new
   * command asks anew.
   *
   * @param now milliseconds since the epoch
   */
  refusal(key: string, now: number): unknown {
    const refusal = this.#refusals.get(key);
    if (refusal === undefined || now < refusal.until) return refusal?.error;
    this.#refusals.delete(key);
    return undefined;
  }

  /** Until then it will be refused again. */
  refuse(key: string, error: unknown, until: number): void {
    this.#refusals.set(key, { error, until });
  }

  async forget(key: string): Promise<void> {
    this.#held.delete(key);
    await this.#store.forget(key);
  }

  #hold<T>(key: string, made: Promise<T>): Promise<T> {
    const held: Held = { made, value: undefined };
    this.#held.set(key, held);
    made.then(
      (value) => {
        held.value = value;
      },
      () => {
        // A failure is not kept: the next caller tries again.
        if (this.#held.get(key) === held) this.#held.delete(key);
      },
    );
    return made;
  }

  async #recallOrMake<T>(key: string, codec: Codec<T>, make: () => Promise<T>): Promise<T> {
    const recalled = await this.#recallFresh(key, codec);
    if (recalled !== undefined) return recalled;
    if (this.#store.claim === undefined) {
      const value = await make();
      // Nobody else waits for it to be written.
      void this.#keep(key, codec, value);
      return value;
    }
    const turn = await this.#awaitTurn(key, codec);
    if ('value' in turn) return turn.value;
    try {
      const value = await make();
      await this.#keep(key, codec, value);
      return value;
    } finally {
      await turn.claim?.release();
    }
  }

  /**
   * Wait for what another process makes, or for the right to make it: the other may fail, or die.
   * @returns the value, or the claim; neither when others took too long
   */
  async #awaitTurn<T>(key: string, codec: Codec<T>): Promise<{ value: T } | { claim: Claim | undefined }> {
    let waited = 0;
    for (let pause = FIRST_LOOK_MS; ; pause = Math.min(2 * pause, LOOK_MS)) {
      const claim = await this.#store.claim?.(key, OTHERS_MS);
      if (claim !== undefined || waited >= OTHERS_MS) {
        // It may have come between the last look and the claim.
        const value = await this.#recallFresh(key, codec);
        if (value === undefined) return { claim };
        await claim?.release();
        return { value };
      }
      await this.#sleep(pause);
      waited += pause;
      const value = await this.#recallFresh(key, codec);
      if (value !== undefined) return { value };
    }
  }

  async #recallFresh<T>(key: string, codec: Codec<T>): Promise<T | undefined> {
    const value = await this.#recall(key, codec);
    return value !== undefined && codec.isFresh(value) ? value : undefined;
  }

  async #recall<T>(key: string, codec: Codec<T>): Promise<T | undefined> {
    const json = await this.#store.get(key);
    return json === undefined ? undefined : codec.fromJson(json);
  }

  #keep<T>(key: string, codec: Codec<T>, value: T): Promise<void> {
    const json = codec.toJson(value);
    if (json === undefined) return Promise.resolve();
    const written = this.#store.put(key, json, codec.expiresAt(value));
    this.#writing.add(written);
    return written.finally(() => this.#writing.delete(written));
  }
}
