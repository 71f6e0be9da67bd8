import { describe, expect, it } from 'vitest';
import { type ContractScope, useContract } from './contract.ts';

const contract = useContract();
const open = () => contract.scope('sp-a', 'research-one');

/** Statuses for an existing id: with a space, `.json` and a slash at its end. */
const table = [
  ['server', 'compute', '/servers', 'servers', [404, 404, 404]],
  ['flavor', 'compute', '/flavors', 'flavors', [200, 404, 404]],
  ['volume', 'volume', '/volumes', 'volumes', [200, 200, 404]],
  ['volume type', 'volume', '/types', 'volume_types', [200, 200, 404]],
  ['image', 'image', '/images', 'images', [404, 404, 404]],
  ['network', 'network', '/networks', 'networks', [200, 200, 200]],
  ['subnet', 'network', '/subnets', 'subnets', [200, 200, 200]],
  ['port', 'network', '/ports', 'ports', [200, 200, 200]],
  ['router', 'network', '/routers', 'routers', [200, 200, 200]],
  ['security group', 'network', '/security-groups', 'security_groups', [200, 200, 200]],
] as const;

async function existing(scope: ContractScope, url: string, key: string): Promise<string> {
  const list = (await scope.get(url)).json[key];
  // Ids of the sandbox's first flavors are numbers, which look the same in upper case.
  const id = list.map((item: { id: string }) => item.id).find((one: string) => /[a-f]/.test(one));
  expect(id).toBeDefined();
  return id;
}

const idIn = (body: Record<string, unknown>) => {
  const item = (body.id === undefined ? Object.values(body)[0] : body) as { id: string };
  return item.id;
};

describe('the spelling of an id', () => {
  it.each(table)('of a %s in upper case finds it, and the body has its own spelling', async (_, service, path, key) => {
    const scope = await open();
    const url = `${scope[service]}${path}`;
    const id = await existing(scope, url, key);
    const answer = await scope.get(`${url}/${id.toUpperCase()}`);
    expect(answer.status).toBe(200);
    expect(idIn(answer.json)).toBe(id);
  });

  it.each(table)('of a %s with a space, .json or a slash at its end', async (_, service, path, key, statuses) => {
    const scope = await open();
    const url = `${scope[service]}${path}`;
    const id = await existing(scope, url, key);
    const found: number[] = [];
    for (const end of ['%20', '.json', '/']) {
      const answer = await scope.get(`${url}/${id}${end}`);
      found.push(answer.status);
      if (answer.status === 200) expect(idIn(answer.json)).toBe(id);
    }
    expect(found).toEqual(statuses);
  });

  it.each(table)(
    'of a %s without dashes, in braces or after a space does not find it',
    async (_, service, path, key) => {
      const scope = await open();
      const url = `${scope[service]}${path}`;
      const id = await existing(scope, url, key);
      for (const spelling of [id.replaceAll('-', ''), `%7B${id}%7D`, `%20${id}`]) {
        expect((await scope.get(`${url}/${spelling}`)).status).toBe(404);
      }
    },
  );

  it.each([
    ['compute', '/servers', 'servers'],
    ['volume', '/volumes', 'volumes'],
    ['image', '/images', 'images'],
    ['network', '/networks', 'networks'],
  ] as const)('at %s %s is not the name', async (service, path, key) => {
    const scope = await open();
    const [first] = (await scope.get(`${scope[service]}${path}`)).json[key];
    expect((await scope.get(`${scope[service]}${path}/${encodeURIComponent(first.name)}`)).status).toBe(404);
  });

  it.each(table)('of an existing %s with HEAD never finds it', async (_, service, path, key) => {
    const scope = await open();
    const url = `${scope[service]}${path}`;
    const answer = await scope.call('HEAD', `${url}/${await existing(scope, url, key)}`);
    expect(answer.status).toBe(service === 'compute' || service === 'volume' ? 404 : 405);
  });
});
