/**
 * How everything of one owner is dropped at once from a cache that can only drop single keys: all its keys have the
 * owner's generation in them, a random text that is kept in the cache too. A new one makes the old keys unreachable,
 * and they age out. So does one that the cache lost.
 */
import { randomBytes } from 'node:crypto';
import { Lru } from '../../lru.ts';
import type { Clock } from '../../ports/clock.ts';
import { AtOnce } from './at-once.ts';
import { MAX_SECONDS } from './cache.ts';
import type { SealedCache } from './sealed-cache.ts';

const OWNERS = 10_000;

interface Generation {
  readonly value: string;
  /** By the process' own steady clock. */
  readonly readAt: number;
  /** It is new, and the cache could not be told. */
  readonly isUntold: boolean;
}

export class Generations {
  readonly #cache: SealedCache;
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #known = new Lru<Generation>(OWNERS);
  readonly #reading = new AtOnce<string>();

  /** @param freshMs so soon does a process see that another has cleared */
  constructor(cache: SealedCache, clock: Clock, freshMs: number) {
    this.#cache = cache;
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  of(owner: string): Promise<string> {
    const known = this.#known.get(owner);
    if (known !== undefined && performance.now() - known.readAt < this.#freshMs) return Promise.resolve(known.value);
    return this.#reading.do(owner, async () => {
      const before = this.#known.get(owner);
      const read = before?.isUntold ? await this.#tell(owner, before.value) : await this.#read(owner, before?.value);
      const now = this.#known.get(owner);
      // It was cleared meanwhile.
      if (now !== before && now !== undefined) return now.value;
      this.#known.set(owner, { ...read, readAt: performance.now() });
      return read.value;
    });
  }

  /** Begin a new generation. While the cache is away, the others hear of it when it is back. */
  async clear(owner: string): Promise<void> {
    const value = newGeneration();
    this.#known.set(owner, { value, isUntold: true, readAt: performance.now() });
    const told = await this.#tell(owner, value);
    if (this.#known.get(owner)?.value === value) this.#known.set(owner, { ...told, readAt: performance.now() });
  }

  async #tell(owner: string, value: string): Promise<Omit<Generation, 'readAt'>> {
    const [isKept] = await this.#cache.put([[labelOf(owner), value]], this.#end());
    return { value, isUntold: isKept !== true };
  }

  async #read(owner: string, known: string | undefined): Promise<Omit<Generation, 'readAt'>> {
    const label = labelOf(owner);
    const [found = 'cannot say'] = await this.#cache.get([label]);
    if (typeof found === 'object') return { value: found.text, isUntold: false };
    const value = newGeneration();
    // Nothing can be read that it would apply to.
    if (found === 'cannot say') return { value: known ?? value, isUntold: false };
    if ((await this.#cache.add(label, value, this.#end())) === false) {
      const [other] = await this.#cache.get([label]);
      if (typeof other === 'object') return { value: other.text, isUntold: false };
      // What is there is garbage.
      await this.#cache.put([[label, value]], this.#end());
    }
    return { value, isUntold: false };
  }

  #end(): number {
    return this.#clock.now() + MAX_SECONDS * 1000;
  }
}

function labelOf(owner: string): string {
  return `generation ${owner}`;
}

function newGeneration(): string {
  return randomBytes(9).toString('base64url');
}
