import { bytesOf } from '../bytes.ts';
import { ElementScanner } from '../element-scanner.ts';

/** The elements of a page as they stand in it, in JSON. */
export class Elements {
  readonly count: number;
  /** With what is between them. */
  readonly all: Uint8Array;
  #each: readonly Uint8Array[] | undefined;

  constructor(count: number, all: Uint8Array) {
    this.count = count;
    this.all = all;
  }

  /** One of them alone. They are cut apart when the first is asked for: most pages are passed on as a whole. */
  at(place: number): Uint8Array {
    this.#each ??= cutApart(this.all);
    const one = this.#each[place];
    if (one === undefined) throw new RangeError(`There is no element ${place} of ${this.count}.`);
    return one;
  }
}

function cutApart(all: Uint8Array): Uint8Array[] {
  const scanner = new ElementScanner('all');
  return [bytesOf('{"all":['), all, bytesOf(']}')].flatMap((part) => scanner.push(part));
}

/** An element in its place. */
export interface Placed {
  readonly elements: Elements;
  readonly place: number;
}

/** The elements in as few pieces as can be: pages of which all are there, in order, and single ones. */
export function piecesOf(placed: readonly Placed[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let whole: Elements | undefined;
  for (const [at, { elements, place }] of placed.entries()) {
    if (place === 0) whole = isPageAt(placed, at, elements) ? elements : undefined;
    if (elements !== whole) pieces.push(elements.at(place));
    else if (place === 0) pieces.push(elements.all);
  }
  return pieces;
}

function isPageAt(placed: readonly Placed[], at: number, elements: Elements): boolean {
  for (let place = 0; place < elements.count; place += 1) {
    const one = placed[at + place];
    if (one?.elements !== elements || one.place !== place) return false;
  }
  return true;
}
