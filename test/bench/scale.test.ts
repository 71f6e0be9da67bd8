import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Counts = Readonly<Record<string, number>>;
interface Result {
  readonly home: Counts;
  readonly providers: readonly Counts[];
}
interface Limit {
  readonly name: string;
  readonly users: number;
}

/** The benchmarks are plain JavaScript, and have no types. */
const load = (file: string): Promise<Record<string, unknown>> =>
  import(new URL(`../../bench/scale/${file}`, import.meta.url).href);

const { simulate } = (await load('model.mjs')) as { simulate(p: object, options: object): Result };
const { limits } = (await load('limits.mjs')) as { limits(result: Result, p: object): readonly Limit[] };
const { values, ways, parameters } = (await load('parameters.mjs')) as {
  values: Record<string, number>;
  ways: readonly [object, object];
  parameters: Record<string, { value: number | number[] }>;
};
const small = { ...values, ...ways[1], users: 2000, providers: 40 };
const play = (changes: object = {}, seed = 1) => simulate({ ...small, ...changes }, { seed, sample: 60 });
const at = ({ providers }: Result, step: string) => providers.reduce((sum, counts) => sum + (counts[step] ?? 0), 0);

describe('the model of bench/scale', () => {
  it('gives the same for the same seed, and something else for another', () => {
    expect(play()).toEqual(play());
    expect(play({}, 2)).not.toEqual(play());
  });

  it('presents each assertion once, and asks for a token once with each', () => {
    for (const way of ways) {
      const result = play(way);
      expect(result.home.assertion).toBeGreaterThan(0);
      expect(at(result, 'present')).toBeCloseTo(result.home.assertion ?? 0, 6);
      expect(at(result, 'federated-token')).toBeCloseTo(result.home.assertion ?? 0, 6);
    }
  });

  it('asks for fewer assertions the longer tokens live, the longer refusals are kept and the fewer are asked', () => {
    const assertions = (changes: object) => play(changes).home.assertion ?? 0;
    const own = { proxy: 0, command: 0 };
    expect(assertions({ asked: own, lifetime: 8 * 3600 })).toBeLessThan(assertions({ asked: own }));
    expect(assertions({ refusal: 24 * 3600, refusalsShared: true })).toBeLessThan(assertions({}));
    expect(assertions({ asked: { proxy: 20, command: 20 } })).toBeLessThan(assertions({}));
  });

  it('probes less the more ids are known', () => {
    expect(at(play({ newShare: 0.1 }), 'probe')).toBeLessThan(at(play({ newShare: 0.9 }), 'probe'));
  });

  it('asks services the same whether or not strangers are asked', () => {
    const own = play({ asked: { proxy: 0, command: 0 } });
    for (const step of ['probe', 'list', 'forward']) expect(at(own, step)).toBeCloseTo(at(play(), step), 6);
  });

  it('finds ends that do not depend on how many users there are', () => {
    const ends = (users: number) => {
      const p = { ...small, users };
      return limits(simulate(p, { seed: 1, sample: 60 }), p);
    };
    const doubled = new Map(ends(4000).map(({ name, users }) => [name, users]));
    for (const { name, users } of ends(2000)) expect(doubled.get(name)).toBeCloseTo(users, 3);
  });
});

describe('docs/scale.md', () => {
  it('has every parameter with the value that the model has', () => {
    const text = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');
    for (const [name, { value }] of Object.entries(parameters)) {
      const shown = Array.isArray(value) ? value.join(' : ') : value.toLocaleString('en');
      expect(text).toContain(`| \`${name}\` | ${shown} |`);
    }
  });
});
