/** A resource as the sandbox keeps it: the fields of its body, without links. Never changed, only replaced. */
export interface Item {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Resources of one type, made when they are first asked for. */
export class Collection {
  readonly #now: () => number;
  #make: (() => Iterable<Item>) | undefined;
  #seeded: readonly Item[] = [];
  readonly #items = new Map<string, Item>();
  /** What becomes of items when their time has come: another state, or nothing. */
  readonly #pending = new Map<string, { readonly at: number; readonly next: Item | undefined }>();
  readonly #sorted = new Map<string, readonly Item[]>();

  constructor(now: () => number, make: () => Iterable<Item> = () => []) {
    this.#now = now;
    this.#make = make;
  }

  /** Ids are compared as MySQL does it: without regard to case and to spaces at the end. */
  get(id: string): Item | undefined {
    this.#refresh();
    return this.#items.get(keyOf(id));
  }

  get all(): readonly Item[] {
    this.#refresh();
    return this.#sorted.get('') ?? this.#remember('', [...this.#items.values()]);
  }

  /** What was there from the beginning, as it was then. */
  get seeded(): readonly Item[] {
    this.#refresh();
    return this.#seeded;
  }

  /** All items in an order that is remembered under `name`. */
  sorted(name: string, compare: (a: Item, b: Item) => number): readonly Item[] {
    const { all } = this;
    return this.#sorted.get(name) ?? this.#remember(name, all.toSorted(compare));
  }

  put(item: Item): Item {
    this.#refresh();
    this.#pending.delete(keyOf(item.id));
    return this.#set(item);
  }

  /** Put an item that becomes another one later. */
  putFor(ms: number, item: Item, next: Item | undefined): Item {
    this.put(item);
    this.#pending.set(keyOf(item.id), { at: this.#now() + ms, next });
    return item;
  }

  remove(id: string): void {
    this.#refresh();
    this.#pending.delete(keyOf(id));
    this.#items.delete(keyOf(id));
    this.#sorted.clear();
  }

  #set(item: Item): Item {
    this.#items.set(keyOf(item.id), item);
    this.#sorted.clear();
    return item;
  }

  #remember(name: string, items: readonly Item[]): readonly Item[] {
    this.#sorted.set(name, items);
    return items;
  }

  #refresh(): void {
    if (this.#make !== undefined) {
      const make = this.#make;
      this.#make = undefined;
      this.#seeded = [...make()];
      for (const item of this.#seeded) this.#set(item);
    }
    if (this.#pending.size === 0) return;
    const now = this.#now();
    for (const [key, { at, next }] of this.#pending) {
      if (at > now) continue;
      this.#pending.delete(key);
      this.#items.delete(key);
      this.#sorted.clear();
      if (next !== undefined) this.#set(next);
    }
  }
}

function keyOf(id: string): string {
  return id.toLowerCase().replace(/ +$/, '');
}
