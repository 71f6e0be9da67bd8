import { Refusal } from './refusal.ts';

/** Counts the requests that are being answered. */
export class InFlight {
  readonly #max: number;
  readonly #told: (count: number) => void;
  #count = 0;

  constructor(max: number, told: (count: number) => void) {
    this.#max = max;
    this.#told = told;
  }

  /** @param working told when the request begins to count and when it no longer does */
  enter(working: (isWorking: boolean) => void): Stay {
    const change = (isWorking: boolean) => {
      this.#count += isWorking ? 1 : -1;
      this.#told(this.#count);
      working(isWorking);
    };
    return new Stay(change, () => this.#check());
  }

  #check(): void {
    if (this.#count <= this.#max) return;
    throw new Refusal(503, `More than ${this.#max} requests at once (--max-requests).`, [['Retry-After', '1']]);
  }
}

/** One request among those in flight. */
export class Stay {
  readonly #change: (isCounted: boolean) => void;
  /** @throws Refusal 503 where there are more than may be */
  readonly check: () => void;
  #isCounted = false;

  constructor(change: (isCounted: boolean) => void, check: () => void) {
    this.#change = change;
    this.check = check;
    this.#count(true);
  }

  /** Count it no more until what this gives is called. That throws what `check` throws. */
  pause(): () => void {
    this.#count(false);
    return () => {
      this.#count(true);
      this.check();
    };
  }

  leave(): void {
    this.#count(false);
  }

  #count(isCounted: boolean): void {
    if (this.#isCounted === isCounted) return;
    this.#isCounted = isCounted;
    this.#change(isCounted);
  }
}
