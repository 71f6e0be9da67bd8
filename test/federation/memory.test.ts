import { describe, expect, it } from 'vitest';
import { TransportError } from '../../src/errors.ts';
import type { Home } from '../../src/federation/home.ts';
import { Memory } from '../../src/federation/memory.ts';
import type { Roster } from '../../src/federation/roster.ts';
import type { LocationEntry, LocationStore } from '../../src/ports/memory.ts';

const entry: LocationEntry = { type: 'volume', id: 'v', location: { provider: 'own', projectId: 'p' } };

function memoryOf(who: () => Promise<{ userId: string; projectId: string }>) {
  const put: LocationEntry[] = [];
  const home = { authUrl: 'http://home.example/v3', who } as unknown as Home;
  const store = { put: async (entries: LocationEntry[]) => void put.push(...entries) } as unknown as LocationStore;
  return { memory: new Memory(home, {} as Roster, () => store), put };
}

describe('what listings teach', () => {
  it('is remembered for whom home says', async () => {
    const { memory, put } = memoryOf(async () => ({ userId: 'u', projectId: 'p' }));
    await memory.put([entry]);
    expect(put).toEqual([entry]);
  });

  it('is let go where home cannot say who the user is, and no failure of the listing', async () => {
    const down = new TransportError('down', { provider: 'home', reason: 'connect', url: '' });
    const { memory, put } = memoryOf(() => Promise.reject(down));
    await memory.put([entry]);
    expect(put).toEqual([]);
  });
});

it('is opened once home is back', async () => {
  const down = new TransportError('down', { provider: 'home', reason: 'connect', url: '' });
  let isDown = true;
  const { memory, put } = memoryOf(() =>
    isDown ? Promise.reject(down) : Promise.resolve({ userId: 'u', projectId: 'p' }),
  );
  await expect(memory.store()).rejects.toBe(down);
  isDown = false;
  await memory.put([entry]);
  expect(put).toEqual([entry]);
});
