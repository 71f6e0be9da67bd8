import { Chain, type Link } from './chain.ts';
import { monotonicMs } from './monotonic.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Which deadline passed: that for doing nothing, or that for the whole answer. */
export type Passed = 'idle' | 'whole';

/**
 * The deadlines of all exchanges of a sender, which are equally long: how long the other side may do nothing while
 * something is expected of it, and how long a whole answer may be waited for. One timer serves them all, as thousands
 * begin and end before one of them passes.
 */
export class IdleWatches {
  /** Milliseconds that the other side may do nothing. */
  readonly ms: number;
  /** Milliseconds that an answer of which the end is expected may be waited for altogether. */
  readonly wholeMs: number;
  readonly #all = new Chain<IdleWatch>();
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, wholeMs: number = Number.POSITIVE_INFINITY) {
    this.ms = ms;
    this.wholeMs = wholeMs;
  }

  /** @returns what to hand to `end` */
  begin(watch: IdleWatch): Link<IdleWatch> {
    if (this.#timer === undefined) this.#wind(this.#shortest);
    else if (this.#all.isEmpty) this.#timer.ref();
    return this.#all.add(watch);
  }

  end(link: Link<IdleWatch>): void {
    this.#all.remove(link);
    // It may run on, but no process must wait for it.
    if (this.#all.isEmpty) this.#timer?.unref();
  }

  #wind(ms: number): void {
    // Timers come before sockets in a turn of the event loop: when the process was stopped meanwhile (Ctrl-Z, a computer
    // that slept), what has come since then is read first.
    this.#timer = setTimeout(() => setImmediate(() => this.#ring()), ms);
  }

  #ring(): void {
    this.#timer = undefined;
    const now = monotonicMs();
    let next = this.#shortest;
    for (const watch of this.#all.values()) {
      const left = watch.leftAt(now);
      if (left > 0) next = Math.min(next, left);
      else watch.expire(now);
    }
    if (!this.#all.isEmpty) this.#wind(Math.ceil(next));
  }

  get #shortest(): number {
    return Math.min(this.ms, this.wholeMs);
  }
}

/**
 * The deadlines of one exchange. Time in which nothing can come because we do not read, or have nothing to send yet, does
 * not count.
 */
export class IdleWatch {
  readonly #watches: IdleWatches;
  readonly #expired: (passed: Passed) => void;
  #link: Link<IdleWatch> | undefined;
  #isOver = false;
  #since = 0;
  /** Milliseconds in which something was expected, before `#since`. */
  #waited = 0;
  #isEndExpected = false;
  #answerAwaited = false;
  #sourceAwaited = false;

  /** @param expired called once, when a deadline has passed */
  constructor(watches: IdleWatches, expired: (passed: Passed) => void) {
    this.#watches = watches;
    this.#expired = expired;
  }

  /** Whether the answer's head, or more of its body, is being waited for. */
  answerAwaited(awaited: boolean): void {
    const now = this.#now();
    this.#answerAwaited = awaited;
    this.#restart(now);
  }

  /** Whether the caller's own stream is being waited for; false says that the last piece went out, too. */
  sourceAwaited(awaited: boolean): void {
    const now = this.#now();
    this.#sourceAwaited = awaited;
    this.#restart(now);
  }

  /** From now on the answer has a deadline for its end, too, which counts from the beginning of the exchange. */
  expectEnd(): void {
    this.#isEndExpected = true;
  }

  /** Milliseconds until a deadline passes, by the clock of monotonic.ts; without end while nothing is expected. */
  leftAt(now: number): number {
    return this.#isExpecting ? Math.min(this.#since + this.#watches.ms - now, this.#wholeLeftAt(now)) : NEVER;
  }

  expire(now: number): void {
    const passed = this.#wholeLeftAt(now) > 0 ? 'idle' : 'whole';
    this.stop();
    this.#expired(passed);
  }

  stop(): void {
    this.#isOver = true;
    if (this.#link === undefined) return;
    this.#watches.end(this.#link);
    this.#link = undefined;
  }

  #wholeLeftAt(now: number): number {
    return this.#isEndExpected ? this.#watches.wholeMs - this.#waited - (now - this.#since) : NEVER;
  }

  /** The time, and what was waited until then. */
  #now(): number {
    const now = monotonicMs();
    if (this.#isExpecting) this.#waited += now - this.#since;
    return now;
  }

  #restart(now: number): void {
    this.#since = now;
    if (this.#isOver || !this.#isExpecting) return;
    this.#link ??= this.#watches.begin(this);
  }

  get #isExpecting(): boolean {
    return this.#answerAwaited && !this.#sourceAwaited;
  }
}
