/** Two processes of `fed proxy` behind any balancer: one memory. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Clouds, openClouds } from './clouds.ts';
import { type Place, placeFor } from './fed.ts';

const PATIENCE_MS = 120_000;
const hasMemcached = spawnSync('memcached', ['-V']).status === 0;

let clouds: Clouds;
let alice: Place;
const started: ChildProcess[] = [];

beforeAll(async () => {
  clouds = await openClouds();
  alice = placeFor(clouds.env('alice'));
}, PATIENCE_MS);

afterAll(async () => {
  for (const child of started) await ended(child);
  alice.remove();
  await clouds.close();
});

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function memcachedAt(port: number): Promise<ChildProcess> {
  const child = spawn('memcached', ['-u', 'nobody', '-l', '127.0.0.1', '-p', `${port}`]);
  started.push(child);
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return child;
    await sleep(20);
  }
}

/** A proxy in a process of its own. */
async function proxyWith(memory: string, keyFile: string): Promise<string> {
  const args = ['proxy', '--listen', '127.0.0.1:0', '--memory', memory, '--memory-key-file', keyFile];
  const child = alice.start([...args, '--no-access-log']);
  started.push(child);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  for (;;) {
    const [, url] = /is at (http:\S+)/.exec(said) ?? [];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(`fed proxy ended: ${said}`);
    await Promise.race([once(child.stderr ?? child, 'data'), once(child, 'exit')]);
  }
}

/** Requests that a proxy has made to clouds. */
async function requestsBy(proxy: string): Promise<number> {
  const text = await (await fetch(`${proxy}/metrics`)).text();
  const counts = [...text.matchAll(/^fed_upstream_requests_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

it.runIf(hasMemcached)(
  'what one proxy has learnt, the other needs one request for',
  { timeout: PATIENCE_MS },
  async () => {
    const port = await freePort();
    const cache = await memcachedAt(port);
    const keyFile = join(alice.folder, 'key');
    writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
    const [one, other] = await Promise.all([
      proxyWith(`memcached://127.0.0.1:${port}`, keyFile),
      proxyWith(`memcached://127.0.0.1:${port}`, keyFile),
    ]);
    const token = JSON.parse((await alice.run(['token', 'issue', '-f', 'json'])).stdout) as Record<string, string>;
    const volumes = JSON.parse((await alice.run(['list', 'volumes', '-f', 'json'])).stdout) as Array<
      Record<string, string>
    >;
    const at = (provider: string) => volumes.find(({ fed_provider }) => fed_provider === provider)?.id ?? '';
    const show = async (proxy: string, id: string) => {
      const url = `${proxy}/volume/v3/${token.project_id}/volumes/${id}`;
      const answer = await fetch(url, { headers: { 'X-Auth-Token': token.id ?? '' } });
      const { volume } = (await answer.json()) as { volume?: { id: string } };
      return [answer.status, answer.headers.get('x-fed-provider'), volume?.id];
    };
    const id = at('sp-b');
    expect(await show(one, id)).toEqual([200, 'sp-b', id]);
    expect(await requestsBy(one)).toBeGreaterThan(5);
    // The token is shown to home, and the volume asked for.
    expect(await show(other, id)).toEqual([200, 'sp-b', id]);
    expect(await requestsBy(other)).toBe(2);
    expect(await show(other, id)).toEqual([200, 'sp-b', id]);
    expect(await requestsBy(other)).toBe(3);

    await ended(cache);
    for (const proxy of [one, other]) {
      expect(await show(proxy, id)).toEqual([200, 'sp-b', id]);
      expect(await show(proxy, at('sp-a'))).toEqual([200, 'sp-a', at('sp-a')]);
    }
    await memcachedAt(port);
    for (const proxy of [one, other]) expect(await show(proxy, at('sp-c'))).toEqual([200, 'sp-c', at('sp-c')]);
  },
);
