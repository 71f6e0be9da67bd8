import { Counter, type Registry } from 'prom-client';

/** What a counter is called, and by what it counts. */
export interface TallyOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registers: Registry[];
}

/**
 * A counter for what happens thousands of times a second: what it counts reaches prom-client, which makes an object and
 * a key of its labels each time, only when somebody reads it.
 */
export class Tally<Label extends string> {
  readonly #counts = new Map<string, { readonly labels: Record<string, string>; count: number }>();
  readonly #labelNames: readonly Label[];

  constructor({ name, help, labelNames, registers }: TallyOptions<Label>) {
    this.#labelNames = labelNames;
    const counts = this.#counts;
    new Counter<string>({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      collect() {
        this.reset();
        for (const { labels, count } of counts.values()) this.inc(labels, count);
      },
    });
  }

  /** One more of these. @param values of the labels, in their order */
  add(...values: string[]): void {
    const key = values.join('\n');
    const known = this.#counts.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const labels = Object.fromEntries(this.#labelNames.map((label, at) => [label, values[at] ?? '']));
    this.#counts.set(key, { labels, count: 1 });
  }
}
