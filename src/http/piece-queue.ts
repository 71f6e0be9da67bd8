/** Waits for the next piece. */
interface Reader {
  readonly resolve: (piece: IteratorResult<Uint8Array>) => void;
  readonly reject: (error: Error) => void;
}

const END: IteratorResult<Uint8Array> = { done: true, value: undefined };

/** Pieces of a body between whoever has them and one reader, who may be behind or ahead. */
export class PieceQueue implements AsyncIterator<Uint8Array> {
  /** Bytes that were not taken yet. */
  bytes = 0;
  isOver = false;
  /** Why it is over, where that is not its end. */
  error: Error | undefined;
  #pieces: Uint8Array[] = [];
  #reader: Reader | undefined;
  readonly #emptied: () => void;

  /** @param emptied called when the reader has taken the last piece that was waiting */
  constructor(emptied: () => void) {
    this.#emptied = emptied;
  }

  put(piece: Uint8Array): void {
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.resolve({ done: false, value: piece });
      return;
    }
    this.#pieces.push(piece);
    this.bytes += piece.byteLength;
  }

  /** Nothing more comes. @param error for the reader, after what is still waiting */
  end(error?: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.error = error;
    const reader = this.#reader;
    this.#reader = undefined;
    if (error === undefined) reader?.resolve(END);
    else reader?.reject(error);
  }

  /** All that is waiting. It is not waiting any more. */
  takeAll(): readonly Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.bytes = 0;
    return pieces;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const value = this.#pieces.shift();
    if (value !== undefined) {
      this.bytes -= value.byteLength;
      if (this.#pieces.length === 0) this.#emptied();
      return Promise.resolve({ done: false, value });
    }
    if (this.error !== undefined) return Promise.reject(this.error);
    if (this.isOver) return Promise.resolve(END);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }
}
