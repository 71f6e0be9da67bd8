import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clearDiskStores } from '../../src/store/clear-disk.ts';
import { openDiskLocations } from '../../src/store/disk-locations.ts';
import { openDiskTokens } from '../../src/store/disk-tokens.ts';
import { tokenKey } from '../../src/store/token-key.ts';
import { allOf, entry } from './locations.conformance.ts';
import { processes } from './processes.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path, warn, warnings } = temporaryDirectory();
const start = processes();
const clock = { now: () => Date.now() };
const sealKey = tokenKey(Buffer.alloc(32), 'identity', Buffer.from('secret'));
const soon = Date.now() + 3_600_000;
const locationsOf = (user: string) => openDiskLocations({ directory: path('locations', user), warn });
const tokensOf = (user: string) => openDiskTokens({ directory: path('tokens', user), key: sealKey, warn, clock });
const clear = () => clearDiskStores({ locations: path('locations'), tokens: path('tokens') }, warn);

/** @returns files below a folder, without those that say nothing of what is remembered */
function filesIn(...folder: string[]): string[] {
  return readdirSync(path(...folder), { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile() && found.name !== 'collected')
    .map(({ name }) => name);
}

describe('clearing what is on disk', () => {
  it('takes the locations and tokens of all users, and what was put aside', async () => {
    for (const user of ['alice', 'bob']) {
      await locationsOf(user).put([entry('one')]);
      await tokensOf(user).put('home', 1, soon);
      writeFileSync(path('locations', user, 'recent.damaged-2025'), '');
      writeFileSync(path('tokens', user, 'salt'), 'fed tokens 1 salt 00\n');
    }
    await clear();
    expect([...filesIn('locations'), ...filesIn('tokens')]).toEqual([]);
    expect(await allOf(locationsOf('alice'))).toEqual([]);
    expect(await tokensOf('bob').get('home')).toBeUndefined();
  });

  it('does nothing where nothing was ever kept', async () => {
    await clear();
    expect(readdirSync(path('.'))).toEqual([]);
  });

  it('is seen by a process that knows everything it has put, and remembers the same again', async () => {
    const [locations, tokens] = [locationsOf('alice'), tokensOf('alice')];
    const many = Array.from({ length: 5000 }, (_, index) => entry(`id-${String(index).padStart(4, '0')}`));
    await locations.put(many);
    await tokens.put('home', 1, soon);
    await clear();
    expect(await allOf(locations)).toEqual([]);
    expect(await tokens.get('home')).toBeUndefined();
    await locations.put(many.slice(0, 3000));
    await tokens.put('home', 2, soon);
    expect(await allOf(locationsOf('alice'))).toEqual(many.slice(0, 3000));
    expect(await tokensOf('alice').get('home')).toBe(2);
    expect(warnings).toEqual([]);
  });

  it('leaves processes that write meanwhile at work, with all that they put afterwards', {
    timeout: 240_000,
  }, async () => {
    const writers = Array.from({ length: 3 }, (_, index) =>
      start(
        `import { existsSync } from 'node:fs';
         const locations = stores.openDiskLocations({ directory: directory + '/locations/alice', warn });
         const tokens = stores.openDiskTokens({
           directory: directory + '/tokens/alice', key: sealKey, warn, clock });
         const put = async (name, provider) => {
           await locations.put([entry(args[0] + '/' + name, provider)]);
           await tokens.put(args[0] + '/' + name % 5, name, Date.now() + 3_600_000);
         };
         let rounds = 0;
         for (; !existsSync(directory + '/stop'); rounds += 1) {
           await put(rounds, 'p'.repeat(3500));
           if (rounds === 0) say('begun');
         }
         for (let name = 0; name < 50; name += 1) await put(name, 'last');`,
        path('.'),
        String(index),
      ),
    );
    await Promise.all(writers.map((writer) => new Promise<void>((resolve) => writer.onLine(() => resolve()))));
    for (let round = 0; round < 100; round += 1) {
      await clear();
      // So that the writers' news come between two.
      await new Promise((resolve) => setImmediate(resolve));
    }
    writeFileSync(path('stop'), '');
    const finished = await Promise.all(writers.map((writer) => writer.finished));
    expect(finished).toEqual(writers.map(() => ({ lines: ['begun'], end: 0 })));
    expect(warnings).toEqual([]);
    const last = (await allOf(locationsOf('alice'))).filter(({ location }) => location.provider === 'last');
    expect(last).toHaveLength(150);
    for (const writer of writers.keys()) expect(await tokensOf('alice').get(`${writer}/4`)).toBe(49);
    expect([...filesIn('locations'), ...filesIn('tokens')].filter((name) => /tmp|damaged/.test(name))).toEqual([]);
    await clear();
    expect(await allOf(locationsOf('alice'))).toEqual([]);
  });
});
