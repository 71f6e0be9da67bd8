import type { CancelSignal } from '../ports/http.ts';

/**
 * Ends when the client goes away. There is one for every request, and hardly any of them is used: what costs most of an
 * AbortSignal is that it is one, so a real one is made only for those who ask for it.
 */
export class ClientGone implements CancelSignal {
  aborted = false;
  /** None, as a rule, or the one exchange with the cloud that was asked. */
  #listeners: Array<() => void> = [];
  #real: AbortController | undefined;

  /** The client went away, or its request is over. */
  now(): void {
    if (this.aborted) return;
    this.aborted = true;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
    this.#real?.abort(this.reason);
  }

  get reason(): Error | undefined {
    return this.aborted ? new Error('the client went away') : undefined;
  }

  /** The same, for whoever combines signals. */
  get signal(): AbortSignal {
    if (this.#real === undefined) {
      this.#real = new AbortController();
      if (this.aborted) this.#real.abort(this.reason);
    }
    return this.#real.signal;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at !== -1) this.#listeners.splice(at, 1);
  }
}
