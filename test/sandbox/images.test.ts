import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { call } from '../contract/http.ts';
import { login, type SandboxScope } from './login.ts';

const MiB = 1024 * 1024;
let sandbox: Sandbox;
let scope: SandboxScope;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'fed-test-'));
  process.env.TMPDIR = temporary;
  sandbox = await startSandbox();
  scope = await login(sandbox, 'alice', 'home', 'research');
});

afterAll(async () => {
  await sandbox.close();
  await rm(temporary, { recursive: true });
});

/** A folder for the temporary files of this file's sandboxes alone. */
let temporary: string;
const folders = () => readdir(temporary);

/** The nth MiB of a content that is never whole in memory. */
const piece = (index: number) => Buffer.alloc(MiB, index + 1);

function upload(url: string, pieces: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = {
      'X-Auth-Token': scope.token,
      'Content-Type': 'application/octet-stream',
      'Content-Length': pieces * MiB,
    };
    const sent = request(url, { method: 'PUT', headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    const next = (index: number) => {
      if (index === pieces) sent.end();
      else sent.write(piece(index), () => next(index + 1));
    };
    next(0);
  });
}

function md5Of(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const hash = createHash('md5');
    request(url, { headers: { 'X-Auth-Token': scope.token } }, (response) => {
      response.on('data', (chunk: Buffer) => hash.update(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(hash.digest('hex')));
    }).end();
  });
}

async function image(): Promise<string> {
  const body = { name: 'big', disk_format: 'raw', container_format: 'bare' };
  const made = await call('POST', `${scope.url('image')}/v2/images`, { token: scope.token, body });
  return `${scope.url('image')}/v2/images/${made.json.id}`;
}

describe('an uploaded image', () => {
  it('of more than 64 MiB is kept in a temporary file, comes back whole, and leaves nothing behind', async () => {
    const url = await image();
    const pieces = 70;
    expect(await upload(`${url}/file`, pieces)).toBe(204);
    const whole = createHash('md5');
    for (let i = 0; i < pieces; i++) whole.update(piece(i));
    const expected = whole.digest('hex');
    const shown = await call('GET', url, { token: scope.token });
    expect(shown.json).toMatchObject({ size: pieces * MiB, checksum: expected, status: 'active' });
    expect(await folders()).toEqual([expect.stringMatching(/^fed-sandbox-/)]);
    expect(await md5Of(`${url}/file`)).toBe(expected);
    const part = await call('GET', `${url}/file`, {
      token: scope.token,
      headers: { Range: `bytes=${MiB - 1}-${MiB}` },
    });
    expect([...part.bytes]).toEqual([1, 2]);
    await sandbox.close();
    expect(await folders()).toEqual([]);
    sandbox = await startSandbox();
    scope = await login(sandbox, 'alice', 'home', 'research');
  });

  it('that breaks off in the middle can be uploaded again', async () => {
    const url = await image();
    await new Promise<void>((resolve) => {
      const headers = {
        'X-Auth-Token': scope.token,
        'Content-Type': 'application/octet-stream',
        'Content-Length': 1000,
      };
      const sent = request(`${url}/file`, { method: 'PUT', headers });
      sent.on('error', () => resolve());
      sent.write(Buffer.alloc(10), () => sent.destroy());
      sent.on('close', () => resolve());
    });
    const status = async () => (await call('GET', url, { token: scope.token })).json.status;
    while ((await status()) !== 'queued') await new Promise((resolve) => setImmediate(resolve));
    expect(await upload(`${url}/file`, 1)).toBe(204);
    expect(await status()).toBe('active');
  });
});

describe('an image that was there from the beginning', () => {
  it('has the content that its checksum says', async () => {
    const [first] = (await call('GET', `${scope.url('image')}/v2/images`, { token: scope.token })).json.images;
    expect(await md5Of(`${scope.url('image')}${first.file}`)).toBe(first.checksum);
  });
});
