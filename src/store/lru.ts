/** A map that keeps the entries that were set or asked for last. */
export class Lru<Value> {
  readonly #limit: number;
  /** A Map keeps its order: the least recently used come first. */
  readonly #kept = new Map<string, Value>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const value = this.#kept.get(key);
    if (value === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    for (const leastRecent of this.#kept.keys()) {
      if (this.#kept.size <= this.#limit) break;
      this.#kept.delete(leastRecent);
    }
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  values(): readonly Value[] {
    return [...this.#kept.values()];
  }
}
