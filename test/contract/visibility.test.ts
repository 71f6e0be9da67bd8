import { describe, expect, it } from 'vitest';
import { useContract } from './contract.ts';
import { sandboxOnly } from './differences.ts';
import { call } from './http.ts';
import { homeToken, secretOf } from './login.ts';

const contract = useContract();
const one = () => contract.scope('sp-a', 'research-one');
const two = () => contract.scope('sp-a', 'research-two');

const owned = [
  ['compute', '/servers', 'servers'],
  ['volume', '/volumes', 'volumes'],
  ['image', '/images', 'images'],
  ['network', '/networks', 'networks'],
  ['network', '/subnets', 'subnets'],
  ['network', '/routers', 'routers'],
  ['network', '/security-groups', 'security_groups'],
] as const;

describe('what a project sees', () => {
  it.each(owned)("at %s %s is its own and not the other project's of the same cloud", async (service, path, key) => {
    const [here, there] = [await one(), await two()];
    const mine = (await here.get(`${here[service]}${path}`)).json[key].filter(
      (item: { id: string; owner?: string; tenant_id?: string }) =>
        [undefined, here.project.id].includes(item.owner ?? item.tenant_id),
    );
    expect(mine.length).toBeGreaterThan(0);
    const { id } = mine[0];
    expect((await here.get(`${here[service]}${path}/${id}`)).status).toBe(200);
    const answer = await there.get(`${there[service]}${path}/${id}`);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain(id);
  });

  it.each([
    ['compute', '/flavors', 'flavors'],
    ['volume', '/types', 'volume_types'],
  ] as const)('at %s %s is the same from every project', async (service, path, key) => {
    const [here, there] = [await one(), await two()];
    const list = async (scope: typeof here) =>
      (await scope.get(`${scope[service]}${path}`)).json[key].map(({ id }: { id: string }) => id).sort();
    expect(await list(here)).toEqual(await list(there));
  });

  it('is nothing, with status 200, when the token is for no project at all', async () => {
    const token = secretOf(await homeToken(contract.target, 'alice', false));
    const { compute, image, network, volume } = contract.target.home;
    const own = (
      items: {
        owner?: string;
        tenant_id?: string;
        visibility?: string;
        shared?: boolean;
        'router:external'?: boolean;
      }[],
    ) => items.filter((item) => item.visibility !== 'public' && !item.shared && !item['router:external']);
    expect((await call('GET', `${compute}/v2.1/servers`, { token })).json.servers).toEqual([]);
    expect((await call('GET', `${volume}/v3/volumes`, { token })).json.volumes).toEqual([]);
    expect(own((await call('GET', `${image}/v2/images`, { token })).json.images)).toEqual([]);
    expect(own((await call('GET', `${network}/v2.0/networks`, { token })).json.networks)).toEqual([]);
    const scope = await contract.home();
    expect((await call('GET', `${scope.volume}/volumes`, { token })).status).toBe(400);
  });

  sandboxOnly('public images')(
    'includes public images and shared networks of others, and not the right to change them',
    async () => {
      const [here, there] = [await one(), await two()];
      const shared = async (scope: typeof here) => {
        const images = (await scope.get(`${scope.image}/images?visibility=public`)).json.images;
        const networks = (await scope.get(`${scope.network}/networks?shared=true`)).json.networks;
        return [...images, ...networks].map(({ id }: { id: string }) => id);
      };
      const ids = await shared(here);
      expect(ids.length).toBeGreaterThanOrEqual(2);
      expect(await shared(there)).toEqual(ids);
      expect((await there.call('DELETE', `${there.image}/images/${ids[0]}`)).status).toBe(403);
      expect((await there.call('DELETE', `${there.network}/networks/${ids[1]}`)).status).toBe(403);
    },
  );

  it('includes an image of another project that was shared, in listings once it was accepted', async () => {
    const [here, there] = [await one(), await two()];
    const made = await here.call('POST', `${here.image}/images`, {
      body: { name: `contract-${process.pid}`, disk_format: 'raw', container_format: 'bare' },
    });
    const url = `${here.image}/images/${made.json.id}`;
    try {
      expect((await there.get(url)).status).toBe(404);
      expect((await here.call('POST', `${url}/members`, { body: { member: there.project.id } })).json.status).toBe(
        'pending',
      );
      expect((await there.get(url)).status).toBe(200);
      const listed = async () =>
        (await there.get(`${there.image}/images?name=contract-${process.pid}`)).json.images.length;
      expect(await listed()).toBe(0);
      const accepted = await there.call('PUT', `${url}/members/${there.project.id}`, { body: { status: 'accepted' } });
      expect(accepted.json.status).toBe('accepted');
      expect(await listed()).toBe(1);
      expect((await there.call('DELETE', url)).status).toBe(403);
    } finally {
      expect((await here.call('DELETE', url)).status).toBe(204);
    }
  });
});

describe("Block Storage's project in the path", () => {
  it('may be left out', async () => {
    const scope = await one();
    const without = await scope.get(`${scope.cloud.volume}/v3/volumes?limit=1`);
    expect(without.status).toBe(200);
    expect(without.json.volumes_links[0].href).toContain(`${scope.cloud.volume}/v3/volumes?`);
  });

  it('of another project is 400 and no 404, for lists, ids and writes', async () => {
    const [here, there] = [await one(), await two()];
    const url = `${here.cloud.volume}/v3/${there.project.id}`;
    for (const answer of [
      await here.get(`${url}/volumes`),
      await here.get(`${url}/volumes/x`),
      await here.call('DELETE', `${url}/volumes/x`),
      await here.get(`${here.cloud.volume}/v3/${'0'.repeat(32)}/volumes`),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.json.badRequest.message).toBe('Malformed request url');
    }
  });

  it('that does not look like one is a path that is not there', async () => {
    const scope = await one();
    for (const project of ['nothex', scope.project.id.replace(/^./, 'A')]) {
      const answer = await scope.get(`${scope.cloud.volume}/v3/${project}/volumes`);
      expect(answer.status).toBe(404);
      expect(answer.json.title).toBe('Not Found');
    }
  });
});
