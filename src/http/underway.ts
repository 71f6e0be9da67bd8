/** One thing that is under way, between its neighbours. */
export interface UnderwayEntry {
  readonly cancel: () => void;
  before: UnderwayEntry | undefined;
  after: UnderwayEntry | undefined;
}

/**
 * What is under way, so that all of it can be cancelled at once. A list, as a Set that changes with every request is
 * copied again and again, and V8 keeps what the copies held until its next full collection (see lru.ts).
 */
export class Underway {
  #last: UnderwayEntry | undefined;

  /** @returns what to hand to `remove` when it is over */
  add(cancel: () => void): UnderwayEntry {
    const entry: UnderwayEntry = { cancel, before: this.#last, after: undefined };
    if (this.#last !== undefined) this.#last.after = entry;
    this.#last = entry;
    return entry;
  }

  /** It is over. */
  remove(entry: UnderwayEntry): void {
    const { before, after } = entry;
    if (after === undefined && entry !== this.#last) return;
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    else this.#last = before;
    entry.before = undefined;
    entry.after = undefined;
  }

  cancelAll(): void {
    const all: Array<() => void> = [];
    for (let entry = this.#last; entry !== undefined; entry = entry.before) all.push(entry.cancel);
    // Each of them may take itself out.
    for (const cancel of all) cancel();
  }
}
