import { Counter, type Registry } from 'prom-client';
import { ByLabels } from './by-labels.ts';

/** What a counter is called, and by what it counts. */
export interface TallyOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registers: Registry[];
}

/**
 * A counter for what happens thousands of times a second: what it counts reaches prom-client, which makes an object and
 * a key of its labels each time, only when somebody reads it.
 */
export class Tally {
  readonly #counts = new ByLabels(() => ({ count: 0 }));

  constructor({ name, help, labelNames, registers }: TallyOptions) {
    const counts = this.#counts;
    new Counter<string>({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      collect() {
        this.reset();
        for (const [values, { count }] of counts) this.labels(...values).inc(count);
      },
    });
  }

  /** One more of these. @param values of the labels, in their order */
  add(...values: string[]): void {
    this.#counts.at(...values).count += 1;
  }
}
