import type { ResponseBody } from '../ports/http.ts';
import type { WireResponse } from './wire.ts';

/** A rest this small is read, so that the connection can serve the next request; otherwise it is closed. */
const SMALL_REST = 64 * 1024;
const SMALL_REST_MS = 1_000;

/** Whoever answers for the exchange that a body is part of. */
export interface BodyWatcher {
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
  #iterated = false;
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
    if (this.#iterated) throw new Error('The body of a response can be read only once.');
    this.#iterated = true;
    return {
      next: () => this.#next(),
      return: () => {
        this.discard();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  discard(): void {
    if (this.#over) return;
    this.#end();
    const rest = this.#length === undefined ? 0 : this.#length - this.#received;
    if (rest > SMALL_REST || !this.#watcher.reusable()) this.#wire.abandon();
    else this.#drained = this.#drain();
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
      const failure = this.#watcher.explain(error);
      this.#wire.abandon();
      this.#end(failure);
      throw failure;
    }
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
