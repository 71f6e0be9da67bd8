import { finished, type Readable } from 'node:stream';
import { PieceQueue } from './piece-queue.ts';

/**
 * What a stream gives, piece by piece as it comes, for one reader. A stream's own iterator joins what has piled up since
 * the last look into one new buffer: large bodies, most of which pile up, are copied once more, into memory that V8
 * soon sees so much of that it does little else than collect it (measured: a third of the throughput).
 */
export class Pieces implements AsyncIterableIterator<Uint8Array> {
  readonly #stream: Readable;
  readonly #queue: PieceQueue;
  #isBegun = false;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#queue = new PieceQueue(() => void stream.resume());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    this.#begin();
    return this.#queue.next();
  }

  /** Nobody wants the rest: it is left in the stream, for whoever owns that. */
  return(): Promise<IteratorResult<Uint8Array>> {
    this.#queue.end();
    this.#queue.takeAll();
    this.#stream.off('data', this.#came).pause();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Nothing is read before somebody asks. */
  #begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    finished(this.#stream, { writable: false }, (error) => this.#queue.end(error ?? undefined));
    this.#stream.on('data', this.#came);
  }

  readonly #came = (piece: Uint8Array): void => {
    this.#queue.put(piece);
    if (this.#queue.bytes > 0) this.#stream.pause();
  };
}
