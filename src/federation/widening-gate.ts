import type { Clock } from '../ports/clock.ts';
import { Gate } from './gate.ts';

export interface WideningGateOptions {
  /** How many may run at once in the beginning. */
  readonly width: number;
  /** How many may at most. */
  readonly most: number;
  readonly clock: Clock;
}

/** Work as quick as this has not waited for other work, whatever the fastest took. Milliseconds. */
const QUICK_MS = 30;

/** Work that takes so many times as long as the fastest so far has waited for other work. */
const QUEUED = 1.5;

/**
 * Lets some pieces of work run at once; the others wait in order. Where more of them at once does not make each of
 * them slower, more are let in: whoever does the work has room for them.
 */
export class WideningGate {
  readonly #gate: Gate;
  readonly #most: number;
  readonly #clock: Clock;
  #width: number;
  #fastestMs = Number.POSITIVE_INFINITY;

  constructor({ width, most, clock }: WideningGateOptions) {
    this.#gate = new Gate(width);
    this.#width = width;
    this.#most = most;
    this.#clock = clock;
  }

  pass<T>(work: () => Promise<T>): Promise<T> {
    return this.#gate.pass(async () => {
      const began = this.#clock.now();
      const done = await work();
      this.#took(this.#clock.now() - began);
      return done;
    });
  }

  #took(ms: number): void {
    this.#fastestMs = Math.min(this.#fastestMs, ms);
    const isQueued = ms > Math.max(QUEUED * this.#fastestMs, QUICK_MS);
    if (isQueued || this.#gate.waiting === 0 || this.#width === this.#most) return;
    this.#width += 1;
    this.#gate.widen();
  }
}
