/** A mark of the byte order is allowed before a whole text only: here it stays, for a parser to refuse. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The text in a part of an answer in UTF-8. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Pieces, as one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const COMMA = bytesOf(',');

/** Pieces, as one, with commas between them. */
export function separated(pieces: readonly Uint8Array[]): Uint8Array {
  return joined(pieces.flatMap((piece, at) => (at === 0 ? [piece] : [COMMA, piece])));
}
