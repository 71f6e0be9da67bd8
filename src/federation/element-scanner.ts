import { joined, textOf } from './bytes.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** So much may stand around the key of the array; with more spaces than this it is not recognized. */
const AROUND_KEY = 64;

/**
 * Cuts the elements out of one array in a JSON object, while its bytes arrive. It finds where they begin and end, and
 * does not look whether they are JSON: all is well if each of them, and `rest`, can be parsed.
 */
export class ElementScanner {
  /** How the text before the array ends. */
  readonly #key: RegExp;
  /** So much of it is looked at. */
  readonly #window: number;
  /** The last of what is in `rest`. */
  #tail = '';
  readonly #rest = new Pieces();
  /** The beginning of an element whose end has not come. */
  readonly #pending = new Pieces();
  #depth = 0;
  #inString = false;
  #inArray = false;
  #isFirst = true;
  /** Bytes of the next piece that an escape in this one has used up. */
  #ahead = 0;

  /** @param key of the array in the outermost object: ASCII, nothing that is escaped in JSON or regular expressions */
  constructor(key: string) {
    this.#key = new RegExp(`(?<!\\\\)"${key}"\\s*:\\s*$`);
    this.#window = key.length + AROUND_KEY;
  }

  /** The text that stands around the elements: all of it, with an empty array. */
  get rest(): string {
    return new TextDecoder().decode(this.#rest.joined());
  }

  /** Bytes that are held. */
  get held(): number {
    return this.#rest.length + this.#pending.length;
  }

  /** Give the next bytes. @returns the elements that are complete by now, each as its own bytes, mostly a view of these */
  push(bytes: Uint8Array): Uint8Array[] {
    const elements: Uint8Array[] = [];
    const { length } = bytes;
    let from = 0;
    let at = this.#ahead;
    if (this.#inString) {
      at = endOfString(bytes, at);
      this.#inString = at >= length;
      if (!this.#inString) at += 1;
    }
    while (at < length) {
      const code = bytes[at];
      if (code === QUOTE) {
        at = endOfString(bytes, at + 1);
        this.#inString = at >= length;
        if (this.#inString) break;
      } else if (code === COMMA) {
        if (this.#inArray && this.#depth === 2) {
          elements.push(this.#element(bytes.subarray(from, at)));
          this.#isFirst = false;
          from = at + 1;
        }
      } else if (code === OPENING_BRACE || code === OPENING_BRACKET) {
        this.#depth += 1;
        if (code === OPENING_BRACKET && this.#isTheArray(bytes.subarray(from, at))) {
          this.#rest.add(bytes.subarray(from, at + 1));
          this.#inArray = true;
          this.#isFirst = true;
          from = at + 1;
        }
      } else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) {
        this.#depth -= 1;
        if (this.#inArray && this.#depth === 1) {
          const last = this.#element(bytes.subarray(from, at));
          if (!this.#isFirst || !isBlank(last)) elements.push(last);
          this.#inArray = false;
          from = at;
        }
      }
      at += 1;
    }
    this.#ahead = at - length;
    if (this.#inArray) this.#pending.add(bytes.subarray(from));
    else {
      this.#tail = this.#before(bytes.subarray(from));
      this.#rest.add(bytes.subarray(from));
    }
    return elements;
  }

  #element(end: Uint8Array): Uint8Array {
    if (this.#pending.length === 0) return end;
    this.#pending.add(end);
    return this.#pending.taken();
  }

  /** Whether the bracket that comes next opens it. @param bytes before it that are not in `rest` yet */
  #isTheArray(bytes: Uint8Array): boolean {
    return !this.#inArray && this.#depth === 2 && this.#key.test(this.#before(bytes));
  }

  /** The last of the text that is not in the array. */
  #before(bytes: Uint8Array): string {
    return (this.#tail + textOf(bytes.subarray(-this.#window))).slice(-this.#window);
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return textOf(bytes).trim() === '';
}

/** Where the quote is that ends a string; behind the end where it has not come, by one more if an escape is cut. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length; at += 1) {
    const code = bytes[at];
    if (code === QUOTE) break;
    if (code === BACKSLASH) at += 1;
  }
  return at;
}

/** Bytes that belong together. */
class Pieces {
  #pieces: Uint8Array[] = [];
  length = 0;

  add(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
    this.length += piece.length;
  }

  joined(): Uint8Array {
    return joined(this.#pieces);
  }

  taken(): Uint8Array {
    const all = this.joined();
    this.#pieces = [];
    this.length = 0;
    return all;
  }
}
