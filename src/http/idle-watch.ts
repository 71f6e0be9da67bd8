/**
 * The idle deadline of one exchange: how long the other side may do nothing while something is expected of it. Time
 * in which nothing can come because we do not read, or have nothing to send yet, does not count.
 */
export class IdleWatch {
  readonly #ms: number;
  readonly #expired: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #answerAwaited = false;
  #sourceAwaited = false;

  constructor(ms: number, expired: () => void) {
    this.#ms = ms;
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

  stop(): void {
    clearTimeout(this.#timer);
    this.#isOver = true;
  }

  /** One timer serves them all: it is wound up again where something is expected, and runs idly where nothing is. */
  #restart(): void {
    if (this.#isOver || !this.#isExpecting) return;
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#rang(), this.#ms);
    else this.#timer.refresh();
  }

  get #isExpecting(): boolean {
    return this.#answerAwaited && !this.#sourceAwaited;
  }

  #rang(): void {
    this.#timer = undefined;
    if (this.#isExpecting) this.#expired();
  }
}
