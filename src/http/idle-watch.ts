import { Chain, type Link } from './chain.ts';
import { monotonicMs } from './monotonic.ts';

/**
 * The idle deadlines of all exchanges of a sender, which are equally long: how long the other side may do nothing while
 * something is expected of it. One timer serves them all, as thousands begin and end before one of them passes.
 */
export class IdleWatches {
  /** Milliseconds until a deadline passes. */
  readonly ms: number;
  readonly #all = new Chain<IdleWatch>();
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.ms = ms;
  }

  /** @returns what to hand to `end` */
  begin(watch: IdleWatch): Link<IdleWatch> {
    if (this.#timer === undefined) this.#wind(this.ms);
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
    let next = this.ms;
    for (const watch of this.#all.values()) {
      const left = watch.idleFrom + this.ms - now;
      if (left > 0) next = Math.min(next, left);
      else watch.expire();
    }
    if (!this.#all.isEmpty) this.#wind(Math.ceil(next));
  }
}

/**
 * The idle deadline of one exchange. Time in which nothing can come because we do not read, or have nothing to send yet,
 * does not count.
 */
export class IdleWatch {
  readonly #watches: IdleWatches;
  readonly #expired: () => void;
  #link: Link<IdleWatch> | undefined;
  #isOver = false;
  #since = 0;
  #answerAwaited = false;
  #sourceAwaited = false;

  /** @param expired called once, when the deadline has passed */
  constructor(watches: IdleWatches, expired: () => void) {
    this.#watches = watches;
    this.#expired = expired;
  }

  /** Whether the answer's head, or more of its body, is being waited for. */
  answerAwaited(awaited: boolean): void {
    this.#answerAwaited = awaited;
    this.#restart();
  }

  /** Whether the caller's own stream is being waited for; false says that the last piece went out, too. */
  sourceAwaited(awaited: boolean): void {
    this.#sourceAwaited = awaited;
    this.#restart();
  }

  /** Since when nothing has come that was expected, by the clock of monotonic.ts; never, while nothing is. */
  get idleFrom(): number {
    return this.#isExpecting ? this.#since : Number.POSITIVE_INFINITY;
  }

  expire(): void {
    this.stop();
    this.#expired();
  }

  stop(): void {
    this.#isOver = true;
    if (this.#link === undefined) return;
    this.#watches.end(this.#link);
    this.#link = undefined;
  }

  #restart(): void {
    if (this.#isOver || !this.#isExpecting) return;
    this.#since = monotonicMs();
    this.#link ??= this.#watches.begin(this);
  }

  get #isExpecting(): boolean {
    return this.#answerAwaited && !this.#sourceAwaited;
  }
}
