/** An entry, between the one that was used before it and the one that was used after. */
interface Entry<Value> {
  readonly key: string;
  value: Value;
  older: Entry<Value> | undefined;
  newer: Entry<Value> | undefined;
}

/**
 * A map that keeps the entries that were set or asked for last.
 *
 * Their order is a list of its own. A Map from which an entry is taken and put back with each use has an order, too, but
 * is copied every so many uses; and once V8 takes one of its copies for long-lived, it takes those that follow, with all
 * that they have held, for the same until the next full collection.
 */
export class Lru<Value> {
  readonly #limit: number;
  readonly #byKey = new Map<string, Entry<Value>>();
  #oldest: Entry<Value> | undefined;
  #newest: Entry<Value> | undefined;

  /** @param limit how many are kept; those that were not used for the longest time go first. Absent: all */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return undefined;
    this.#use(entry);
    return entry.value;
  }

  set(key: string, value: Value): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.value = value;
      this.#use(known);
      return;
    }
    const entry: Entry<Value> = { key, value, older: undefined, newer: undefined };
    this.#byKey.set(key, entry);
    this.#append(entry);
    if (this.#byKey.size > this.#limit && this.#oldest !== undefined) this.delete(this.#oldest.key);
  }

  delete(key: string): void {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return;
    this.#byKey.delete(key);
    this.#takeOut(entry);
  }

  /** The least recently used first. The one that was just given may be deleted. */
  *entries(): Generator<readonly [key: string, value: Value]> {
    for (let entry = this.#oldest; entry !== undefined; ) {
      const { key, value, newer } = entry;
      yield [key, value];
      entry = newer;
    }
  }

  #use(entry: Entry<Value>): void {
    if (entry === this.#newest) return;
    this.#takeOut(entry);
    this.#append(entry);
  }

  #append(entry: Entry<Value>): void {
    entry.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #takeOut(entry: Entry<Value>): void {
    const { older, newer } = entry;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    entry.older = undefined;
    entry.newer = undefined;
  }
}
