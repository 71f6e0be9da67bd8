import type { Dispatcher } from 'undici';
import type { BodySink, HeaderPairs } from '../ports/http.ts';
import type { Stop } from './stop.ts';
import type { WireResponse } from './wire.ts';

/** undici reads no more from a connection while so many bytes were not taken yet. */
const HELD_BYTES = 64 * 1024;

type Chunk = IteratorResult<Uint8Array>;

const END: Chunk = { done: true, value: undefined };

/** Waits for a chunk. */
interface Reader {
  readonly resolve: (chunk: Chunk) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One answer, as undici's dispatcher tells it: the head for whoever waits for it, the body as it is asked for.
 *
 * The names are those that undici's own `request` uses. The newer ones (`onResponseStart`…) would make an object of
 * every head, in which order and repetitions are lost.
 */
export class PoolAnswer implements Dispatcher.DispatchHandler, WireResponse, AsyncIterator<Uint8Array> {
  status = 0;
  statusText = '';
  headers: HeaderPairs = [];
  readonly #answered: (response: WireResponse) => void;
  readonly #failed: (error: Error) => void;
  readonly #stop: Stop;
  #abort: ((error?: Error) => void) | undefined;
  #resume: () => void = () => {};
  #chunks: Uint8Array[] = [];
  #held = 0;
  #isPaused = false;
  #isOver = false;
  #error: Error | undefined;
  #reader: Reader | undefined;
  #sink: BodySink | undefined;

  constructor(stop: Stop, answered: (response: WireResponse) => void, failed: (error: Error) => void) {
    this.#stop = stop;
    this.#answered = answered;
    this.#failed = failed;
    // It may still be waiting for a connection then.
    stop.whenStopped((reason) => {
      failed(reason);
      this.#abort?.(reason);
    });
  }

  get body(): AsyncIterator<Uint8Array> {
    return this;
  }

  /** Close the connection, unless the answer is complete. */
  abandon(): void {
    this.#abort?.(new Error('the rest of the answer is not wanted'));
  }

  next(): Promise<Chunk> {
    const value = this.#chunks.shift();
    if (value !== undefined) {
      this.#held -= value.byteLength;
      if (this.#held === 0) this.#goOn();
      return Promise.resolve({ done: false, value });
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#isOver) return Promise.resolve(END);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  flow(sink: BodySink): () => void {
    this.#sink = sink;
    let isMoreWanted = true;
    for (const chunk of this.#chunks) isMoreWanted = sink.data(chunk);
    this.#chunks = [];
    this.#held = 0;
    if (this.#error !== undefined) sink.failed(this.#error);
    else if (this.#isOver) sink.end();
    else if (isMoreWanted) this.#goOn();
    return () => this.#goOn();
  }

  #goOn(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#resume();
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (this.#stop.reason !== undefined) abort(this.#stop.reason);
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    // Interim answers (RFC 9110 section 15.2) come before the one that counts.
    if (status < 200) return true;
    this.status = status;
    this.statusText = statusText;
    this.headers = headersOf(raw);
    this.#resume = resume;
    this.#answered(this);
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#sink !== undefined) {
      this.#isPaused = !this.#sink.data(chunk);
      return !this.#isPaused;
    }
    if (this.#reader !== undefined) {
      this.#reader.resolve({ done: false, value: chunk });
      this.#reader = undefined;
      return true;
    }
    this.#chunks.push(chunk);
    this.#held += chunk.byteLength;
    this.#isPaused = this.#held >= HELD_BYTES;
    return !this.#isPaused;
  }

  onComplete(): void {
    this.#isOver = true;
    this.#reader?.resolve(END);
    this.#sink?.end();
  }

  onError(error: Error): void {
    this.#isOver = true;
    this.#error = error;
    // Only the first of the two that hears of it is waiting.
    this.#failed(error);
    this.#reader?.reject(error);
    this.#sink?.failed(error);
  }
}

/** Each character is one byte (ISO 8859-1). */
function headersOf(raw: readonly Buffer[]): HeaderPairs {
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    pairs.push([raw[at]?.toString('latin1') ?? '', raw[at + 1]?.toString('latin1') ?? '']);
  }
  return pairs;
}
