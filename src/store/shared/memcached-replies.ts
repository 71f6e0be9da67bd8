/**
 * The answers of memcached's text protocol (doc/protocol.txt of memcached), which every version of it speaks, and
 * what stands in front of it (mcrouter, twemproxy).
 */

/** One complete answer to one command. */
export type MemcachedReply =
  /** What a `get` found, by key. */
  | { readonly kind: 'values'; readonly values: ReadonlyMap<string, Buffer> }
  /** STORED, NOT_STORED, DELETED, NOT_FOUND. */
  | { readonly kind: 'word'; readonly word: string }
  /** ERROR, CLIENT_ERROR, SERVER_ERROR. */
  | { readonly kind: 'error'; readonly word: string; readonly text: string };

const WORDS = new Set(['STORED', 'NOT_STORED', 'DELETED', 'NOT_FOUND']);
const ERROR = /^(ERROR|CLIENT_ERROR|SERVER_ERROR)\b ?(.*)$/;
const VALUE = /^VALUE (\S{1,250}) \d{1,10} (\d{1,9})(?: \d+)?$/;
const LINE_BYTES = 2048;
/** No value that is stored here is as large; memcached's own limit is 1 MiB unless it is told otherwise. */
const VALUE_BYTES = 64 * 1024 * 1024;

/** So many bytes belong together, and perhaps they end an answer. */
interface Step {
  readonly length: number;
  readonly reply?: MemcachedReply;
}

/** Cuts what a server sends into answers. */
export class MemcachedReplies {
  #chunks: Buffer[] = [];
  #length = 0;
  /** So much is needed to get on. */
  #needed = 2;
  #values: Map<string, Buffer> | undefined;
  #value: { key: string; length: number } | undefined;

  /**
   * @returns the answers that are complete now
   * @throws Error when this is not what memcached sends
   */
  take(chunk: Buffer): MemcachedReply[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return [];
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#length);
    const replies: MemcachedReply[] = [];
    for (;;) {
      const step = this.#value === undefined ? this.#readLine(rest) : this.#readValue(rest, this.#value);
      if (step === undefined) break;
      rest = rest.subarray(step.length);
      if (step.reply !== undefined) replies.push(step.reply);
    }
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return replies;
  }

  #readLine(rest: Buffer): Step | undefined {
    const end = rest.indexOf('\r\n');
    if (end === -1) {
      if (rest.length > LINE_BYTES) throw new Error('what is there does not speak as memcached does');
      this.#needed = rest.length + 1;
      return undefined;
    }
    const line = rest.toString('latin1', 0, end);
    const length = end + 2;
    const [, key, size] = VALUE.exec(line) ?? [];
    if (key !== undefined) {
      if (Number(size) > VALUE_BYTES) throw new Error('memcached announces a value of unlikely size');
      this.#values ??= new Map();
      this.#value = { key, length: Number(size) };
      return { length };
    }
    if (line === 'END') {
      const values = this.#values ?? new Map<string, Buffer>();
      this.#values = undefined;
      return { length, reply: { kind: 'values', values } };
    }
    const [, word, text] = ERROR.exec(line) ?? [];
    if (word !== undefined) {
      this.#values = undefined;
      return { length, reply: { kind: 'error', word, text: text ?? '' } };
    }
    if (WORDS.has(line)) return { length, reply: { kind: 'word', word: line } };
    throw new Error('what is there does not speak as memcached does');
  }

  #readValue(rest: Buffer, { key, length }: { key: string; length: number }): Step | undefined {
    if (rest.length < length + 2) {
      this.#needed = length + 2;
      return undefined;
    }
    if (rest.toString('latin1', length, length + 2) !== '\r\n')
      throw new Error('memcached sent a value without its end');
    this.#values?.set(key, rest.subarray(0, length));
    this.#value = undefined;
    this.#needed = 2;
    return { length: length + 2 };
  }
}
