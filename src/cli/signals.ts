import { constants } from 'node:os';

const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The signals that end a command: the first aborts what it is doing, the second ends the process at once. */
export class Signals {
  readonly #stopped = new AbortController();
  #code: number | undefined;
  #handler: ((signal: NodeJS.Signals) => void) | undefined;

  /** Aborted by the first signal. */
  readonly signal = this.#stopped.signal;

  /** The exit code that a signal asks for; undefined when none came. */
  get code(): number | undefined {
    return this.#code;
  }

  /** Listen to the process. */
  listen(): void {
    for (const signal of STOPPING) process.on(signal, () => this.#received(signal));
  }

  /** From now on the handler deals with them; without one, they end the command again. */
  takeOver(handler: ((signal: NodeJS.Signals) => void) | undefined): void {
    this.#handler = handler;
  }

  #received(signal: (typeof STOPPING)[number]): void {
    if (this.#handler !== undefined) {
      this.#handler(signal);
      return;
    }
    // Who asks twice means it.
    if (this.#code !== undefined) process.exit(this.#code);
    this.#code = 128 + constants.signals[signal];
    this.#stopped.abort(new Error(signal));
  }
}
