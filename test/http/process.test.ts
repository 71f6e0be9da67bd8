import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, startServer } from '../support/server.ts';

const run = promisify(execFile);

/** Connects ahead, twice, and makes one request; then says what is loaded and what keeps the process running. */
const COMMAND = `
import { createSender } from './sender.mjs';
const { send, preconnect } = createSender({ connectTimeoutMs: 5000, idleTimeoutMs: 60000, answerTimeoutMs: 120000, retries: 2, userAgent: 'x' });
preconnect(process.argv[2], {});
preconnect(process.argv[2], {});
const answer = await send({
  method: 'GET', url: process.argv[2], headers: [], connection: {}, purpose: { provider: 'home', step: 'show' },
});
for await (const _chunk of answer.body);
await new Promise((resolve) => setTimeout(resolve, 20));
console.log(JSON.stringify({
  status: answer.status,
  modules: process.moduleLoadList.filter((name) => /^NativeModule (https|_tls_wrap)$/.test(name)),
  alive: process.getActiveResourcesInfo().filter((name) => /socket|timer|timeout/i.test(name)),
}));
`;

describe('a process that makes one request', () => {
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fed-process-'));
    await build({
      entryPoints: [new URL('../../src/http/sender.ts', import.meta.url).pathname],
      outfile: join(directory, 'sender.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      // Out of reach of this folder: a process that loads it fails.
      external: ['undici'],
    });
    writeFileSync(join(directory, 'command.mjs'), COMMAND);
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('loads neither TLS nor undici for it, and is not kept running by the connection', async () => {
    const server = await startServer(json({}));
    const { stdout } = await run(process.execPath, [join(directory, 'command.mjs'), server.origin]);
    expect(JSON.parse(stdout)).toEqual({ status: 200, modules: [], alive: [] });
    await server.close();
  });
});
