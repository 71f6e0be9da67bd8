import { describe, expect, it } from 'vitest';
import { type ContractScope, NOBODY, useContract } from './contract.ts';

const contract = useContract();
const many = () => contract.scope('sp-a', 'research-one');

interface Listed {
  readonly id: string;
  readonly name: string;
}

interface Link {
  readonly rel: string;
  readonly href: string;
}

const href = (links: readonly Link[] | undefined, rel: string) => links?.find((link) => link.rel === rel)?.href;

/** All pages: the sizes, and every item. */
async function walk(
  scope: ContractScope,
  first: string,
  key: string,
  next: (body: Record<string, never>) => string | undefined,
): Promise<{ sizes: number[]; items: Listed[]; urls: string[] }> {
  const [sizes, items, urls]: [number[], Listed[], string[]] = [[], [], []];
  for (let url: string | undefined = first; url !== undefined && sizes.length < 30; ) {
    urls.push(url);
    const { json } = await scope.get(url);
    sizes.push(json[key].length);
    items.push(...json[key]);
    url = next(json);
  }
  return { sizes, items, urls };
}

const distinct = (items: readonly Listed[]) => new Set(items.map(({ id }) => id)).size;

describe('pages of Block Storage', () => {
  const follow = (body: Record<string, never>) => href(body.volumes_links, 'next');

  it("are cut at the service's own maximum, which the next link does not show", async () => {
    const scope = await many();
    const { items, sizes, urls } = await walk(scope, `${scope.volume}/volumes?limit=100`, 'volumes', follow);
    expect(sizes).toEqual([25, 25, 20]);
    expect(distinct(items)).toBe(70);
    expect(urls[1]).toContain('limit=100&marker=');
  });

  it('are as long as the maximum without a limit, and the next link has none either', async () => {
    const scope = await many();
    const { json } = await scope.get(`${scope.volume}/volumes`);
    expect(json.volumes).toHaveLength(contract.target.pageSize);
    expect(href(json.volumes_links, 'next')).toBe(`${scope.volume}/volumes?marker=${json.volumes[24].id}`);
  });

  it('end with an empty one when the last is exactly full', async () => {
    const scope = await many();
    const { items, sizes } = await walk(scope, `${scope.volume}/volumes?limit=10`, 'volumes', follow);
    expect(sizes).toEqual([10, 10, 10, 10, 10, 10, 10, 0]);
    expect(distinct(items)).toBe(70);
  });

  it('keep detail, sorting and filters in the next link', async () => {
    const scope = await many();
    const first = `${scope.volume}/volumes/detail?sort=name%3Aasc&limit=25&status=available`;
    const { items, urls } = await walk(scope, first, 'volumes', follow);
    expect(urls[1]).toMatch(/\/volumes\/detail\?/);
    expect(urls[1]).toContain('status=available');
    const names = items.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(distinct(items)).toBe(items.length);
  });

  it('begin after the marker, whatever the spelling, and skip by offset', async () => {
    const scope = await many();
    const { volumes } = (await scope.get(`${scope.volume}/volumes`)).json;
    const after = await scope.get(`${scope.volume}/volumes?marker=${volumes[3].id.toUpperCase()}&limit=1`);
    expect(after.json.volumes[0].id).toBe(volumes[4].id);
    const offset = await scope.get(`${scope.volume}/volumes?offset=2&limit=1`);
    expect(offset.json.volumes[0].id).toBe(volumes[2].id);
  });

  it('say how many there are on all of them where that is asked for, from 3.45 on', async () => {
    const scope = await many();
    const counted = `${scope.volume}/volumes?limit=2&with_count=true`;
    const headers = { 'OpenStack-API-Version': 'volume 3.45' };
    expect((await scope.get(counted, { headers })).json.count).toBe(70);
    expect((await scope.get(counted)).json).not.toHaveProperty('count');
    const strange = await scope.get(`${scope.volume}/volumes?with_count=perhaps`, { headers });
    expect(strange.status).toBe(400);
  });

  it("have links of volume types under another name than the array's", async () => {
    const scope = await many();
    const { json } = await scope.get(`${scope.volume}/types?limit=1`);
    expect(href(json.volume_type_links, 'next')).toContain('/types?limit=1&marker=');
    expect(json.volume_types_links).toBeUndefined();
  });

  it.each([
    ['volumes', 404],
    ['snapshots', 404],
    ['backups', 404],
    ['types', 200],
  ] as const)('of %s after an unknown marker are %i', async (path, status) => {
    const scope = await many();
    const answer = await scope.get(`${scope.volume}/${path}?marker=${NOBODY}`);
    expect(answer.status).toBe(status);
    if (status === 404) expect(answer.json.itemNotFound.message).toContain(NOBODY);
  });

  it('with limit 0 are empty, and 400 with a limit that is no number from 0 on', async () => {
    const scope = await many();
    const none = await scope.get(`${scope.volume}/volumes?limit=0`);
    expect([none.status, none.json]).toEqual([200, { volumes: [] }]);
    for (const [limit, message] of [
      ['-1', 'positive'],
      ['x', 'integer'],
      ['', 'integer'],
    ]) {
      const answer = await scope.get(`${scope.volume}/volumes?limit=${limit}`);
      expect(answer.status).toBe(400);
      expect(answer.json.badRequest.message).toContain(message);
    }
    expect((await scope.get(`${scope.volume}/volumes?offset=x`)).status).toBe(400);
  });
});

