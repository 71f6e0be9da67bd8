/**
 * Ends one exchange from outside, once, with the error that the caller is to see. What an AbortController does, but one
 * of these is made for every request, and costs nothing as long as nobody ends it.
 */
export class Stop {
  /** Undefined as long as it goes on. */
  reason: Error | undefined;
  #told: Array<(reason: Error) => void> | undefined;

  now(reason: Error): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    for (const tell of this.#told ?? []) tell(reason);
  }

  /** Be told when it ends, or at once if it has. */
  whenStopped(tell: (reason: Error) => void): void {
    if (this.reason !== undefined) tell(this.reason);
    else if (this.#told === undefined) this.#told = [tell];
    else this.#told.push(tell);
  }
}
