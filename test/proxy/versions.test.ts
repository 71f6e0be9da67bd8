import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commonVersions } from '../../src/proxy/versions.ts';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { startTestProxy } from '../support/proxy.ts';
import { json, startServer } from '../support/server.ts';

const ROOT = 'http://proxy.test/compute';

function nova(min: string, max: string, href = 'http://cloud.example:8774/v2.1/') {
  return {
    versions: [
      { id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '', links: [{ rel: 'self', href: 'http://c/v2/' }] },
      { id: 'v2.1', status: 'CURRENT', version: max, min_version: min, links: [{ rel: 'self', href }] },
    ],
  };
}

describe('the versions that all providers share', () => {
  it('are the range of microversions that all of them have', () => {
    const common = commonVersions([nova('2.1', '2.93'), nova('2.1', '2.79'), nova('2.4', '2.100')], ROOT);
    expect(common).toMatchObject({
      versions: [
        { version: '', min_version: '' },
        { version: '2.79', min_version: '2.4' },
      ],
    });
  });

  it('compare numbers, not texts', () => {
    const common = commonVersions([nova('2.1', '2.100'), nova('2.1', '2.93')], ROOT);
    expect(common).toMatchObject({ versions: [{}, { version: '2.93' }] });
  });

  it('are those of home where nothing is common to all', () => {
    const common = commonVersions([nova('2.1', '2.10'), nova('2.20', '2.30')], ROOT);
    expect(common).toMatchObject({ versions: [{}, { version: '2.10', min_version: '2.1' }] });
  });

  it('leave alone a version that others do not have, and documents that are none', () => {
    expect(commonVersions([nova('2.1', '2.93'), { versions: [] }, 'a page', null], ROOT)).toMatchObject({
      versions: [{}, { version: '2.93' }],
    });
    expect(commonVersions([], ROOT)).toBeUndefined();
    expect(commonVersions(['a page'], ROOT)).toBe('a page');
  });

  it("keep each service's own word for the newest", () => {
    const placement = (max: string) => ({
      versions: [{ id: 'v1.0', min_version: '1.0', max_version: max, links: [] }],
    });
    expect(commonVersions([placement('1.39'), placement('1.36')], ROOT)).toEqual(placement('1.36'));
  });

  it('are told one by one, too', () => {
    const one = (version: string) => ({ version: { id: 'v2.1', min_version: '2.1', version } });
    expect(commonVersions([one('2.93'), one('2.60')], ROOT)).toEqual(one('2.60'));
  });

  it('lead to the proxy, whatever host and scheme the cloud writes', () => {
    for (const href of ['http://inside:8774/v2.1', 'https://c.example/compute/v2.1/']) {
      expect(commonVersions([nova('2.1', '2.93', href)], ROOT)).toMatchObject({
        versions: [{}, { links: [{ rel: 'self', href: `${ROOT}/v2.1/` }] }],
      });
    }
    expect(commonVersions([nova('2.1', '2.93', '')], ROOT)).toMatchObject({
      versions: [{}, { links: [{ href: `${ROOT}/` }] }],
    });
  });

  it("are found in Keystone's own shape", () => {
    const keystone = {
      versions: { values: [{ id: 'v3.14', links: [{ rel: 'self', href: 'http://inside:5000/v3/' }] }] },
    };
    expect(commonVersions([keystone], 'http://proxy.test/identity')).toEqual({
      versions: { values: [{ id: 'v3.14', links: [{ rel: 'self', href: 'http://proxy.test/identity/v3/' }] }] },
    });
  });

  it('keep other links', () => {
    const links = [{ rel: 'describedby', href: 'https://docs.openstack.org/' }];
    expect(commonVersions([{ version: { id: 'v3.0', links } }], ROOT)).toEqual({ version: { id: 'v3.0', links } });
  });
});

