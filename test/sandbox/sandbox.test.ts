import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/settings.ts';
import { call } from '../contract/http.ts';
import { login } from './login.ts';

const running: Sandbox[] = [];

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

/** Whether anybody listens there. */
function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('a sandbox', () => {
  it('is home and as many providers as were asked for, Shibboleth and mellon in turn', async () => {
    const sandbox = await start({ providers: 4 });
    expect(sandbox.clouds.map(({ name, region, saml }) => [name, region, saml])).toEqual([
      ['home', 'HomeRegion', 'idp'],
      ['sp-a', 'RegionA', 'shibboleth'],
      ['sp-b', 'RegionB', 'mellon'],
      ['sp-c', 'RegionC', 'shibboleth'],
      ['sp-d', 'RegionD', 'mellon'],
    ]);
    expect(sandbox.home).toBe(sandbox.clouds[0]);
    expect(sandbox.cloud('sp-a').projects.map(({ name }) => name)).toEqual([
      'research-one',
      'research-two',
      'teaching-a',
    ]);
    expect(() => sandbox.cloud('nope')).toThrow(RangeError);
  });

  it('goes on when a client goes away in the middle of an assertion', async () => {
    const sandbox = await start({ providers: 1 });
    const { url } = sandbox.cloud('sp-a');
    const { hostname, port } = new URL(url);
    await new Promise<void>((resolve) => {
      const headers = `Host: ${hostname}\r\nContent-Type: application/vnd.paos+xml\r\nContent-Length: 1000`;
      const socket = connect({ host: hostname, port: Number(port) }, () => {
        socket.write(`POST /Shibboleth.sso/SAML2/ECP HTTP/1.1\r\n${headers}\r\n\r\n<S:Envelope`, () =>
          socket.destroy(),
        );
      });
      socket.once('close', () => resolve());
    });
    expect((await call('GET', `${url}/identity/v3`)).status).toBe(200);
  });

  it('has only storage at the third provider', async () => {
    const sandbox = await start({ providers: 3 });
    const scope = await login(sandbox, 'alice', 'sp-c', 'archive');
    expect(scope.catalog.map(({ type }) => type).sort()).toEqual(['block-storage', 'identity', 'image', 'volumev3']);
    expect((await call('GET', `${sandbox.cloud('sp-c').url}/compute/`)).status).toBe(404);
    const volumes = await call('GET', `${scope.url('block-storage')}/volumes/detail`, { token: scope.token });
    expect(volumes.json.volumes.map(({ status }: { status: string }) => status)).toEqual(Array(4).fill('available'));
  });

  it("has versions in the URLs of Image and Network at mellon's providers", async () => {
    const sandbox = await start();
    const scope = await login(sandbox, 'alice', 'sp-b', 'lab');
    expect(scope.url('image')).toBe(`${sandbox.cloud('sp-b').url}/image/v2`);
    expect(scope.url('network')).toBe(`${sandbox.cloud('sp-b').url}/network/v2.0/`);
  });

  it('gives the variables of an openrc', async () => {
    const sandbox = await start();
    expect(sandbox.env('bob')).toEqual({
      OS_AUTH_URL: `${sandbox.home.url}/identity/v3`,
      OS_USERNAME: 'bob',
      OS_PASSWORD: 'bob-secret',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_NAME: 'teaching',
      OS_PROJECT_DOMAIN_NAME: 'Default',
      OS_IDENTITY_API_VERSION: '3',
      OS_REGION_NAME: 'HomeRegion',
    });
    expect(sandbox.env('local', 'sp-b')).toMatchObject({
      OS_USERNAME: 'local',
      OS_PROJECT_NAME: 'lab',
      OS_REGION_NAME: 'RegionB',
    });
    expect(() => sandbox.env('nobody')).toThrow('home has no account nobody');
    expect(() => sandbox.env('alice', 'sp-a')).toThrow('sp-a has no account alice');
  });

  it('has the same ids for the same seed and others for another', async () => {
    const ids = async (seed: number) => {
      const sandbox = await start({ seed });
      const scope = await login(sandbox, 'alice', 'sp-a', 'research-two');
      const volumes = await call('GET', `${scope.url('block-storage')}/volumes`, { token: scope.token });
      return [scope.projectId, ...volumes.json.volumes.map(({ id }: { id: string }) => id)];
    };
    const first = await ids(7);
    expect(new Set(first).size).toBe(5);
    expect(await ids(7)).toEqual(first);
    expect((await ids(8)).filter((id) => first.includes(id))).toEqual([]);
  });

  it('has as many servers and volumes as were asked for, all with different ids', async () => {
    const sandbox = await start({ servers: 60, volumes: 30, pageSize: 1000 });
    const seen = new Set<string>();
    for (const [cloud, project] of [
      ['sp-a', 'research-one'],
      ['sp-a', 'research-two'],
      ['sp-b', 'lab'],
    ] as const) {
      const scope = await login(sandbox, 'alice', cloud, project);
      const servers = await call('GET', `${scope.url('compute')}/servers`, { token: scope.token });
      const volumes = await call('GET', `${scope.url('block-storage')}/volumes`, { token: scope.token });
      expect([servers.json.servers.length, volumes.json.volumes.length]).toEqual([60, 30]);
      for (const { id } of [...servers.json.servers, ...volumes.json.volumes]) seen.add(id);
    }
    expect(seen.size).toBe(3 * 90);
  });

  it('listens on 127.0.0.1 and nowhere else', async () => {
    const sandbox = await start();
    const ports = [...sandbox.clouds.map(({ url }) => url), sandbox.controlUrl].map((url) => Number(new URL(url).port));
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .map(({ address }) => address)
      .filter((address) => address !== '127.0.0.1');
    for (const port of ports) {
      expect(await listens('127.0.0.1', port)).toBe(true);
      for (const host of [...others, '127.0.0.2']) expect(await listens(host, port)).toBe(false);
    }
  });

  it('of 200 providers starts at once, and each of them answers', async () => {
    const sandbox = await start({ providers: 200, servers: 1000 });
    expect(sandbox.clouds).toHaveLength(201);
    expect(new Set(sandbox.clouds.map(({ url }) => url)).size).toBe(201);
    expect(sandbox.clouds.at(-1)).toMatchObject({ name: 'sp-200', region: 'Region200' });
    const scope = await login(sandbox, 'alice', 'sp-200', 'lab-200');
    const page = await call('GET', `${scope.url('compute')}/servers/detail`, { token: scope.token });
    expect(page.json.servers).toHaveLength(25);
  });

  it('is gone when it is closed, also for those who still wait for an answer', async () => {
    const sandbox = await start();
    await sandbox.faults.add({ kind: 'hang' });
    const agent = new Agent({ keepAlive: true });
    const broken = new Promise<string>((resolve) => {
      const waiting = request(`${sandbox.home.authUrl}/auth/projects`, { agent });
      waiting.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      waiting.end();
    });
    while (sandbox.home.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await sandbox.close();
    expect(await broken).toBe('ECONNRESET');
    for (const { url } of sandbox.clouds) expect(await listens('127.0.0.1', Number(new URL(url).port))).toBe(false);
    await sandbox.close();
  });

  it.each([{ providers: -1 }, { servers: 1.5 }, { pageSize: 0 }, { latencyMs: Number.NaN }])(
    'refuses %j',
    async (options) => {
      await expect(startSandbox(options)).rejects.toThrow(RangeError);
    },
  );
});
