/** A shared cache in which everything is sealed, under names that say nothing. */
import type { Clock } from '../../ports/clock.ts';
import { readSealedHeader, seal, unseal } from '../seal.ts';
import { type CacheEntry, MAX_SECONDS, type SharedCache } from './cache.ts';
import type { Keyring, Place, SharedKey } from './keyring.ts';

/** Absent is also what expired, what was changed, and what was sealed by others. */
export type Found = { readonly text: string; readonly expiresAt: number } | 'absent' | 'cannot say';

/**
 * The cache may drop a value a second early and knows nothing of this process' clock. When a value ends is said inside
 * it; that the cache drops it some time after is only to save space.
 */
const LATER_SECONDS = 60;

export class SealedCache {
  readonly #cache: SharedCache;
  readonly #keyring: Keyring;
  readonly #clock: Clock;

  constructor(cache: SharedCache, keyring: Keyring, clock: Clock) {
    this.#cache = cache;
    this.#keyring = keyring;
    this.#clock = clock;
  }

  /** @returns what there is for each label, in their order */
  async get(labels: readonly string[]): Promise<readonly Found[]> {
    const [first, ...older] = this.#keyring;
    const found = await this.#getWith(first, labels);
    for (const key of older) {
      const missing = [...labels.keys()].filter((at) => found[at] === 'absent');
      if (missing.length === 0) break;
      const foundNow = await this.#getWith(
        key,
        missing.map((at) => labels[at] ?? ''),
      );
      await Promise.all(
        missing.map(async (at, index) => {
          const each = foundNow[index] ?? 'cannot say';
          found[at] = each;
          // Kept under the first key too, it is still there when the older one is taken out.
          if (typeof each === 'object') await this.add(labels[at] ?? '', each.text, each.expiresAt);
        }),
      );
    }
    return found;
  }

  /**
   * @param texts with their labels
   * @param expiresAt milliseconds since the epoch
   * @returns for each, in their order, whether it is kept
   */
  async put(
    texts: ReadonlyArray<readonly [label: string, text: string]>,
    expiresAt: number,
  ): Promise<readonly boolean[]> {
    const [first, ...others] = this.#keyring;
    const entries = texts.map(([label, text]) => sealedEntry(first.placeOf(label), expiresAt, text));
    const kept = await this.#cache.set(entries, this.#seconds(expiresAt, LATER_SECONDS));
    // While keys are changed, other processes may still look there first.
    const elsewhere = others.flatMap((key) => texts.map(([label]) => key.placeOf(label).name));
    if (elsewhere.length > 0) await this.#cache.delete(elsewhere);
    return kept;
  }

  /** Put unless there is something. @returns whether this did it; undefined when the cache cannot say */
  add(label: string, text: string, expiresAt: number): Promise<boolean | undefined> {
    return this.#cache.add(sealedEntry(this.#keyring[0].placeOf(label), expiresAt, text), this.#seconds(expiresAt, 0));
  }

  async forget(labels: readonly string[]): Promise<void> {
    await this.#cache.delete(labels.flatMap((label) => this.#keyring.map((key) => key.placeOf(label).name)));
  }

  async #getWith(key: SharedKey, labels: readonly string[]): Promise<Found[]> {
    const places = labels.map((label) => key.placeOf(label));
    const answers = await this.#cache.get(places.map(({ name }) => name));
    return places.map((place, at) => {
      const answer = answers[at] ?? 'cannot say';
      return typeof answer === 'string' ? answer : this.#open(place, answer);
    });
  }

  #open({ name, key }: Place, content: Buffer): Found {
    const header = readSealedHeader(content);
    if (header === undefined || header.keyId !== key.id || header.expiresAt <= this.#clock.now()) return 'absent';
    const text = unseal(key, name, header, content);
    return text === undefined ? 'absent' : { text, expiresAt: header.expiresAt };
  }

  #seconds(expiresAt: number, later: number): number {
    const seconds = Math.ceil((expiresAt - this.#clock.now()) / 1000) + later;
    return Math.min(Math.max(1, seconds), MAX_SECONDS);
  }
}

function sealedEntry({ name, key }: Place, expiresAt: number, text: string): CacheEntry {
  return { key: name, value: seal(key, name, expiresAt, text) };
}
