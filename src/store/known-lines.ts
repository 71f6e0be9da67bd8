import { hashOf } from './location-lines.ts';
import { eachLine } from './location-scan.ts';

/** For the second of two hashes that do not collide together. */
const OTHER_FACTOR = 0x2545f491;
/** Places at the beginning; always a power of two. */
const PLACES = 4096;

/**
 * What is remembered, as numbers: for a process that remembers so much that looking each thing up would take
 * longer than going through everything once. At most 24 bytes an entry, however long the lines are, and nothing that the
 * garbage collector has to look at.
 *
 * Two hashes of 32 bits, with different functions, must agree by chance for something to be taken as known that is not.
 */
export class KnownLines {
  /** Pairs of a key's hash, 0 where there is none, and its line's hash; each as near behind its place as there was room. */
  #pairs = new Int32Array(2 * PLACES);
  #entries = 0;

  /** Later lines count more. @returns how many lines are damaged */
  learnAll(piece: Buffer): number {
    const text = piece.toString('latin1');
    return eachLine(text, (start, end, keyEnd) => {
      this.#learn(hashOf(text, start, keyEnd), hashOf(text, start, end, OTHER_FACTOR));
    });
  }

  /** @returns whether the line was not known; it is from now on */
  learn(key: string, line: string): boolean {
    return this.#learn(hashOf(key, 0, key.length), hashOf(line, 0, line.length, OTHER_FACTOR));
  }

  #learn(keyHash: number, lineHash: number): boolean {
    const key = keyHash | 0 || 1;
    const line = lineHash | 0;
    const at = placeOf(this.#pairs, key);
    if (this.#pairs[at] === key && this.#pairs[at + 1] === line) return false;
    if (this.#pairs[at] === 0) this.#entries += 1;
    this.#pairs[at] = key;
    this.#pairs[at + 1] = line;
    if (this.#entries * 3 > this.#pairs.length) this.#grow();
    return true;
  }

  #grow(): void {
    const old = this.#pairs;
    const pairs = new Int32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      const key = old[at] ?? 0;
      if (key === 0) continue;
      const place = placeOf(pairs, key);
      pairs[place] = key;
      pairs[place + 1] = old[at + 1] ?? 0;
    }
    this.#pairs = pairs;
  }
}

/** Where a key is, or where it belongs. */
function placeOf(pairs: Int32Array, key: number): number {
  const last = pairs.length - 1;
  let at = (key << 1) & last;
  while (pairs[at] !== 0 && pairs[at] !== key) at = (at + 2) & last;
  return at;
}
