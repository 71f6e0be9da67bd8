import { describe, expect, it } from 'vitest';
import { useContract } from './contract.ts';

const contract = useContract();
const NOPE = 'nope';

/** Statuses for an id that is not there: GET, HEAD, DELETE, PATCH. */
const table = [
  ['projects', 403, 403, 403, 403, 403],
  ['users', 403, 403, 403, 403, 403],
  ['domains', 403, 403, 403, 404, 404],
  ['regions', 200, 404, 404, 403, 403],
  ['services', 403, 403, 403, 403, 403],
  ['endpoints', 403, 404, 404, 404, 404],
  ['roles', 403, 404, 404, 404, 404],
  ['groups', 403, 403, 403, 404, 403],
  ['credentials', 200, 403, 403, 403, 403],
] as const;

describe('Identity for a plain user', () => {
  it.each(table)(
    'answers to %s: list %i, then for an unknown id GET %i, HEAD %i, DELETE %i, PATCH %i',
    async (kind, list, ...rest) => {
      const scope = await contract.home();
      const url = `${scope.cloud.identity}/v3/${kind}`;
      expect((await scope.get(url)).status).toBe(list);
      const statuses: number[] = [];
      for (const method of ['GET', 'HEAD', 'DELETE', 'PATCH']) {
        const answer = await scope.call(method, `${url}/${NOPE}`, method === 'PATCH' ? { body: {} } : {});
        statuses.push(answer.status);
        if (answer.status === 404 && method !== 'HEAD')
          expect(answer.json.error.message).toMatch(/^Could not find \w+: nope\.$/);
        if (answer.status === 403 && method !== 'HEAD')
          expect(answer.json.error.message).toContain('You are not authorized');
      }
      expect(statuses).toEqual(rest);
    },
  );

  it("shows one's own user, project and domain, also to HEAD", async () => {
    const scope = await contract.home();
    const base = `${scope.cloud.identity}/v3`;
    const user = await scope.get(`${base}/users/${scope.userId}`);
    expect(user.json.user).toMatchObject({ id: scope.userId, name: 'alice', enabled: true });
    const project = await scope.get(`${base}/projects/${scope.project.id}`);
    expect(project.json.project).toMatchObject({ name: 'research', parent_id: 'default' });
    expect((await scope.get(`${base}/domains/default`)).json.domain.name).toBe('Default');
    for (const path of [
      `users/${scope.userId}`,
      `projects/${scope.project.id}`,
      'regions/HomeRegion',
      'auth/projects',
    ]) {
      expect((await scope.call('HEAD', `${base}/${path}`)).status).toBe(200);
    }
  });

  it('lists its regions in one page and takes a slash at the end', async () => {
    const scope = await contract.home();
    const url = `${scope.cloud.identity}/v3/regions`;
    for (const path of [url, `${url}/`, `${url}?limit=1`]) {
      const answer = await scope.get(path);
      expect(answer.json.regions.map(({ id }: { id: string }) => id)).toEqual(['HomeRegion']);
      expect(answer.json.links.next).toBeNull();
    }
    const one = await scope.get(`${url}/HomeRegion`);
    expect(one.json.region).toMatchObject({ id: 'HomeRegion', parent_region_id: null });
  });

  it('forbids to make anything', async () => {
    const scope = await contract.home();
    for (const kind of ['projects', 'users', 'domains', 'regions', 'services', 'endpoints', 'roles']) {
      expect((await scope.call('POST', `${scope.cloud.identity}/v3/${kind}`, { body: {} })).status).toBe(403);
    }
  });

  it('forbids to see the registrations of a federation', async () => {
    const scope = await contract.home();
    for (const path of ['service_providers', 'service_providers/sp-a', 'identity_providers']) {
      expect((await scope.get(`${scope.cloud.identity}/v3/OS-FEDERATION/${path}`)).status).toBe(403);
    }
  });

  it("fails with a page of Apache's when a collection is to be deleted", async () => {
    const scope = await contract.home();
    const answer = await scope.call('DELETE', `${scope.cloud.identity}/v3/regions`);
    expect(answer.status).toBe(500);
    expect(answer.headers['content-type']).toContain('text/html');
  });
});
