import { expect, it, onTestFinished } from 'vitest';
import { Federation } from '../../src/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { collected } from './clouds.ts';

it('gives the region of what it lists, shows and locates at a provider with several', async () => {
  const regions = { 'sp-a': ['RegionA', { name: 'RegionTwo', shared: ['block-storage', 'image', 'network'] }] };
  const sandbox = await startSandbox({ regions });
  const env = { ...sandbox.env('alice'), HOME: '/nonexistent' };
  const federation = await Federation.open({ env, cwd: '/nonexistent', retries: 0, memory: 'memory' });
  onTestFinished(async () => {
    await federation.close();
    await sandbox.close();
  });
  const servers = await collected(federation.list('server', { providers: ['sp-a'] }));
  expect(new Set(servers.map(({ region }) => region))).toEqual(new Set(['RegionA', 'RegionTwo']));
  const there = servers.find(({ region }) => region === 'RegionTwo');
  const id = String(there?.item.id);
  expect(await federation.show('server', id)).toMatchObject({ provider: 'sp-a', region: 'RegionTwo', item: { id } });
  expect(await federation.locate('server', id)).toMatchObject({ provider: 'sp-a', region: 'RegionTwo' });
  const narrowed = await collected(federation.list('server', { regions: ['RegionTwo'] }));
  expect(narrowed.map(({ region }) => region)).toEqual(narrowed.map(() => 'RegionTwo'));
  expect(narrowed.map(({ item }) => item.id)).toContain(id);
});
