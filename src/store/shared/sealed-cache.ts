/** A shared cache in which everything is sealed, under names that say nothing. */
import type { Clock } from '../../ports/clock.ts';
import { readSealedHeader, seal, unseal } from '../seal.ts';
import { MAX_SECONDS, type SharedCache } from './cache.ts';
import type { Keyring, Place } from './keyring.ts';

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
    const found = new Array<Found>(labels.length).fill('absent');
    // Older keys are used only for what the newer have not.
    for (const key of this.#keyring) {
      const wanted = [...labels.entries()].filter(([at]) => found[at] === 'absent');
      if (wanted.length === 0) break;
      const places = wanted.map(([, label]) => key.placeOf(label));
      const answers = await this.#cache.get(places.map(({ name }) => name));
      for (const [index, [at]] of wanted.entries()) {
        const [place, answer] = [places[index], answers[index] ?? 'cannot say'];
        found[at] =
          place === undefined || typeof answer === 'string' ? cannotSayOrAbsent(answer) : this.#open(place, answer);
      }
    }
    return found;
  }

  /**
   * @param expiresAt milliseconds since the epoch
   * @returns whether it is kept
   */
  async put(label: string, text: string, expiresAt: number): Promise<boolean> {
    const [first, ...others] = this.#keyring.map((key) => key.placeOf(label));
    if (first === undefined) return false;
    const sealed = seal(first.key, first.name, expiresAt, text);
    const isKept = await this.#cache.set(first.name, sealed, this.#seconds(expiresAt, LATER_SECONDS));
    // While keys are changed, other processes may still look there first.
    if (others.length > 0) await this.#cache.delete(others.map(({ name }) => name));
    return isKept;
  }

  /** Put unless there is something. @returns whether this did it; undefined when the cache cannot say */
  add(label: string, text: string, expiresAt: number): Promise<boolean | undefined> {
    const place = this.#keyring[0].placeOf(label);
    return this.#cache.add(place.name, seal(place.key, place.name, expiresAt, text), this.#seconds(expiresAt, 0));
  }

  async forget(labels: readonly string[]): Promise<void> {
    await this.#cache.delete(labels.flatMap((label) => this.#keyring.map((key) => key.placeOf(label).name)));
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

function cannotSayOrAbsent(answer: Buffer | string): Found {
  return answer === 'absent' ? 'absent' : 'cannot say';
}
