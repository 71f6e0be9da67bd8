/** `fed proxy` as operators start it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:https';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { type Clouds, openClouds } from './clouds.ts';
import { type Place, placeFor } from './fed.ts';

let clouds: Clouds;
let place: Place;
let certificates: Certificates;
const children: ChildProcess[] = [];

beforeAll(async () => {
  clouds = await openClouds();
  certificates = makeCertificates();
});

afterAll(async () => {
  certificates.remove();
  await clouds.close();
});

beforeEach(() => {
  const { OS_AUTH_URL = '' } = clouds.env('alice');
  // Where home is, and nothing of anybody's.
  place = placeFor({ OS_AUTH_URL });
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  place.remove();
});

interface Proxy {
  readonly child: ChildProcess;
  readonly url: string;
  readonly stdout: () => string;
  readonly ended: Promise<number | null>;
}

async function start(...args: string[]): Promise<Proxy> {
  const child = place.start(['proxy', '--listen', '127.0.0.1:0', ...args]);
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const found = /export OS_AUTH_URL=(\S+)\/identity\/v3\n/.exec(stderr)?.[1];
      if (found !== undefined) resolve(found);
    });
    ended.then((code) => reject(new Error(`it ended with ${code}: ${stderr}`)), reject);
  });
  return { child, url, stdout: () => stdout, ended };
}

async function refused(...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const { code, stderr } = await place.run(['proxy', ...args]);
  return { code, stderr };
}

describe('fed proxy', () => {
  it('needs to know where home is and nothing else, writes a line for each request, and ends when it is told to', async () => {
    const { child, url, stdout, ended } = await start();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/compute/v2.1/servers`)).status).toBe(401);
    await expect.poll(() => stdout().trim().split('\n').length).toBe(2);
    const lines = stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      { path: '/readyz', status: 200 },
      { path: '/compute/v2.1/servers', status: 401 },
    ]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('can do without an access log', async () => {
    const { child, url, stdout, ended } = await start('--no-access-log');
    await fetch(`${url}/healthz`);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(stdout()).toBe('');
  });

  it('serves HTTPS with a certificate', async () => {
    const { certFile, keyFile } = certificates.issue('IP:127.0.0.1');
    const { url } = await start('--tls-cert', certFile, '--tls-key', keyFile);
    expect(url).toMatch(/^https:/);
    const { readFileSync } = await import('node:fs');
    const request = get(`${url}/healthz`, { ca: readFileSync(certificates.caFile), agent: false });
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
  });

  it('says what is wrong with how it was started', async () => {
    const { url } = await start();
    const taken = new URL(url).host;
    expect(await refused('--listen', taken)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('another program listens there'),
    });
    for (const args of [
      ['--listen', 'http://x'],
      ['--tls-cert', 'only-one.pem'],
      ['--tls-cert', 'no.pem', '--tls-key', 'no.pem'],
      ['--public-url', 'cloud.example'],
      ['--default-provider', '/project'],
      ['--memory', 'memcached://127.0.0.1:1'],
      ['--max-requests', 'many'],
    ]) {
      const { code, stderr } = await refused(...args);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toMatch(/^fed: |^error: /m);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('says that it does not know where home is', async () => {
    const nowhere = placeFor({});
    const { code, stderr } = await nowhere.run(['proxy', '--listen', '127.0.0.1:0']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/OS_AUTH_URL|clouds\.yaml/);
    nowhere.remove();
  });
});