describe('pages of Compute', () => {
  const follow = (body: Record<string, never>) => href(body.servers_links, 'next');

  it('end with an empty one when the last is exactly full, and have no links when it is not', async () => {
    const scope = await contract.home();
    const { sizes, urls } = await walk(scope, `${scope.compute}/servers?limit=3`, 'servers', follow);
    expect(sizes).toEqual([3, 0]);
    expect(urls[1]).toMatch(new RegExp(`^${scope.compute}/servers\\?limit=3&marker=`));
    const all = await scope.get(`${scope.compute}/servers?limit=100`);
    expect(all.json.servers_links).toBeUndefined();
  });

  it('of details link to details', async () => {
    const scope = await contract.home();
    const { items, urls } = await walk(scope, `${scope.compute}/servers/detail?limit=1`, 'servers', follow);
    expect(urls[1]).toContain('/servers/detail?limit=1&marker=');
    expect(distinct(items)).toBe(3);
  });

  it.each([
    ['servers', 400],
    ['flavors', 400],
    ['os-keypairs', 200],
    ['os-server-groups', 200],
  ] as const)('of %s after an unknown marker are %i', async (path, status) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.compute}/${path}?marker=${NOBODY}`);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.json.badRequest.message).toBe(`marker [${NOBODY}] not found`);
  });

  it.each([
    ['servers', 400],
    ['flavors', 400],
    ['os-server-groups', 400],
    ['os-keypairs', 200],
  ] as const)('of %s with a limit of -1, x or nothing are %i', async (path, status) => {
    const scope = await contract.home();
    for (const limit of ['-1', 'x', '']) {
      expect((await scope.get(`${scope.compute}/${path}?limit=${limit}`)).status).toBe(status);
    }
  });

  it('with limit 0 are empty', async () => {
    const scope = await contract.home();
    for (const [path, key] of [
      ['servers', 'servers'],
      ['flavors', 'flavors'],
      ['os-server-groups', 'server_groups'],
    ] as const) {
      const answer = await scope.get(`${scope.compute}/${path}?limit=0`);
      expect([answer.status, answer.json]).toEqual([200, { [key]: [] }]);
    }
  });

  it('of key pairs begin at microversion 2.35, with names for markers', async () => {
    const scope = await contract.home();
    const headers = { 'OpenStack-API-Version': 'compute 2.35' };
    expect((await scope.get(`${scope.compute}/os-keypairs?limit=x`, { headers })).status).toBe(400);
    const answer = await scope.get(`${scope.compute}/os-keypairs?marker=nope`, { headers });
    expect(answer.status).toBe(400);
    expect(answer.json.badRequest.message).toBe('Marker nope could not be found.');
  });
});

describe('pages of Image', () => {
  const follow = (image: string) => (body: { next?: string }) =>
    body.next === undefined ? undefined : `${image.replace(/\/v2$/, '')}${body.next}`;

  it('have a relative next link without the path of the endpoint, beside first and schema', async () => {
    const scope = await contract.home();
    const { json } = await scope.get(`${scope.image}/images?limit=2`);
    expect(json.images).toHaveLength(2);
    expect(json).toMatchObject({
      first: '/v2/images?limit=2',
      next: `/v2/images?limit=2&marker=${json.images[1].id}`,
      schema: '/v2/schemas/images',
    });
  });

  it('end with an empty one when the last is exactly full', async () => {
    const scope = await contract.home();
    const owner = `owner=${scope.project.id}`;
    const { items, sizes } = await walk(scope, `${scope.image}/images?${owner}&limit=3`, 'images', follow(scope.image));
    expect(sizes).toEqual([3, 0]);
    expect(distinct(items)).toBe(3);
    expect((await scope.get(`${scope.image}/images?${owner}&limit=4`)).json.next).toBeUndefined();
  });

  it('after an unknown marker, or with a limit below 0 or no number, are 400; with limit 0 empty', async () => {
    const scope = await contract.home();
    const unknown = await scope.get(`${scope.image}/images?marker=${NOBODY}`);
    expect(unknown.status).toBe(400);
    expect(unknown.json.message).toContain(NOBODY);
    expect((await scope.get(`${scope.image}/images?limit=-1`)).status).toBe(400);
    expect((await scope.get(`${scope.image}/images?limit=x`)).status).toBe(400);
    const none = await scope.get(`${scope.image}/images?limit=0`);
    expect([none.status, none.json.images, none.json.next]).toEqual([200, [], undefined]);
  });

  it('are empty when the limit is given twice: the first one is taken for a property', async () => {
    const scope = await contract.home();
    const { json } = await scope.get(`${scope.image}/images?limit=2&limit=1`);
    expect(json).toEqual({ images: [], first: '/v2/images?limit=1', schema: '/v2/schemas/images' });
  });
});

describe('pages of Network', () => {
  it('always have a previous link, also on the first and on an empty page', async () => {
    const scope = await contract.home();
    const list = await scope.get(`${scope.network}/networks`);
    expect(href(list.json.networks_links, 'previous')).toBe(
      `${scope.network}/networks?marker=${list.json.networks[0].id}&page_reverse=True`,
    );
    const empty = await scope.get(`${scope.network}/networks?id=${NOBODY}`);
    expect(empty.json).toEqual({
      networks: [],
      networks_links: [{ rel: 'previous', href: `${scope.network}/networks?id=${NOBODY}&page_reverse=True` }],
    });
  });

  it('have a next link when they are full', async () => {
    const scope = await contract.home();
    const first = await scope.get(`${scope.network}/security-groups?limit=1`);
    expect(first.json.security_groups).toHaveLength(1);
    expect(first.json.security_groups_links.map(({ rel }: Link) => rel)).toEqual(['next', 'previous']);
    const second = await scope.get(href(first.json.security_groups_links, 'next') ?? '');
    expect(second.json.security_groups).toHaveLength(1);
    expect(second.json.security_groups[0].id).not.toBe(first.json.security_groups[0].id);
    const third = await scope.get(href(second.json.security_groups_links, 'next') ?? '');
    expect(third.json.security_groups).toEqual([]);
    expect(href(third.json.security_groups_links, 'next')).toBeUndefined();
  });

  it('go backwards', async () => {
    const scope = await contract.home();
    const [a, b] = (await scope.get(`${scope.network}/security-groups`)).json.security_groups;
    const back = await scope.get(`${scope.network}/security-groups?limit=1&page_reverse=True&marker=${b.id}`);
    expect(back.json.security_groups.map(({ id }: Listed) => id)).toEqual([a.id]);
    const beginning = await scope.get(`${scope.network}/security-groups?limit=1&page_reverse=True&marker=${a.id}`);
    expect(beginning.json.security_groups).toEqual([]);
    expect(beginning.json.security_groups_links.map(({ rel }: Link) => rel)).toEqual(['next']);
  });

  it('with limit 0 have no limit, and are 400 with one below 0 or no number', async () => {
    const scope = await contract.home();
    const all = await scope.get(`${scope.network}/security-groups?limit=0`);
    expect(all.json.security_groups.length).toBeGreaterThan(1);
    for (const limit of ['-1', 'x']) {
      const answer = await scope.get(`${scope.network}/networks?limit=${limit}`);
      expect(answer.status).toBe(400);
      expect(answer.json.NeutronError).toMatchObject({
        type: 'BadRequest',
        message: expect.stringContaining(`not '${limit}'`),
      });
    }
  });

  it.each([
    ['networks', 404],
    ['ports', 404],
    ['routers', 404],
    ['subnets', 200],
    ['floatingips', 200],
    ['security-groups', 200],
    ['security-group-rules', 200],
  ] as const)('of %s after an unknown marker are %i', async (path, status) => {
    const scope = await contract.home();
    const answer = await scope.get(`${scope.network}/${path}?marker=${NOBODY}`);
    expect(answer.status).toBe(status);
    if (status === 404) return expect(answer.json.NeutronError.message).toContain(NOBODY);
    const whole = await scope.get(`${scope.network}/${path}`);
    expect(answer.json[path.replaceAll('-', '_')]).toEqual(whole.json[path.replaceAll('-', '_')]);
  });
});
