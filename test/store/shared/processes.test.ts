import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processes } from '../processes.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { type CacheKind, type CacheServerProcess, describeWith, startServer } from './servers.ts';

const { path } = temporaryDirectory();
const start = processes();
const keyText = randomBytes(32).toString('base64');
const preamble = `
const memory = await stores.openSharedMemory({ url: args[0], keyText: args[1], warn, clock, timeoutMs: 10_000 });
const tokens = memory.tokens('alice');
`;

describeWith('memcached', 'processes that share memcached', () => suite('memcached'));
describeWith('redis', 'processes that share Redis', () => suite('redis'));

function suite(kind: CacheKind): void {
  let server: CacheServerProcess;
  beforeAll(async () => {
    server = await startServer(kind);
  });
  afterAll(() => server.stop());

  const run = async (script: string, url = server.url) => start(preamble + script, path(), url, keyText).finished;

  it('know what the others put, and end after they close it', async () => {
    const put = await run(`
      await tokens.put('home', { secret: 'x' }, Date.now() + 60_000);
      await memory.close();`);
    expect(put).toEqual({ lines: [], end: 0 });
    const got = await run(`
      say(JSON.stringify(await tokens.get('home')));
      await memory.close();`);
    expect(got).toEqual({ lines: ['{"secret":"x"}'], end: 0 });
  });

  it('end also when nobody closes it', async () => {
    expect(await run(`await tokens.get('home');`)).toEqual({ lines: [], end: 0 });
  });

  it('end when the server is away, with one warning', async () => {
    const { lines, end } = await run(
      `for (let index = 0; index < 9; index += 1) await tokens.put('home', index, Date.now() + 60_000);
       say(String(await tokens.get('home')));`,
      `${kind}://127.0.0.1:1`,
    );
    expect(lines).toEqual([expect.stringMatching(/^WARNING The shared memory at .*ECONNREFUSED/), '8']);
    expect(end).toBe(0);
  });

  it('give one of many the claim to make a token', async () => {
    const all = await Promise.all(
      Array.from({ length: 4 }, () => run(`say(String((await tokens.claim('new', 60_000)) !== undefined));`)),
    );
    expect(all.flatMap(({ lines }) => lines).filter((line) => line === 'true')).toHaveLength(1);
  });
}
