import { constants } from 'node:os';
import { PartialError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/** A signal while a command reads what it prints at its end: it prints what came. The next one ends it at once. */
export class Interruption {
  readonly #stop = new AbortController();
  readonly #takeSignals: CommandContext['takeSignals'];
  #awaited: readonly string[] = [];
  #missing: readonly string[] = [];
  #code: number | undefined;

  /** Aborted by the first signal. */
  readonly signal = this.#stop.signal;

  /** From now on signals stop the reading. */
  constructor({ takeSignals }: Pick<CommandContext, 'takeSignals'>) {
    this.#takeSignals = takeSignals;
    takeSignals((signal) => {
      takeSignals(undefined);
      this.#code = 128 + constants.signals[signal];
      this.#missing = this.#awaited;
      this.#stop.abort(new Error(signal));
    });
  }

  /** Whom the command waits for. */
  awaiting(providers: readonly string[]): void {
    this.#awaited = providers;
  }

  /** The exit code that the signal asks for; undefined when none came. */
  get code(): number | undefined {
    return this.#code;
  }

  /** What is to be said of it. */
  get error(): PartialError {
    const who = this.#missing.length === 0 ? '' : ` while waiting for ${this.#missing.join(', ')}`;
    return new PartialError(`The listing is incomplete: it was interrupted${who}.`, {
      unsaid: this.#missing.map((provider) => ({ provider, reason: 'interrupted' })),
    });
  }

  /** All has been read: signals end the command again. */
  end(): void {
    this.#takeSignals(undefined);
  }
}
