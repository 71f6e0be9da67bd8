import { ByLabels } from './by-labels.ts';

/** What a histogram of seconds is called, by what it is divided, and how finely. */
export interface DurationsOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Seconds, ascending: up to and including which a bucket counts. */
  readonly bounds: readonly number[];
}

interface Spread {
  /** Of each bound, those above the one before; the last are above all bounds. */
  readonly counts: number[];
  sum: number;
}

/**
 * A histogram for what happens thousands of times a second. prom-client's makes objects and a key of the labels for
 * every observation, and cannot be given what was counted elsewhere, as its counters can.
 */
export class Durations {
  readonly #options: DurationsOptions;
  readonly #spreads: ByLabels<Spread>;

  constructor(options: DurationsOptions) {
    this.#options = options;
    this.#spreads = new ByLabels(() => ({ counts: new Array<number>(options.bounds.length + 1).fill(0), sum: 0 }));
  }

  /** @param values of the labels, in their order */
  observe(seconds: number, ...values: string[]): void {
    const { bounds } = this.#options;
    const spread = this.#spreads.at(...values);
    let at = 0;
    while (seconds > (bounds[at] ?? Number.POSITIVE_INFINITY)) at += 1;
    spread.counts[at] = (spread.counts[at] ?? 0) + 1;
    spread.sum += seconds;
  }

  /** In Prometheus' text format, ending with a line break. */
  text(): string {
    const { name, help, bounds } = this.#options;
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
    for (const [values, { counts, sum }] of this.#spreads) {
      const labels = this.#labelled(values);
      let count = 0;
      counts.forEach((some, at) => {
        count += some;
        lines.push(`${name}_bucket{le="${bounds[at] ?? '+Inf'}",${labels}} ${count}`);
      });
      lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`);
    }
    return `${lines.join('\n')}\n`;
  }

  #labelled(values: readonly string[]): string {
    return this.#options.labelNames.map((label, at) => `${label}="${escaped(values[at] ?? '')}"`).join(',');
  }
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
