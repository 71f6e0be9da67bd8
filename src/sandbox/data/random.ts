/** Reproducible randomness: the same labels always give the same numbers. */

export interface Random {
  /** From 0 up to, not including, `limit`. */
  integer(limit: number): number;
  pick<T>(list: readonly T[]): T;
  /** Lower-case hexadecimal digits. */
  hex(length: number): string;
  bytes(length: number): Buffer;
  /** A version 4 UUID. */
  uuid(): string;
}

/** A generator (sfc32, 128 bits of state) whose numbers depend on the labels alone. */
export function randomFrom(...labels: readonly (string | number)[]): Random {
  const next = sfc32(...hash128(labels.join('\u0000')));
  const hex = (length: number) => {
    let digits = '';
    while (digits.length < length) digits += next().toString(16).padStart(8, '0');
    return digits.slice(0, length);
  };
  const integer = (limit: number) => next() % limit;
  return {
    integer,
    hex,
    bytes: (length) => {
      const words = Buffer.alloc(Math.ceil(length / 4) * 4);
      for (let at = 0; at < words.length; at += 4) words.writeUInt32BE(next(), at);
      return words.subarray(0, length);
    },
    pick: (list) => list[integer(list.length)] as (typeof list)[number],
    uuid: () => {
      const digits = hex(32);
      const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) % 4];
      return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `${variant}${digits.slice(17, 20)}`,
        digits.slice(20),
      ].join('-');
    },
  };
}

/** Four 32-bit words from a text (FNV-1a from four starting points, then mixed). */
function hash128(text: string): [number, number, number, number] {
  const word = (start: number) => {
    let hash = start;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x243f6a88), word(0xb7e15162)];
}

/** Unsigned 32-bit numbers. */
function sfc32(first: number, second: number, third: number, fourth: number): () => number {
  let [a, b, c, counter] = [first, second, third, fourth];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
