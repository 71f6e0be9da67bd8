import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Durations } from '../../src/proxy/durations.ts';

const named = { name: 'x_seconds', help: 'How long', labelNames: ['service', 'provider'] };
const bounds = [0.005, 0.5, 1, 30];

describe('a histogram of seconds', () => {
  it('reads as prom-client would write it', async () => {
    const registry = new Registry();
    const theirs = new Histogram({ ...named, buckets: bounds, registers: [registry] });
    const ours = new Durations({ ...named, bounds });
    const seen = [0, 0.005, 0.0051, 0.5, 0.75, 1, 29, 30, 31, 1000];
    for (const provider of ['home', 'sp "b"\\\n']) {
      for (const seconds of seen) {
        theirs.observe({ service: 'image', provider }, seconds);
        ours.observe(seconds, 'image', provider);
      }
    }
    ours.observe(2, 'image', 'third');
    theirs.observe({ service: 'image', provider: 'third' }, 2);
    const sorted = (text: string) => text.trimEnd().split('\n').sort();
    expect(sorted(ours.text())).toEqual(sorted(await registry.metrics()));
  });

  it('is there before anything was seen', () => {
    expect(new Durations({ ...named, bounds }).text()).toBe('# HELP x_seconds How long\n# TYPE x_seconds histogram\n');
  });
});
