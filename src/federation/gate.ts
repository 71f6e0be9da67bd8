/** Lets at most so many pieces of work run at once; the others wait. */
export class Gate {
  #free: number;
  readonly #next: 'oldest' | 'newest';
  readonly #waiting: Array<() => void> = [];

  /** @param next which of those that wait goes on */
  constructor(width: number, next: 'oldest' | 'newest' = 'oldest') {
    this.#free = width;
    this.#next = next;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Let one more run at once from now on. */
  widen(): void {
    this.#leave();
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    const next = this.#next === 'oldest' ? this.#waiting.shift() : this.#waiting.pop();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
