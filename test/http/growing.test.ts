import { describe, expect, it } from 'vitest';
import { createGrowing } from '../../src/http/growing.ts';
import type { Engine, WireRequest, WireResponse } from '../../src/http/wire.ts';
import { signal } from './support.ts';

function fake(): Engine & { served: number; closed: number } {
  return {
    served: 0,
    closed: 0,
    exchange() {
      this.served += 1;
      return Promise.resolve({} as WireResponse);
    },
    close() {
      this.closed += 1;
      return Promise.resolve();
    },
  };
}

const request = {} as WireRequest;

describe('an engine that grows', () => {
  it('serves with the first until the second is loaded, and loads that once', async () => {
    const [first, second] = [fake(), fake()];
    const loaded = signal<Engine>();
    let loads = 0;
    const engine = createGrowing(first, 2, () => {
      loads += 1;
      return loaded.fired;
    });
    for (let i = 0; i < 4; i += 1) await engine.exchange(request);
    expect([first.served, second.served]).toEqual([4, 0]);
    loaded.fire(second);
    await new Promise((resolve) => setImmediate(resolve));
    await engine.exchange(request);
    expect([first.served, second.served, loads]).toEqual([4, 1, 1]);
    await engine.close();
    expect([first.closed, second.closed]).toEqual([1, 1]);
  });

  it('goes on with the first when the second cannot be loaded', async () => {
    const first = fake();
    const engine = createGrowing(first, 1, () => Promise.reject(new Error('not installed')));
    for (let i = 0; i < 3; i += 1) await engine.exchange(request);
    expect(first.served).toBe(3);
  });

  it('closes a second engine that comes when everything is closed', async () => {
    const [first, second] = [fake(), fake()];
    const loaded = signal<Engine>();
    const engine = createGrowing(first, 1, () => loaded.fired);
    await engine.exchange(request);
    await engine.close();
    loaded.fire(second);
    await new Promise((resolve) => setImmediate(resolve));
    expect(second.closed).toBe(1);
  });
});
