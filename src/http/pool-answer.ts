import type { Dispatcher } from 'undici';
import type { BodySink, HeaderPairs } from '../ports/http.ts';
import { PieceQueue } from './piece-queue.ts';
import type { Stop } from './stop.ts';
import type { WireResponse } from './wire.ts';

/** undici reads no more from a connection while so many bytes were not taken yet. */
const HELD_BYTES = 64 * 1024;

/**
 * One answer, as undici's dispatcher tells it: the head for whoever waits for it, the body as it is asked for.
 *
 * The names are those that undici's own `request` uses. The newer ones (`onResponseStart`…) would make an object of
 * every head, in which order and repetitions are lost.
 */
export class PoolAnswer implements Dispatcher.DispatchHandler, WireResponse {
  readonly body = new PieceQueue(() => this.#goOn());
  status = 0;
  statusText = '';
  headers: HeaderPairs = [];
  readonly #answered: (response: WireResponse) => void;
  readonly #failed: (error: Error) => void;
  readonly #stop: Stop;
  #abort: ((error?: Error) => void) | undefined;
  #resume: () => void = () => {};
  #isPaused = false;
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

  /** Close the connection, unless the answer is complete. */
  abandon(): void {
    this.#abort?.(new Error('the rest of the answer is not wanted'));
  }

  flow(sink: BodySink): () => void {
    this.#sink = sink;
    let isMoreWanted = true;
    for (const piece of this.body.takeAll()) isMoreWanted = sink.data(piece);
    if (this.body.error !== undefined) sink.failed(this.body.error);
    else if (this.body.isOver) sink.end();
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
    this.body.put(chunk);
    this.#isPaused = this.body.bytes >= HELD_BYTES;
    return !this.#isPaused;
  }

  onComplete(): void {
    this.body.end();
    this.#sink?.end();
  }

  onError(error: Error): void {
    // Only the first of the two that hears of it is waiting.
    this.#failed(error);
    this.body.end(error);
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
