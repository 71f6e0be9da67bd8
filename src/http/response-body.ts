import type { BodySink, ResponseBody, Taker } from '../ports/http.ts';
import type { WireResponse } from './wire.ts';

/** A rest this small is read, so that the connection can serve the next request; otherwise it is closed. */
const SMALL_REST = 64 * 1024;
const SMALL_REST_MS = 1_000;

/** From so many bytes on, reading them the fastest way is worth the connection. */
const LARGE = 1024 * 1024;

/** Whoever answers for the exchange that a body is part of. */
export interface BodyWatcher {
  /** The whole answer is wanted, and has a deadline. */
  expectEnd(): void;
  /** Before and after every read, with the bytes that came. */
  reading(): void;
  read(bytes: number): void;
  /** Once: at the end, on an error, when the rest is given up. */
  ended(error?: Error): void;
  /** What an error of the engine's means. */
  explain(error: unknown): Error;
  /** Whether the connection can be used again at all. */
  reusable(): boolean;
}

/** The body of an answer, to be read once. */
export class IncomingBody implements ResponseBody {
  readonly #wire: WireResponse;
  readonly #watcher: BodyWatcher;
  /** Bytes of the whole body, where the head says that. */
  readonly #length: number | undefined;
  #received = 0;
  /** Read in one way or another. */
  #isClaimed = false;
  #isFlowing = false;
  #over = false;
  /** A rest that is being read for the connection's sake. */
  #drained: Promise<void> | undefined;

  constructor(wire: WireResponse, length: number | undefined, watcher: BodyWatcher) {
    this.#wire = wire;
    this.#length = length;
    this.#watcher = watcher;
    if (length === 0) this.discard();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#claim();
    return {
      next: () => this.#next(),
      return: () => {
        this.discard();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async pour(take: Taker): Promise<void> {
    const length = this.#length ?? 0;
    if (this.#wire.pour === undefined || length < LARGE) {
      for await (const piece of this) await take(piece);
      return;
    }
    this.#claim();
    let refusal: { readonly error: unknown } | undefined;
    const taking = this.#watched(take, (error) => {
      refusal = { error };
    });
    this.#watcher.reading();
    try {
      await this.#wire.pour(length, taking);
      this.#wire.abandon();
      if (!this.#over) this.#end();
    } catch (error) {
      if (this.#over) return;
      this.#wire.abandon();
      const failure = refusal === undefined ? this.#watcher.explain(error) : undefined;
      this.#end(failure);
      throw failure ?? error;
    }
  }

  flow(sink: BodySink): () => void {
    this.#claim();
    if (this.#over) {
      sink.end();
      return () => {};
    }
    this.#isFlowing = true;
    this.#watcher.reading();
    const goOn = this.#wire.flow({
      data: (chunk) => this.#over || this.#flowed(chunk, sink),
      end: () => {
        if (this.#over) return;
        this.#end();
        sink.end();
      },
      failed: (error) => {
        if (!this.#over) sink.failed(this.#fail(error));
      },
    });
    return () => {
      if (this.#over) return;
      this.#watcher.reading();
      goOn();
    };
  }

  expectEnd(): void {
    this.#watcher.expectEnd();
  }

  discard(): void {
    if (this.#over) return;
    this.#end();
    const rest = this.#length === undefined ? 0 : this.#length - this.#received;
    if (rest > SMALL_REST || this.#isFlowing || !this.#watcher.reusable()) this.#wire.abandon();
    else this.#drained = this.#drain();
  }

  #claim(): void {
    if (this.#isClaimed) throw new Error('The body of a response can be read only once.');
    this.#isClaimed = true;
  }

  /** `take`, whose own time is not the other side's, and whose own errors are told from those of the connection. */
  #watched(take: Taker, refused: (error: unknown) => void): Taker {
    const failed = (error: unknown): never => {
      refused(error);
      throw error;
    };
    return (piece) => {
      this.#watcher.read(piece.byteLength);
      try {
        const waiting = take(piece);
        if (waiting !== undefined) return waiting.then(() => this.#watcher.reading(), failed);
      } catch (error) {
        failed(error);
      }
      this.#watcher.reading();
      return undefined;
    };
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#over) {
      await this.#drained;
      return { done: true, value: undefined };
    }
    this.#watcher.reading();
    try {
      const result = await this.#wire.body.next();
      if (this.#over) return { done: true, value: undefined };
      this.#received += result.done === true ? 0 : result.value.byteLength;
      this.#watcher.read(result.done === true ? 0 : result.value.byteLength);
      if (result.done === true) this.#end();
      return result;
    } catch (error) {
      if (this.#over) return { done: true, value: undefined };
      throw this.#fail(error);
    }
  }

  /** @returns whether more is wanted now */
  #flowed(chunk: Uint8Array, sink: BodySink): boolean {
    this.#received += chunk.byteLength;
    this.#watcher.read(chunk.byteLength);
    const isMoreWanted = sink.data(chunk);
    if (isMoreWanted && !this.#over) this.#watcher.reading();
    return isMoreWanted;
  }

  #fail(error: unknown): Error {
    const failure = this.#watcher.explain(error);
    this.#wire.abandon();
    this.#end(failure);
    return failure;
  }

  #end(error?: Error): void {
    this.#over = true;
    this.#watcher.ended(error);
  }

  async #drain(): Promise<void> {
    const late = setTimeout(() => this.#wire.abandon(), SMALL_REST_MS).unref();
    try {
      for (let read = 0; read <= SMALL_REST; ) {
        const result = await this.#wire.body.next();
        if (result.done === true) return;
        read += result.value.byteLength;
      }
      this.#wire.abandon();
    } catch {
      // Nobody waits for the rest: a connection that broke is closed already.
    } finally {
      clearTimeout(late);
    }
  }
}
