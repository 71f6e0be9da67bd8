import { describe, expect, it } from 'vitest';
import { useContract } from './contract.ts';
import { call } from './http.ts';

const contract = useContract();

describe('version discovery', () => {
  it('answers 300 with values and a Location at the root of Identity, and the version itself below', async () => {
    const { identity } = contract.target.home;
    for (const url of [identity, `${identity}/`]) {
      const root = await call('GET', url);
      expect(root.status).toBe(300);
      expect(root.json.versions.values[0]).toMatchObject({ id: expect.stringMatching(/^v3\./), status: 'stable' });
      expect(root.headers.location).toBe(`${identity}/v3/`);
    }
    for (const url of [`${identity}/v3`, `${identity}/v3/`]) {
      const version = await call('GET', url);
      expect(version.status).toBe(200);
      expect(version.json.version.links[0]).toEqual({ rel: 'self', href: `${identity}/v3/` });
    }
  });

  it('answers 200 at the root of Compute and of its version, without a token', async () => {
    const { compute } = contract.target.home;
    const root = await call('GET', `${compute}/`);
    expect(root.status).toBe(200);
    expect(root.json.versions.map(({ id }: { id: string }) => id)).toEqual(['v2.0', 'v2.1']);
    for (const url of [`${compute}/v2.1`, `${compute}/v2.1/`]) {
      const version = await call('GET', url);
      expect(version.status).toBe(200);
      expect(version.json.version).toMatchObject({ id: 'v2.1', min_version: '2.1', version: '2.93' });
      expect(version.headers['openstack-api-version']).toBe('compute 2.1');
    }
  });

  it('answers 300 with choices to a version of Compute that is not there', async () => {
    const answer = await call('GET', `${contract.target.home.compute}/v9`);
    expect(answer.status).toBe(300);
    expect(answer.json.choices).toHaveLength(2);
  });

  it('answers 300 at the root of Block Storage; the version wants a token, and the project has no document', async () => {
    const scope = await contract.home();
    const { volume } = scope.cloud;
    const root = await call('GET', `${volume}/`);
    expect(root.status).toBe(300);
    expect(root.json.versions[0]).toMatchObject({ id: 'v3.0', min_version: '3.0', version: '3.70' });
    expect((await call('GET', `${volume}/v3`)).status).toBe(401);
    expect((await call('GET', `${volume}/v3/`)).status).toBe(401);
    const moved = await scope.get(`${volume}/v3`);
    expect([moved.status, moved.headers.location]).toEqual([302, `${volume}/v3/`]);
    expect((await scope.get(`${volume}/v3/`)).json.versions[0].id).toBe('v3.0');
    expect((await scope.get(scope.volume)).status).toBe(404);
    expect((await scope.get(`${volume}/v2/${scope.project.id}`)).status).toBe(404);
  });

  it('answers 300 at the root of Image and wherever the version is another, 200 at /versions', async () => {
    const scope = await contract.home();
    const { image } = scope.cloud;
    for (const path of ['/', '/v9/images', '/v1/images', '/nosuch']) {
      const answer = await call('GET', `${image}${path}`);
      expect(answer.status).toBe(300);
      expect(answer.json.versions[0]).toMatchObject({ id: 'v2.15', status: 'CURRENT' });
    }
    expect((await call('GET', `${image}/versions`)).status).toBe(200);
    expect((await call('GET', `${image}/v2/`)).status).toBe(401);
    expect((await scope.get(`${image}/v2/`)).status).toBe(404);
    expect((await scope.get(`${image}/v2`)).status).toBe(302);
  });

  it('answers 200 at the root of Network; below the version is a list of types, which is no version document', async () => {
    const scope = await contract.home();
    const { network } = scope.cloud;
    expect((await call('GET', `${network}/`)).json.versions[0]).toMatchObject({ id: 'v2.0', status: 'CURRENT' });
    expect((await call('GET', `${network}/v2.0/`)).status).toBe(401);
    const types = await scope.get(`${network}/v2.0/`);
    expect(types.status).toBe(200);
    expect(types.json.versions).toBeUndefined();
    expect(types.json.resources.map(({ collection }: { collection: string }) => collection)).toContain('networks');
    expect((await scope.get(`${network}/v2.0`)).status).toBe(404);
  });

  it('answers 200 at the root of Placement, with an empty self link', async () => {
    const [version] = (await call('GET', `${contract.target.home.placement}/`)).json.versions;
    expect(version).toMatchObject({ id: 'v1.0', min_version: '1.0', max_version: '1.39' });
    expect(version.links[0].href).toBe('');
  });

  it('builds the links of Compute from the Host header and keeps http, whatever X-Forwarded-Proto says', async () => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.compute}/servers?limit=1`, {
      headers: { Host: 'front.example:99', 'X-Forwarded-Proto': 'https' },
    });
    expect(answer.json.servers_links[0].href).toMatch(/^http:\/\/front\.example:99\//);
  });
});
