/** Remembered tokens in a shared cache, with the last few in this process too. */

import { Lru } from '../../lru.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Claim, TokenStore } from '../../ports/memory.ts';
import { frozenCopy } from '../frozen-copy.ts';
import { AtOnce } from './at-once.ts';
import type { Generations } from './generations.ts';
import { ownerHash } from './owner-hash.ts';
import type { SealedCache } from './sealed-cache.ts';

interface LocalToken {
  readonly value: unknown;
  readonly expiresAt: number;
  /** When the cache was seen to have it, by the process' own steady clock; undefined while it has not. */
  readonly sharedAt: number | undefined;
}

export interface SharedTokensOptions {
  readonly cache: SealedCache;
  readonly generations: Generations;
  readonly clock: Clock;
  /** How many tokens stay in this process, for all identities together. */
  readonly limit: number;
  /** So soon does a process see that another has forgotten a token, or put another. */
  readonly freshMs: number;
}

/** The tokens of many identities, each in a store of its own. @returns the store of an identity */
export function sharedTokens(options: SharedTokensOptions): (identity: string) => TokenStore {
  const local = new Lru<LocalToken>(options.limit);
  const reading = new AtOnce<unknown>();
  return (identity) => new SharedTokens(options, `tokens ${ownerHash(identity)}`, local, reading);
}

class SharedTokens implements TokenStore {
  readonly #cache: SealedCache;
  readonly #generations: Generations;
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #owner: string;
  readonly #local: Lru<LocalToken>;
  readonly #reading: AtOnce<unknown>;

  constructor(
    { cache, generations, clock, freshMs }: SharedTokensOptions,
    owner: string,
    local: Lru<LocalToken>,
    reading: AtOnce<unknown>,
  ) {
    this.#cache = cache;
    this.#generations = generations;
    this.#clock = clock;
    this.#freshMs = freshMs;
    this.#owner = owner;
    this.#local = local;
    this.#reading = reading;
  }

  async get(key: string): Promise<unknown> {
    const label = await this.#label(key);
    const local = this.#usable(label);
    if (local?.sharedAt !== undefined && performance.now() - local.sharedAt < this.#freshMs) return local.value;
    return this.#reading.do(label, () => this.#read(label));
  }

  async put(key: string, value: unknown, expiresAt: number): Promise<void> {
    const label = await this.#label(key);
    const text = JSON.stringify(value) ?? 'null';
    const before = this.#local.get(label);
    const isShared = before?.sharedAt !== undefined && before.expiresAt === expiresAt;
    if (isShared && JSON.stringify(before.value) === text) return;
    const unshared: LocalToken = { value: frozenCopy(value), expiresAt, sharedAt: undefined };
    this.#local.set(label, unshared);
    const [isKept] = await this.#cache.put([[label, text]], expiresAt);
    if (isKept && this.#local.get(label) === unshared)
      this.#local.set(label, { ...unshared, sharedAt: performance.now() });
  }

  async forget(key: string): Promise<void> {
    const label = await this.#label(key);
    this.#local.delete(label);
    await this.#cache.forget([label]);
  }

  clear(): Promise<void> {
    return this.#generations.clear(this.#owner);
  }

  async claim(key: string, ms: number): Promise<Claim | undefined> {
    const wanted = await this.#label(key);
    // Whoever wants to make it anew is not content with what is here, and wants to see what others make.
    const local = this.#local.get(wanted);
    if (local?.sharedAt !== undefined) this.#local.set(wanted, { ...local, sharedAt: Number.NEGATIVE_INFINITY });
    const label = `claim ${wanted}`;
    const added = await this.#cache.add(label, '', this.#clock.now() + ms);
    // Where nobody can be asked, nobody can be waited for.
    return added === false ? undefined : { release: () => this.#cache.forget([label]) };
  }

  async #read(label: string): Promise<unknown> {
    const before = this.#usable(label);
    const [found = 'cannot say'] = await this.#cache.get([label]);
    const now = this.#usable(label);
    // It was put, or forgotten, meanwhile.
    if (now !== before) return now?.value;
    // What could not be shared is good all the same, and newer than what is there if it ends later…
    if (
      now !== undefined &&
      now.sharedAt === undefined &&
      !(typeof found === 'object' && found.expiresAt >= now.expiresAt)
    ) {
      return now.value;
    }
    if (typeof found === 'object') {
      const { text, expiresAt } = found;
      const value = frozenCopy(JSON.parse(text));
      this.#local.set(label, { value, expiresAt, sharedAt: performance.now() });
      return value;
    }
    if (found === 'cannot say') return now?.value;
    // …and what was shared and is gone was forgotten by another process.
    this.#local.delete(label);
    return undefined;
  }

  /** What this process has, if it has not expired. */
  #usable(label: string): LocalToken | undefined {
    const local = this.#local.get(label);
    if (local === undefined || this.#clock.now() < local.expiresAt) return local;
    this.#local.delete(label);
    return undefined;
  }

  async #label(key: string): Promise<string> {
    return `${this.#owner} ${await this.#generations.of(this.#owner)} ${key}`;
  }
}
