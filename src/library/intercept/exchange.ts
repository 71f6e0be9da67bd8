import type { Dispatcher } from 'undici';
import type { HeaderPairs, ResponseBody } from '../../ports/http.ts';

/** An answer to be given to one who called undici. */
export interface Delivery {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderPairs;
  readonly body: ResponseBody;
}

/**
 * undici's side of one request that we answer: what its handler is told, and what the caller wants (abort, pause).
 * Handlers of both kinds are served: undici 7 has `onRequestStart` and so on, undici 6 (the `fetch` of Node.js 20)
 * `onConnect` and so on.
 */
export class Exchange implements Dispatcher.DispatchController {
  rawHeaders: Buffer[] | null = null;
  rawTrailers: Buffer[] | null = null;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #isNew: boolean;
  readonly #stopped = new AbortController();
  #paused = false;
  #resumed: () => void = () => {};

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
    this.#isNew = typeof handler.onRequestStart === 'function';
  }

  /** Fires when the caller gives up. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  get aborted(): boolean {
    return this.signal.aborted;
  }

  get reason(): Error | null {
    return this.aborted ? (this.signal.reason as Error) : null;
  }

  get paused(): boolean {
    return this.#paused;
  }

  abort(reason?: Error): void {
    this.#stopped.abort(reason ?? new DOMException('The request was aborted.', 'AbortError'));
    this.resume();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#resumed();
  }

  /** From now on the caller can abort. */
  start(): void {
    if (this.#isNew) this.#handler.onRequestStart?.(this, {});
    else this.#handler.onConnect?.((reason) => this.abort(reason));
  }

  /** Give the answer as fast as the caller takes it. @throws what breaks the body, or the reason of an abort */
  async deliver({ status, statusText, headers, body }: Delivery): Promise<void> {
    try {
      this.#head(status, statusText, headers);
      await this.#flowing();
      for await (const chunk of body) {
        this.#data(chunk);
        await this.#flowing();
      }
      this.signal.throwIfAborted();
    } catch (error) {
      body.discard();
      throw error;
    }
    if (this.#isNew) this.#handler.onResponseEnd?.(this, {});
    else this.#handler.onComplete?.([]);
  }

  fail(error: unknown): void {
    const failure = error instanceof Error ? error : new Error('The request failed.', { cause: error });
    if (this.#isNew) this.#handler.onResponseError?.(this, failure);
    else this.#handler.onError?.(failure);
  }

  #head(status: number, statusText: string, headers: HeaderPairs): void {
    this.rawHeaders = headers.flatMap((pair) => pair.map((text) => Buffer.from(text, 'latin1')));
    if (this.#isNew) {
      this.#handler.onResponseStart?.(this, status, incoming(headers), statusText);
    } else if (this.#handler.onHeaders?.(status, this.rawHeaders, () => this.resume(), statusText) === false) {
      this.pause();
    }
  }

  #data(chunk: Uint8Array): void {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#isNew) this.#handler.onResponseData?.(this, buffer);
    else if (this.#handler.onData?.(buffer) === false) this.pause();
  }

  async #flowing(): Promise<void> {
    this.signal.throwIfAborted();
    if (!this.#paused) return;
    await new Promise<void>((resolve) => {
      this.#resumed = resolve;
    });
    this.signal.throwIfAborted();
  }
}

/** As Node.js has headers: names in lower case, an array where a line was repeated. */
function incoming(headers: HeaderPairs): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = found[key];
    found[key] = before === undefined ? value : [before, value].flat();
  }
  return found;
}
