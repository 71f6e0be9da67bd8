import type { Claim, TokenStore } from '../ports/memory.ts';

/** How long a value that another process makes is waited for; then it is made here too. */
const OTHERS_MS = 5000;
/** The first look whether it is there comes after this, and each next one after twice as long… */
const FIRST_LOOK_MS = 25;
/** …but no longer than this. */
const LOOK_MS = 400;

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
  readonly #writing = new Set<Promise<void>>();
  readonly #refusals = new Map<string, { readonly error: unknown; readonly until: number }>();

  /** @param sleep waits so many milliseconds; replaceable in tests */
  constructor(store: TokenStore, sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))) {
    this.#store = store;
    this.#sleep = sleep;
  }

  /** The value under `key`, made if it is not there or no longer fresh. */
  async obtain<T>(key: readonly string[], codec: Codec<T>, make: () => Promise<T>): Promise<T> {
    const name = JSON.stringify(key);
    for (;;) {
      const held = this.#held.get(name);
      if (held === undefined) return this.#hold(name, this.#recallOrMake(name, codec, make));
      const value = (await held.made) as T;
      if (codec.isFresh(value)) return value;
      if (this.#held.get(name) === held) this.#held.delete(name);
    }
  }

  /** The fresh value under `key` where this process has it already, so that nobody need wait for it. */
  held<T>(key: readonly string[], codec: Codec<T>): T | undefined {
    const value = this.#held.get(JSON.stringify(key))?.value as T | undefined;
    return value !== undefined && codec.isFresh(value) ? value : undefined;
  }

  /** The fresh value under `key`, if there is one without making it. */
  async peek<T>(key: readonly string[], codec: Codec<T>): Promise<T | undefined> {
    const name = JSON.stringify(key);
    const held = this.#held.get(name)?.made as Promise<T> | undefined;
    const value = await (held ?? this.#recall(name, codec));
    return value !== undefined && codec.isFresh(value) ? value : undefined;
  }

  /** Remember a value that was come by otherwise. It is written while the caller goes on. */
  put<T>(key: readonly string[], codec: Codec<T>, value: T): void {
    const name = JSON.stringify(key);
    this.#held.set(name, { made: Promise.resolve(value), value });
    void this.#keep(name, codec, value);
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
  refusal(key: readonly string[], now: number): unknown {
    const name = JSON.stringify(key);
    const refusal = this.#refusals.get(name);
    if (refusal === undefined || now < refusal.until) return refusal?.error;
    this.#refusals.delete(name);
    return undefined;
  }

  /** Until then it will be refused again. */
  refuse(key: readonly string[], error: unknown, until: number): void {
    this.#refusals.set(JSON.stringify(key), { error, until });
  }

  async forget(key: readonly string[]): Promise<void> {
    const name = JSON.stringify(key);
    this.#held.delete(name);
    await this.#store.forget(name);
  }

  #hold<T>(name: string, made: Promise<T>): Promise<T> {
    const held: Held = { made, value: undefined };
    this.#held.set(name, held);
    made.then(
      (value) => {
        held.value = value;
      },
      () => {
        // A failure is not kept: the next caller tries again.
        if (this.#held.get(name) === held) this.#held.delete(name);
      },
    );
    return made;
  }

  async #recallOrMake<T>(name: string, codec: Codec<T>, make: () => Promise<T>): Promise<T> {
    const recalled = await this.#recallFresh(name, codec);
    if (recalled !== undefined) return recalled;
    if (this.#store.claim === undefined) {
      const value = await make();
      // Nobody else waits for it to be written.
      void this.#keep(name, codec, value);
      return value;
    }
    const turn = await this.#awaitTurn(name, codec);
    if ('value' in turn) return turn.value;
    try {
      const value = await make();
      await this.#keep(name, codec, value);
      return value;
    } finally {
      await turn.claim?.release();
    }
  }

  /**
   * Wait for what another process makes, or for the right to make it: the other may fail, or die.
   * @returns the value, or the claim; neither when others took too long
   */
  async #awaitTurn<T>(name: string, codec: Codec<T>): Promise<{ value: T } | { claim: Claim | undefined }> {
    let waited = 0;
    for (let pause = FIRST_LOOK_MS; ; pause = Math.min(2 * pause, LOOK_MS)) {
      const claim = await this.#store.claim?.(name, OTHERS_MS);
      if (claim !== undefined || waited >= OTHERS_MS) {
        // It may have come between the last look and the claim.
        const value = await this.#recallFresh(name, codec);
        if (value === undefined) return { claim };
        await claim?.release();
        return { value };
      }
      await this.#sleep(pause);
      waited += pause;
      const value = await this.#recallFresh(name, codec);
      if (value !== undefined) return { value };
    }
  }

  async #recallFresh<T>(name: string, codec: Codec<T>): Promise<T | undefined> {
    const value = await this.#recall(name, codec);
    return value !== undefined && codec.isFresh(value) ? value : undefined;
  }

  async #recall<T>(name: string, codec: Codec<T>): Promise<T | undefined> {
    const json = await this.#store.get(name);
    return json === undefined ? undefined : codec.fromJson(json);
  }

  #keep<T>(name: string, codec: Codec<T>, value: T): Promise<void> {
    const json = codec.toJson(value);
    if (json === undefined) return Promise.resolve();
    const written = this.#store.put(name, json, codec.expiresAt(value));
    this.#writing.add(written);
    return written.finally(() => this.#writing.delete(written));
  }
}
