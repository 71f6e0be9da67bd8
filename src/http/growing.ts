import type { Engine } from './wire.ts';

/**
 * An engine that begins with one and goes on with another once there were `after` requests. Nothing waits for the
 * change: until the second is loaded, and for ever if it cannot be, the first serves.
 */
export function createGrowing(first: Engine, after: number, load: () => Promise<Engine>): Engine {
  let current = first;
  let requests = 0;
  let closed = false;

  async function grow(): Promise<void> {
    const second = await load();
    if (closed) await second.close();
    else current = second;
  }

  return {
    exchange(request) {
      requests += 1;
      if (requests === after) grow().catch(() => {});
      return current.exchange(request);
    },
    preconnect: (target, dialer) => current.preconnect?.(target, dialer),
    async close() {
      closed = true;
      await first.close();
      if (current !== first) await current.close();
    },
  };
}