describe('version documents at the proxy', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(() => sandbox.close());

  it('are asked of all providers, and remembered', async () => {
    const proxy = await startTestProxy(sandbox);
    const alice = await proxy.as('alice');
    sandbox.clearRequests();
    const replies = [
      await alice.get('/compute/v2.1/'),
      await alice.get('/compute/v2.1/'),
      await alice.get('/compute/v2.1'),
    ];
    for (const { status, json: body } of replies) {
      expect(status).toBe(200);
      expect(body.version).toMatchObject({ id: 'v2.1', version: '2.93' });
      expect(body.version.links[0].href).toBe(`${proxy.url}/compute/v2.1/`);
    }
    const asked = sandbox.clouds.flatMap(({ requests }) => requests.filter(({ path }) => path === '/compute/v2.1/'));
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(asked.length).toBeLessThanOrEqual(6);
    await proxy.stop();
  });

  it('have the range that all providers share', async () => {
    // Home's Compute is older than the providers'.
    const older = await startServer(json(nova('2.1', '2.60')));
    const proxy = await startTestProxy(sandbox, { env: { OS_COMPUTE_ENDPOINT_OVERRIDE: `${older.origin}/v2.1` } });
    const alice = await proxy.as('alice');
    expect((await alice.get('/compute/')).json.versions[1]).toMatchObject({ min_version: '2.1', version: '2.60' });
    expect((await alice.get('/compute/', { 'X-Fed-Provider': 'sp-a' })).json.versions[1]).toMatchObject({
      version: '2.93',
    });
    await proxy.stop();
    await older.close();
  });

  it('are not remembered as long as a provider could not say', async () => {
    const older = await startServer(json(nova('2.1', '2.60')));
    const proxy = await startTestProxy(sandbox, { env: { OS_COMPUTE_ENDPOINT_OVERRIDE: `${older.origin}/v2.1` } });
    const alice = await proxy.as('alice');
    const asked = () => older.requests.length;
    await sandbox.faults.add({ kind: 'refuse', cloud: 'sp-b' });
    await alice.get('/compute/');
    await alice.get('/compute/');
    expect(asked()).toBe(2);
    await sandbox.faults.clear();
    await alice.get('/compute/');
    await alice.get('/compute/');
    expect(asked()).toBe(3);
    await proxy.stop();
    await older.close();
  });

  it('are given without a token as home gives them, once it is known where that is', async () => {
    const proxy = await startTestProxy(sandbox);
    const anybody = proxy.bearing(undefined);
    const got = async (path: string) => {
      const { status, json: body } = await anybody.get(path);
      const links = [body.version, ...(body.versions ?? [])].flatMap((each) => each?.links ?? []);
      const self = links.filter(({ rel }: { rel: string }) => rel === 'self').map(({ href }: { href: string }) => href);
      return { status, leadsHere: self.length > 0 && self.every((href: string) => href.startsWith(`${proxy.url}/`)) };
    };
    expect((await anybody.get('/compute/')).status).toBe(401);
    const alice = await proxy.as('alice');
    sandbox.clearRequests();
    expect(await got('/compute/')).toEqual({ status: 200, leadsHere: true });
    expect(await got('/compute/v2.1/')).toEqual({ status: 200, leadsHere: true });
    expect(await got('/volumev3/')).toEqual({ status: 300, leadsHere: true });
    expect(await got('/image/versions')).toEqual({ status: 200, leadsHere: true });
    expect(await got('/image/')).toEqual({ status: 300, leadsHere: true });
    expect(await got('/network/')).toEqual({ status: 200, leadsHere: true });
    expect(await got('/network/')).toEqual({ status: 200, leadsHere: true });
    expect(sandbox.clouds.map(({ requests }) => requests.length)).toEqual([6, 0, 0]);
    for (const path of ['/volumev3/v3/', '/image/v2/', '/compute/v9/', '/compute/v2.1/servers', '/volumev3/?a=1']) {
      expect((await anybody.get(path)).status).toBe(401);
    }
    expect((await anybody.post('/compute/', {})).status).toBe(401);
    expect((await alice.get('/image/versions')).json.versions[0].links[0].href).toBe(`${proxy.url}/image/v2/`);
    await proxy.stop();
  });
});
