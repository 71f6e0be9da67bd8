import type { Unsaid } from '../../errors.ts';
import { isCancelled } from '../abort.ts';
import { unsaidOf } from '../unsaid.ts';

/** Which lists of providers and projects a walk goes by: those that are remembered, or those of now. */
export type Lists = 'remembered' | 'current';

interface Checked<T> {
  /** The provider's place in the federation's order; -1 for home's list of providers, which every page rests on. */
  readonly place: number;
  /** Who gives the list. */
  readonly provider: string;
  readonly remembered: readonly T[];
  readonly fetch: () => Promise<readonly T[]>;
  readonly keyOf: (each: T) => string;
}

/** The lists of one walk. Where it goes by remembered ones, they are fetched beside it, and compared. */
export class ListCheck {
  readonly #lists: Lists;
  readonly #signal: AbortSignal;
  readonly #checks: Array<{ readonly place: number; readonly isSame: Promise<boolean> }> = [];
  readonly #unsaid: Array<{ readonly place: number; readonly unsaid: Unsaid }> = [];

  constructor(lists: Lists, signal: AbortSignal) {
    this.#lists = lists;
    this.#signal = signal;
  }

  /** The list to go by. A list that cannot be fetched is the remembered one, with a word of that. */
  listFor<T>(checked: Checked<T>): Promise<readonly T[]> | readonly T[] {
    const { place, remembered, keyOf } = checked;
    const fetched = this.#fetched(checked);
    if (this.#lists === 'current') return fetched;
    const isSame = fetched.then((current) => isEqual(current.map(keyOf), remembered.map(keyOf)));
    // Who needs to know hears of the failure; of a walk that ends before, nobody does.
    isSame.catch(() => {});
    this.#checks.push({ place, isSame });
    return remembered;
  }

  /** Whether the lists are what they were, up to a place. */
  async areCurrent(last: number): Promise<boolean> {
    const due = this.#checks.filter(({ place }) => place <= last);
    return (await Promise.all(due.map(({ isSame }) => isSame))).every((isSame) => isSame);
  }

  /** Who could not say, up to a place, whether there is more than what was remembered. */
  unsaid(last: number): readonly Unsaid[] {
    return this.#unsaid.filter(({ place }) => place <= last).map(({ unsaid }) => unsaid);
  }

  async #fetched<T>({ place, provider, remembered, fetch }: Checked<T>): Promise<readonly T[]> {
    try {
      return await fetch();
    } catch (error) {
      if (isCancelled(this.#signal)) throw error;
      this.#unsaid.push({ place, unsaid: unsaidOf(error, { provider }) });
      return remembered;
    }
  }
}

function isEqual(these: readonly string[], those: readonly string[]): boolean {
  return these.length === those.length && these.every((each, at) => each === those[at]);
}
