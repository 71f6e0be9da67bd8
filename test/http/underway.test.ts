import { describe, expect, it } from 'vitest';
import { Underway } from '../../src/http/underway.ts';

describe('what is under way', () => {
  it('is cancelled, but for what is over', () => {
    const underway = new Underway();
    const cancelled: string[] = [];
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => underway.add(() => cancelled.push(name)));
    for (const each of [b, d, b, d]) if (each !== undefined) underway.remove(each);
    underway.cancelAll();
    expect(cancelled.sort()).toEqual(['a', 'c']);
    for (const each of [a, c]) if (each !== undefined) underway.remove(each);
    underway.cancelAll();
    expect(cancelled).toHaveLength(2);
  });

  it('may take itself out, and others, while all is cancelled', () => {
    const underway = new Underway();
    let cancelled = 0;
    const entries = Array.from({ length: 3 }, () =>
      underway.add(() => {
        cancelled += 1;
        for (const entry of entries) underway.remove(entry);
      }),
    );
    underway.cancelAll();
    expect(cancelled).toBe(3);
  });
});
