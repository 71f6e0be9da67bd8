import { UsageError } from '../errors.ts';
import type { RequestBody } from '../ports/http.ts';
import type { IdleWatch } from './idle-watch.ts';

type Source = AsyncIterator<Uint8Array> | Iterator<Uint8Array>;

/** Larger bodies go out in pieces of this many bytes, so that their progress is seen. */
const PIECE = 64 * 1024;

/**
 * A body on its way out: counts what the engine takes, tells a slow provider from a slow source, and can be stopped.
 */
export class Upload implements AsyncIterable<Uint8Array> {
  /** Bytes of the whole body, where that is known. */
  readonly length: number | undefined;
  /** Bytes that the engine has taken. */
  sent = 0;
  finished = false;
  /** What the caller's stream threw, or was wrong with its length. */
  failure: Error | undefined;
  readonly #open: () => Source;
  #source: Source | undefined;
  readonly #watch: IdleWatch;
  #stopped = false;

  /** @param announced what the caller's `Content-Length` says */
  constructor(body: RequestBody, announced: number | undefined, watch: IdleWatch) {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    this.length = bytes instanceof Uint8Array ? bytes.byteLength : announced;
    this.#open = () => (bytes instanceof Uint8Array ? pieces(bytes) : bytes[Symbol.asyncIterator]());
    this.#watch = watch;
    if (announced !== undefined && announced !== this.length) throw this.#wrongLength(this.length ?? 0, announced);
  }

  /** Whether something was taken from the caller's stream, which therefore cannot be sent once more. */
  get started(): boolean {
    return this.#source !== undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => this.#next(),
      return: () => {
        this.stop();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /**
   * Give out nothing more. An engine that still waits for the next piece waits for ever: an end would tell the
   * server that the body is complete.
   */
  stop(): void {
    if (this.#stopped || this.finished) return;
    this.#stopped = true;
    this.#watch.sourceAwaited(false);
    // A source of which nothing was taken is left alone, for another attempt. One that is asked to stop while it is
    // busy may fail; nobody is interested any more.
    Promise.resolve(this.#source?.return?.()).catch(() => {});
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#stopped) return never();
    this.#source ??= this.#open();
    this.#watch.sourceAwaited(true);
    const result = await this.#pull(this.#source);
    if (this.#stopped) return never();
    this.#watch.sourceAwaited(false);
    const sent = this.sent + (result.done === true ? 0 : result.value.byteLength);
    if (this.length !== undefined && (sent > this.length || (result.done === true && sent < this.length))) {
      throw this.#fail(this.#wrongLength(sent, this.length));
    }
    this.sent = sent;
    this.finished = result.done === true;
    return result;
  }

  async #pull(source: Source): Promise<IteratorResult<Uint8Array>> {
    try {
      return await source.next();
    } catch (error) {
      throw this.#fail(error instanceof Error ? error : new Error('The body could not be read.', { cause: error }));
    }
  }

  #fail(error: Error): Error {
    this.failure = error;
    this.stop();
    return error;
  }

  #wrongLength(actual: number, announced: number): UsageError {
    const said = actual > announced ? 'longer' : 'shorter';
    return new UsageError(`The body is ${said} than its Content-Length, ${announced} bytes, says.`);
  }
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}
