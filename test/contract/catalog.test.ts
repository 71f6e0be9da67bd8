import { describe, expect, it } from 'vitest';
import { useContract } from './contract.ts';
import { call } from './http.ts';
import { enter, homeToken, secretOf } from './login.ts';

interface Endpoint {
  readonly id: string;
  readonly interface: string;
  readonly region: string;
  readonly region_id: string;
  readonly url: string;
}

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
}

const contract = useContract();
const catalogs = async (): Promise<[name: string, project: string, catalog: Entry[]][]> => {
  const home = await homeToken(contract.target, 'alice');
  const { project, catalog } = home.json.token;
  const scope = await contract.scope('sp-a', 'research-one');
  const there = await scope.get(`${scope.cloud.identity}/v3/auth/catalog`);
  return [
    ['HomeRegion', project.id, catalog],
    ['RegionA', scope.project.id, there.json.catalog],
  ];
};

describe('catalogs', () => {
  it("have every interface of every service, in the cloud's own region", async () => {
    for (const [region, , catalog] of await catalogs()) {
      for (const { endpoints } of catalog) {
        expect(endpoints.map((endpoint) => endpoint.interface).sort()).toEqual(['admin', 'internal', 'public']);
        for (const endpoint of endpoints) expect(endpoint).toMatchObject({ region, region_id: region });
      }
    }
  });

  it("have Block Storage twice, as volumev3 and block-storage, at the same URL with the project's id", async () => {
    for (const [, project, catalog] of await catalogs()) {
      const urls = ['volumev3', 'block-storage'].map((type) => publicUrl(catalog, type));
      expect(urls[0]).toBe(urls[1]);
      expect(urls[0]).toMatch(new RegExp(`/v3/${project}$`));
    }
  });

  it('have the version in the URLs of Identity and Compute, and not in those of Image and Network', async () => {
    for (const [, , catalog] of await catalogs()) {
      expect(publicUrl(catalog, 'identity')).toMatch(/\/v3$/);
      expect(publicUrl(catalog, 'compute')).toMatch(/\/v2\.1$/);
      expect(publicUrl(catalog, 'image')).not.toMatch(/v2/);
      expect(publicUrl(catalog, 'network')).not.toMatch(/v2/);
    }
  });

  it('are the same in the token and at /auth/catalog', async () => {
    const home = await homeToken(contract.target, 'alice');
    const answer = await call('GET', `${contract.target.home.identity}/v3/auth/catalog`, { token: secretOf(home) });
    const types = (catalog: Entry[]) => catalog.map(({ type }) => type).sort();
    expect(types(answer.json.catalog)).toEqual(types(home.json.token.catalog));
  });

  it('are not for unscoped tokens: 403', async () => {
    const home = await homeToken(contract.target, 'alice', false);
    expect(home.json.token.catalog).toBeUndefined();
    const answer = await call('GET', `${contract.target.home.identity}/v3/auth/catalog`, { token: secretOf(home) });
    expect(answer.status).toBe(403);
    const { base, federated } = await enter(contract.target, 'alice', 'sp-b');
    expect(federated.json.token.catalog).toBeUndefined();
    expect((await call('GET', `${base}/auth/catalog`, { token: secretOf(federated) })).status).toBe(403);
  });

  it('are left out on request', async () => {
    const scope = await contract.home();
    const body = { auth: { identity: { methods: ['token'], token: { id: scope.token } } } };
    const url = `${scope.cloud.identity}/v3/auth/tokens?nocatalog`;
    const answer = await call('POST', url, {
      body: { auth: { ...body.auth, scope: { project: { id: scope.project.id } } } },
    });
    expect(answer.status).toBe(201);
    expect(answer.json.token.catalog).toBeUndefined();
  });
});

function publicUrl(catalog: readonly Entry[], type: string): string | undefined {
  return catalog.find((entry) => entry.type === type)?.endpoints.find((one) => one.interface === 'public')?.url;
}
