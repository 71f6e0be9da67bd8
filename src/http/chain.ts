/** Something in a chain, between its neighbours. */
export interface Link<T> {
  readonly value: T;
  before: Link<T> | undefined;
  after: Link<T> | undefined;
}

/**
 * What is under way, from which each request takes what it has put in. A list, as a Set that changes with every request
 * is copied again and again, and V8 keeps what the copies held until its next full collection (see lru.ts).
 */
export class Chain<T> {
  #last: Link<T> | undefined;

  get isEmpty(): boolean {
    return this.#last === undefined;
  }

  /** @returns what to hand to `remove` when it is over */
  add(value: T): Link<T> {
    const link: Link<T> = { value, before: this.#last, after: undefined };
    if (this.#last !== undefined) this.#last.after = link;
    this.#last = link;
    return link;
  }

  /** It is over. */
  remove(link: Link<T>): void {
    const { before, after } = link;
    if (after === undefined && link !== this.#last) return;
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    else this.#last = before;
    link.before = undefined;
    link.after = undefined;
  }

  /** What is in it now, the latest first. */
  values(): T[] {
    const all: T[] = [];
    for (let link = this.#last; link !== undefined; link = link.before) all.push(link.value);
    return all;
  }
}
