const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Cuts the elements out of one array in the text of a JSON object, while that text arrives. It finds where they begin and
 * end, and does not look whether they are JSON: all is well if each of them, and `rest`, can be parsed.
 */
export class ElementScanner {
  /** How the text before the array ends. */
  readonly #before: RegExp;
  #rest = '';
  /** The beginning of an element whose end has not come. */
  #pending = '';
  #depth = 0;
  #inString = false;
  #inArray = false;
  #isFirst = true;
  /** Characters of the next text that an escape in this one has used up. */
  #ahead = 0;

  /** @param key of the array in the outermost object; a plain word */
  constructor(key: string) {
    this.#before = new RegExp(`(?<!\\\\)"${key}"\\s*:\\s*$`);
  }

  /** What stands around the elements: the whole text with an empty array. */
  get rest(): string {
    return this.#rest;
  }

  /** Characters that are held. */
  get held(): number {
    return this.#rest.length + this.#pending.length;
  }

  /** Give the next piece of the text. @returns the elements that are complete by now, each as its text */
  push(piece: string): string[] {
    const text = this.#pending + piece;
    const elements: string[] = [];
    let from = 0;
    let at = this.#pending.length + this.#ahead;
    let inString = this.#inString;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (inString) {
        if (code === QUOTE) inString = false;
        else if (code === BACKSLASH) at += 1;
      } else if (code === QUOTE) {
        inString = true;
      } else if (code === OPENING_BRACE || code === OPENING_BRACKET) {
        this.#depth += 1;
        if (code === OPENING_BRACKET && this.#isTheArray(text, from, at)) {
          this.#rest += text.slice(from, at + 1);
          this.#inArray = true;
          this.#isFirst = true;
          from = at + 1;
        }
      } else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) {
        this.#depth -= 1;
        if (this.#inArray && this.#depth === 1) {
          const last = text.slice(from, at);
          if (!this.#isFirst || last.trim() !== '') elements.push(last);
          this.#inArray = false;
          from = at;
        }
      } else if (code === COMMA && this.#inArray && this.#depth === 2) {
        elements.push(text.slice(from, at));
        this.#isFirst = false;
        from = at + 1;
      }
    }
    this.#ahead = at - text.length;
    this.#inString = inString;
    if (this.#inArray) this.#pending = text.slice(from);
    else {
      this.#rest += text.slice(from);
      this.#pending = '';
    }
    return elements;
  }

  /** Whether the bracket at `at` opens it. @param from where the text begins that is not in `rest` yet */
  #isTheArray(text: string, from: number, at: number): boolean {
    return !this.#inArray && this.#depth === 2 && this.#before.test(this.#rest + text.slice(from, at));
  }
}
