import { existsSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDiskLocations } from '../../src/store/disk-locations.ts';
import { openDiskTokens } from '../../src/store/disk-tokens.ts';
import { tokenKey } from '../../src/store/token-key.ts';
import { allOf } from './locations.conformance.ts';
import { processes } from './processes.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const { path, warn, warnings } = temporaryDirectory();
const start = processes();
const PATIENCE_MS = 240_000;
const sealKey = tokenKey(Buffer.alloc(32), 'identity', Buffer.from('secret'));

async function atOnce(count: number, script: string): Promise<string[]> {
  const all = Array.from({ length: count }, (_, index) => start(script, path('store'), String(index)).finished);
  const finished = await Promise.all(all);
  expect(finished.filter(({ end }) => end !== 0)).toEqual([]);
  return finished.flatMap(({ lines }) => lines);
}

describe('many processes at once', () => {
  it('lose none of 200 locations that 4 of them put', { timeout: PATIENCE_MS }, async () => {
    const said = await atOnce(
      4,
      `const store = stores.openDiskLocations({ directory, warn });
       for (let index = 0; index < 50; index += 1) await store.put([entry(args[0] + '/' + index)]);`,
    );
    expect(said).toEqual([]);
    expect(await allOf(openDiskLocations({ directory: path('store'), warn }))).toHaveLength(200);
    expect(warnings).toEqual([]);
  });

  it('lose and spoil nothing when 50 put, find and forget while lines are moved', {
    timeout: PATIENCE_MS,
  }, async () => {
    // Long lines, so that they are moved many times.
    const said = await atOnce(
      50,
      `const store = stores.openDiskLocations({ directory, warn });
       const provider = 'p'.repeat(3500);
       for (let index = 0; index < 8; index += 1) {
         const id = args[0] + '/' + index;
         await store.put([entry(id, provider), entry('all', 'sp-' + args[0])]);
         const found = await store.find(id);
         if (found.length !== 1 || found[0].location.provider !== provider) say('not found: ' + id);
         if ((await store.find('all')).length !== 1) say('not found: all');
         if (index % 4 === 0) {
           await store.forget('server', id);
           if ((await store.find(id)).length !== 0) say('not forgotten: ' + id);
         }
       }`,
    );
    expect(said).toEqual([]);
    const store = openDiskLocations({ directory: path('store'), warn });
    expect((await allOf(store)).length).toBe(50 * 6 + 1);
    expect(await store.find('49/7')).toHaveLength(1);
    expect(await store.find('49/4')).toHaveLength(0);
    expect(warnings).toEqual([]);
    expect(existsSync(path('store', 'shards'))).toBe(true);
    expect(readdirSync(path('store'), { recursive: true }).filter((name) => /tmp|damaged/.test(String(name)))).toEqual(
      [],
    );
  });

  it('never read half a token, and leave the last of each key', { timeout: PATIENCE_MS }, async () => {
    const said = await atOnce(
      8,
      `const store = stores.openDiskTokens({ directory, key: sealKey, warn, clock });
       for (let index = 0; index < 40; index += 1) {
         const key = 'key ' + (index % 3);
         const value = await store.get(key);
         if (value === undefined ? index >= 3 : value.text.length !== 20_000) say('read ' + JSON.stringify(value));
         await store.put(key, { text: args[0].repeat(20_000) }, Date.now() + 3_600_000);
       }`,
    );
    expect(said).toEqual([]);
    const store = openDiskTokens({
      directory: path('store'),
      key: sealKey,
      warn,
      clock: { now: () => Date.now() },
    });
    expect(await store.get('key 2')).toEqual({ text: expect.stringMatching(/^(.)\1{19999}$/) });
    expect(readdirSync(path('store')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('agree on the key of the machine', { timeout: PATIENCE_MS }, async () => {
    const said = await atOnce(
      8,
      `for (let index = 0; index < 150; index += 1) {
         const { bytes } = stores.localKey({ directory: directory + '/' + index, warn });
         say(index + ' ' + Buffer.from(bytes).toString('hex'));
       }`,
    );
    expect(said).toHaveLength(8 * 150);
    expect(new Set(said).size).toBe(150);
    expect(said[0]).toMatch(/^0 [0-9a-f]{64}$/);
  });
});

describe('a process that is killed while it writes', () => {
  it('leaves locations that work, with all that it had put, 30 times', { timeout: PATIENCE_MS }, async () => {
    const put: string[] = [];
    let round = 0;
    // Numbers without a pattern, the same each time: how many puts to wait for before the kill.
    const patience = (): number => 3 + ((round * 7919) % 97);
    for (; round < 30; round += 1) {
      const child = start(
        `const store = stores.openDiskLocations({ directory, warn });
         const provider = 'p'.repeat(3000);
         for (let index = 0; ; index += 1) {
           const id = args[0] + '/' + index;
           await store.put([entry(id, provider)]);
           say(id);
         }`,
        path('store'),
        String(round),
      );
      const left = { count: patience() };
      child.onLine((_line, self) => {
        left.count -= 1;
        if (left.count === 0) self.kill('SIGKILL');
      });
      const { lines, end } = await child.finished;
      expect(end).toBe('SIGKILL');
      put.push(...lines);
    }
    expect(put.filter((line) => line.startsWith('WARNING'))).toEqual([]);
    const store = openDiskLocations({ directory: path('store'), warn });
    const found = new Set((await allOf(store)).map(({ id }) => id));
    expect(put.filter((id) => !found.has(id))).toEqual([]);
    expect(await store.find(put.at(-1) ?? '')).toHaveLength(1);
    // Whatever the last of them left, lines are moved again.
    const provider = 'p'.repeat(3000);
    for (let index = 0; index < 200; index += 1) {
      await store.put([{ type: 'server', id: `after/${index}`, location: { provider, projectId: 'p' } }]);
    }
    expect(statSync(path('store', 'recent'), { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(40_000);
    expect(['recent', 'retired', 'shards']).toEqual(expect.arrayContaining(readdirSync(path('store'))));
    expect(warnings).toEqual([]);
  });

  it('leaves tokens that work, 15 times', { timeout: PATIENCE_MS }, async () => {
    for (let round = 0; round < 15; round += 1) {
      const child = start(
        `const store = stores.openDiskTokens({ directory, key: sealKey, warn, clock });
         for (;;) {
           await store.put('home', { text: args[0].repeat(30_000) }, Date.now() + 3_600_000);
           say('put');
         }`,
        path('store'),
        String(round % 10),
      );
      const left = { count: 1 + ((round * 7919) % 23) };
      child.onLine((_line, self) => {
        left.count -= 1;
        if (left.count === 0) self.kill('SIGKILL');
      });
      expect((await child.finished).lines.filter((line) => line !== 'put')).toEqual([]);
      const store = openDiskTokens({
        directory: path('store'),
        key: sealKey,
        warn,
        clock: { now: () => Date.now() },
      });
      expect(await store.get('home')).toEqual({ text: String(round % 10).repeat(30_000) });
    }
    expect(warnings).toEqual([]);
  });
});
