/** Users whom some providers do not know: for them these are clouds in which they have nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Client, startTestProxy, type TestProxy } from '../support/proxy.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let sandbox: Sandbox;
let proxy: TestProxy;
/** sp-a knows him, sp-b and sp-c do not. */
let bob: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 3 });
  proxy = await startTestProxy(sandbox, { strict: true });
  bob = await proxy.as('bob');
});

afterAll(async () => {
  await proxy.stop();
  await sandbox.close();
});

const requestsAt = (cloud: string) => sandbox.cloud(cloud).requests.length;
const volumes = (rest = '') => `/volumev3/v3/${bob.projectId}/volumes${rest}`;

describe('a user whom a provider does not know', () => {
  it('is told by 404 of what is nowhere, as programs look for names after that', async () => {
    const { status, json } = await bob.get(volumes(`/${UNKNOWN}`));
    expect(status).toBe(404);
    expect(json.itemNotFound.message).toMatch(/not found at home, sp-a; [\s\S]*sp-b/);
  });

  it('is told by the words of the services that know him, where these refuse alike', async () => {
    const aggregate = '/compute/v2.1/os-aggregates/7';
    const refused = await bob.get(aggregate);
    expect([refused.status, refused.json.forbidden?.message]).toEqual([403, expect.stringContaining('os-aggregates')]);
    await sandbox.faults.add({ cloud: 'sp-a', kind: 'status', status: 400, service: 'compute' });
    expect((await bob.get(aggregate)).status).toBe(502);
    await sandbox.faults.clear();
    await sandbox.faults.add({ cloud: 'sp-a', kind: 'catalog', change: 'empty', service: 'compute' });
    const other = await startTestProxy(sandbox);
    expect((await (await other.as('bob')).get(aggregate)).status).toBe(403);
    await other.stop();
    await sandbox.faults.clear();
  });

  it('gets listings, which say who was left out, also where all providers must answer', async () => {
    const { status, headers } = await bob.get(volumes());
    expect(status).toBe(200);
    expect(headers['x-fed-missing']).toBe('sp-b, sp-c');
  });

  it('is not shown there again with each request', async () => {
    await bob.get(volumes());
    const before = requestsAt('sp-b');
    for (let round = 0; round < 5; round += 1) await bob.get(volumes());
    expect(requestsAt('sp-b')).toBe(before);
  });

  it('is told by 502 when a provider that may know something is down', async () => {
    await sandbox.faults.add({ cloud: 'sp-a', kind: 'refuse' });
    expect((await bob.get(volumes(`/${UNKNOWN}`))).status).toBe(502);
    expect((await bob.get(volumes())).status).toBe(502);
    await sandbox.faults.clear();
  });
});

describe('a user who is refused on the way', () => {
  const page = { cloud: 'sp-a', kind: 'status', status: 403, body: 'html' } as const;

  it('by a page of what stands before a Keystone is no stranger there', async () => {
    const other = await startTestProxy(sandbox, { strict: true });
    await sandbox.faults.add({ ...page, path: '/OS-FEDERATION/' });
    const user = await other.as('bob');
    expect((await user.get(volumes(`/${UNKNOWN}`))).status).toBe(502);
    expect((await user.get(volumes())).status).toBe(502);
    await sandbox.faults.clear();
    await other.stop();
  });

  it('by a Keystone that has let him in before is no stranger there', async () => {
    const other = await startTestProxy(sandbox, { strict: true });
    const user = await other.as('bob');
    expect((await user.get(volumes())).status).toBe(200);
    await sandbox.faults.add({ cloud: 'sp-a', kind: 'mapping-knows-nobody' });
    await sandbox.faults.add({ cloud: 'sp-a', kind: 'expired-tokens', times: 1 });
    expect((await user.get(volumes(`/${UNKNOWN}`))).status).toBe(502);
    expect((await user.get(volumes())).status).toBe(502);
    await sandbox.faults.clear();
    await other.stop();
  });
});
