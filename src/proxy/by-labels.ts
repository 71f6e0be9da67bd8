type Level<Cell> = Map<string, Level<Cell> | Cell>;

/**
 * A cell for each combination of labels' values that has come up. They are found one after another, as a key made of
 * them all would be a new text for every request.
 */
export class ByLabels<Cell extends object> {
  readonly #root: Level<Cell> = new Map();
  readonly #cells: Array<readonly [labels: readonly string[], cell: Cell]> = [];
  readonly #make: () => Cell;

  /** @param make a cell for values that come up for the first time */
  constructor(make: () => Cell) {
    this.#make = make;
  }

  /** @param values always as many, in the labels' order */
  at(...values: string[]): Cell {
    let found: Level<Cell> | Cell = this.#root;
    for (const value of values) {
      const below: Level<Cell> | Cell | undefined = (found as Level<Cell>).get(value);
      if (below === undefined) return this.#add(values);
      found = below;
    }
    return found as Cell;
  }

  /** All of them, the first that came up first. */
  [Symbol.iterator](): Iterator<readonly [labels: readonly string[], cell: Cell]> {
    return this.#cells[Symbol.iterator]();
  }

  #add(values: readonly string[]): Cell {
    const cell = this.#make();
    this.#cells.push([values, cell]);
    let level = this.#root;
    for (const value of values.slice(0, -1)) {
      const below = (level.get(value) as Level<Cell> | undefined) ?? new Map();
      level.set(value, below);
      level = below;
    }
    level.set(values.at(-1) ?? '', cell);
    return cell;
  }
}
