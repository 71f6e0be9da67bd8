/** Requests to services and collections that have no type in the registry, by the grammar of their paths. */
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/federation/subject.ts';
import { type HeaderPairs, readText } from '../../src/ports/http.ts';
import {
  type CloudAnswer,
  type CloudRequest,
  type FakeFederation,
  type FakeOptions,
  fakeFederation,
  noSuchRoute,
  notFound,
  projectId,
} from '../support/fake-federation.ts';

const scopes = { home: ['research'], 'sp-a': ['one', 'two'], 'sp-b': ['lab'] };
const ID = '6f1f2f3f-0000-4000-8000-00000000000a';
const OTHER = '6f1f2f3f-0000-4000-8000-00000000000b';

const also = {
  'load-balancer': '/load-balancer/v2',
  orchestration: '/heat/v1/{project}',
  dns: '/dns/v2',
  'key-manager': '/barbican/v1',
  sharev2: '/share/v2/{project}',
  'object-store': '/swift/v1/AUTH_{project}',
  metric: '/metric',
  'x-foo': '/foo/v1',
};

function clouds(options: Partial<FakeOptions> & Pick<FakeOptions, 'answer'>): Promise<FakeFederation> {
  return fakeFederation({ scopes, also, ...options });
}

interface Asked {
  readonly body?: string;
  readonly headers?: HeaderPairs;
  readonly narrowing?: { readonly providers?: string[]; readonly projects?: string[] };
}

async function forward({ federation }: FakeFederation, method: string, target: string, asked: Asked = {}) {
  const subject = await subjectOf(target);
  const { response, scope, how } = await federation.forward({ method, subject, headers: [], ...asked });
  return {
    at: `${scope.provider}/${scope.project.name}`,
    how,
    status: response.status,
    text: await readText(response.body),
  };
}

/** A path that one scope has; the others say what the service says of it elsewhere. */
function only(scope: string, here: (path: string) => CloudAnswer | undefined, elsewhere: CloudAnswer) {
  return ({ provider, project, path }: CloudRequest) =>
    (`${provider}/${project}` === scope ? here(path) : undefined) ?? elsewhere;
}

describe('a request to a service without types', () => {
  it.each<[string, string, unknown, CloudAnswer]>([
    [
      'load-balancer/v2/lbaas/loadbalancers/ID',
      '/load-balancer/v2/lbaas/loadbalancers/ID',
      { loadbalancer: { id: ID } },
      { status: 404, json: { faultstring: `Load Balancer ${ID} not found.` } },
    ],
    [
      'load-balancer/lbaas/pools/ID/members',
      '/load-balancer/v2/lbaas/pools/ID',
      { pool: { id: ID } },
      { status: 404, json: { faultstring: `Pool ${ID} not found.` } },
    ],
    [
      'dns/zones/ID/recordsets',
      '/dns/v2/zones/ID',
      { id: ID },
      { status: 404, json: { type: 'zone_not_found', message: 'Could not find Zone' } },
    ],
    [
      'key-manager/secrets/ID/payload',
      '/barbican/v1/secrets/ID',
      { secret_ref: `http://b/v1/secrets/${ID}` },
      { status: 404, json: { description: 'Secret not found.' } },
    ],
    ['x-foo/things/ID', '/foo/v1/things/ID', { thing: { id: ID } }, notFound(ID)],
    ['metric/metric/ID/measures', '/metric/v1/metric/ID', { id: ID }, notFound(ID)],
  ])('%s goes to the owner of %s', async (target, probed, json, elsewhere) => {
    const itemPath = probed.replace('ID', ID);
    const fake = await clouds({ answer: only('sp-a/two', () => ({ json }), elsewhere) });
    expect(await forward(fake, 'GET', target.replace('ID', ID))).toMatchObject({ at: 'sp-a/two', how: 'probed' });
    expect(fake.log()).toContain(`sp-a two GET ${itemPath}`);
    await expect(forward(fake, 'GET', target.replace('ID', ID))).resolves.toMatchObject({ how: 'remembered' });
  });

  it('to a stack follows from its name to its id, and remembers that', async () => {
    const stack = (project: string) => `/heat/v1/${projectId(project)}/stacks`;
    const fake = await clouds({
      answer: ({ provider, path }) => {
        if (provider !== 'sp-b')
          return { status: 404, json: { error: { type: 'EntityNotFound', message: 'The Stack (web)' } } };
        const Location = `http://sp-b.test${stack('lab')}/web/${ID}`;
        return path.includes(ID) ? { json: { stack: { id: ID } } } : { status: 302, headers: [['Location', Location]] };
      },
    });
    expect(await forward(fake, 'DELETE', 'orchestration/stacks/web')).toMatchObject({ at: 'sp-b/lab' });
    expect(await forward(fake, 'GET', `orchestration/stacks/web/${ID}/events`)).toMatchObject({ at: 'sp-b/lab' });
    expect(fake.locations.get(JSON.stringify(['orchestration/stacks', ID]))).toMatchObject({
      location: { provider: 'sp-b' },
    });
  });

  it('is not found only where every service says so in its own words', async () => {
    const missing = { status: 404, json: { code: 404, type: 'zone_not_found', message: 'Could not find Zone' } };
    const fake = await clouds({ answer: () => missing });
    await expect(forward(fake, 'GET', `dns/zones/${ID}`)).rejects.toMatchObject({ code: 'FED_NOT_FOUND' });
  });

  it('deletes nothing at a provider that answers with another resource', async () => {
    const fake = await clouds({ answer: () => ({ json: { volume: { id: OTHER }, status: 'maintenance' } }) });
    for (const target of [`volume/volumes/${ID}`, `image/images/${ID}`, `volume/groups/${ID}`]) {
      await expect(forward(fake, 'DELETE', target)).rejects.toMatchObject({ code: 'FED_COULD_NOT_SAY' });
    }
    expect(fake.log().filter((line) => line.includes('DELETE'))).toEqual([]);
  });
});

describe('a microversion', () => {
  const group = ({ provider, request, path }: CloudRequest): CloudAnswer => {
    const version = request.headers.find(([name]) => name === 'OpenStack-API-Version')?.[1];
    if (version === undefined || !path.startsWith('/groups')) return noSuchRoute;
    return provider === 'sp-b' ? { json: { group: { id: ID, version } } } : notFound(ID);
  };

  it("of the client's goes with its probes", async () => {
    const fake = await clouds({ answer: group });
    const headers = [['OpenStack-API-Version', 'volume 3.60']] as const;
    const { at, text } = await forward(fake, 'GET', `volume/groups/${ID}`, { headers });
    expect([at, text]).toEqual(['sp-b/lab', expect.stringContaining('volume 3.60')]);
  });

  it('that a collection needs is asked for where the client names none', async () => {
    const fake = await clouds({ answer: group });
    await forward(fake, 'PUT', `volume/groups/${ID}`, { body: '{}' });
    const probes = fake.requests.filter(({ method }) => method === 'GET');
    expect(probes.every(({ request }) => request.headers.some(([, value]) => value === 'volume 3.13'))).toBe(true);
  });

  it('that is too new for a provider does not keep it from answering', async () => {
    const fake = await clouds({
      answer: ({ request, provider }) => {
        if (request.headers.some(([, value]) => value === 'volume 3.60')) return { status: 406, json: {} };
        return provider === 'sp-a' ? { json: { volume: { id: ID } } } : notFound(ID);
      },
    });
    const headers = [['OpenStack-API-Version', 'volume 3.60']] as const;
    await forward(fake, 'DELETE', `volume/volumes/${ID}`, { headers });
    expect(fake.log().filter((line) => line.includes('DELETE'))).toHaveLength(1);
  });

  it('of Shared File Systems is asked for in its own header', async () => {
    const fake = await clouds({ answer: only('sp-b/lab', () => ({ json: { transfer: { id: ID } } }), notFound(ID)) });
    await forward(fake, 'GET', `shared-file-system/share-transfers/${ID}`);
    expect(fake.requests[0]?.request.headers).toContainEqual(['X-OpenStack-Manila-API-Version', '2.77']);
  });
});

describe("a project's id in a path", () => {
  const answer = ({ project }: CloudRequest): CloudAnswer => ({ json: { quota_set: { id: projectId(project) } } });

  it.each([
    ['compute/os-quota-sets', 'two', 'sp-a/two'],
    ['volume/os-quota-sets', 'lab', 'sp-b/lab'],
    ['network/quotas', 'one', 'sp-a/one'],
    ['compute/os-simple-tenant-usage', 'research', 'home/research'],
    ['compute/os-quota-sets', 'nobodys', 'home/research'],
  ])('at %s: of %s it goes to %s, and is never remembered', async (collection, project, at) => {
    const fake = await clouds({ answer });
    expect(await forward(fake, 'GET', `${collection}/${projectId(project)}`)).toMatchObject({ at });
    expect(fake.log()).toHaveLength(1);
    expect(fake.locations.size).toBe(0);
  });
});

describe('Object Storage', () => {
  const count = [['X-Container-Object-Count', '1']] as const;
  const missing: CloudAnswer = { status: 404, contentType: 'text/html', headers: [['X-Trans-Id', 'tx1']] };
  const account = (project: string) => `/swift/v1/AUTH_${projectId(project)}`;

  it('has the account of a path say whose it is, and nothing is looked for', async () => {
    const fake = await clouds({ answer: () => ({ status: 201 }) });
    await forward(fake, 'PUT', `object-store/v1/AUTH_${projectId('two')}/c/${ID}`, { body: 'data' });
    expect(fake.log()).toEqual([`sp-a two PUT ${account('two')}/c/${ID}`]);
  });

  it.each([`AUTH_${'f'.repeat(32)}`, 'somebody'])(
    'sends nothing for the account %s, which nobody has',
    async (name) => {
      const fake = await clouds({ answer: () => ({}) });
      await expect(forward(fake, 'GET', `object-store/v1/${name}/c`)).rejects.toMatchObject({
        code: 'FED_USAGE',
        message: expect.stringContaining(name),
      });
      expect(fake.log()).toEqual([]);
      // Where it is said who asks, the account is asked for as it is written.
      await forward(fake, 'GET', `object-store/v1/${name}/c`, { narrowing: { providers: ['sp-b'] } });
      expect(fake.log()).toEqual([`sp-b lab GET /swift/v1/${name}/c`]);
    },
  );

  it('finds an object by its container, whatever the object is called', async () => {
    const fake = await clouds({
      answer: ({ provider, method }) =>
        provider === 'sp-b' ? { status: method === 'PUT' ? 201 : 200, headers: count, json: [] } : missing,
    });
    await forward(fake, 'PUT', `object-store/photos/${ID}`, { body: 'data' });
    expect(fake.log().filter((line) => line.includes('PUT'))).toEqual([`sp-b lab PUT ${account('lab')}/photos/${ID}`]);
    expect(fake.log()).toContain(`sp-a two GET ${account('two')}/photos?limit=1&format=json`);
    expect(fake.locations.size).toBe(0);
  });

  it('makes a container at home, without looking for it', async () => {
    const fake = await clouds({ answer: () => ({ status: 201 }) });
    expect(await forward(fake, 'PUT', 'object-store/new')).toMatchObject({ at: 'home/research', how: 'home' });
    expect(fake.log()).toEqual([`home research PUT ${account('research')}/new`]);
  });
});

describe('what cannot be looked for', () => {
  it.each([
    ['DELETE', `compute/os-security-group-rules/${ID}`],
    ['PUT', `compute/os-services/${ID}`],
    ['POST', `volume/volume-transfers/${ID}/accept`],
    ['POST', `volume/os-volume-transfer/${ID}/accept`],
  ])('is not sent anywhere where several can be meant: %s %s', async (method, target) => {
    const fake = await clouds({ answer: () => ({ status: 202, json: {} }) });
    await expect(forward(fake, method, target, { body: '{}' })).rejects.toMatchObject({
      code: 'FED_USAGE',
      message: expect.stringContaining('home/research, sp-a/one, sp-a/two, sp-b/lab'),
      hint: expect.stringContaining('X-Fed-Provider'),
    });
    expect(fake.log()).toEqual([]);
    const narrowing = { providers: ['sp-b'] };
    expect(await forward(fake, method, target, { body: '{}', narrowing })).toMatchObject({ at: 'sp-b/lab' });
  });

  it('goes to the only scope that has the service', async () => {
    const without = { home: ['compute'], 'sp-a': ['compute'] };
    const fake = await clouds({ without, answer: () => ({ status: 202 }) });
    expect(await forward(fake, 'DELETE', `compute/os-security-group-rules/${ID}`)).toMatchObject({ at: 'sp-b/lab' });
  });

  it('goes to where it was made or listed, until it is deleted', async () => {
    const fake = await clouds({
      answer: ({ method, path }) => {
        if (method === 'POST') return { json: { security_group_rule: { id: ID, parent_group_id: OTHER } } };
        if (path === '/os-services') return { json: { services: [{ id: OTHER, host: 'h' }] } };
        if (path.startsWith('/security-groups')) return { json: { security_group: { id: OTHER } } };
        return { status: 202 };
      },
    });
    const at = { narrowing: { providers: ['sp-b'] } };
    await forward(fake, 'POST', 'compute/os-security-group-rules', { body: '{"security_group_rule":{}}', ...at });
    await forward(fake, 'GET', 'compute/os-services', at);
    expect(await forward(fake, 'PUT', `compute/os-services/${OTHER}`, { body: '{}' })).toMatchObject({
      at: 'sp-b/lab',
    });
    expect(await forward(fake, 'DELETE', `compute/os-security-group-rules/${ID}`)).toMatchObject({ at: 'sp-b/lab' });
    expect([...fake.locations.values()].map(({ type }) => type)).toEqual(['compute/os-services']);
  });
});

describe('an answer to a creation', () => {
  it.each<[string, unknown, string]>([
    ['volume/groups', { group: { id: ID } }, 'block-storage/groups'],
    ['load-balancer/lbaas/listeners', { listener: { id: ID } }, 'load-balancer/lbaas/listeners'],
    ['dns/zones', { id: ID, name: 'example.org.' }, 'dns/zones'],
    ['key-manager/secrets', { secret_ref: `http://b/v1/secrets/${ID}` }, 'key-manager/secrets'],
    ['orchestration/stacks', { stack: { id: ID, links: [] } }, 'orchestration/stacks'],
    ['network/ports', { ports: [{ id: ID }] }, 'port'],
    ['volume/os-volume-manage', { volume: { id: ID } }, 'volume'],
    ['x-foo/things', { thing: { id: ID } }, 'x-foo/things'],
  ])('at %s teaches: %j', async (target, json, type) => {
    const fake = await clouds({ answer: () => ({ status: 201, json }) });
    await forward(fake, 'POST', target, { body: '{}', narrowing: { providers: ['sp-b'] } });
    expect([...fake.locations.values()]).toMatchObject([{ type, id: ID, location: { provider: 'sp-b' } }]);
  });

  it('teaches nothing where nothing was made', async () => {
    const fake = await clouds({ answer: () => ({ status: 200, json: [{ id: ID }] }) });
    await forward(fake, 'POST', 'metric/search/resource/generic', { body: '{}', narrowing: { providers: ['sp-b'] } });
    expect(fake.locations.size).toBe(0);
  });
});

describe('a creation that names a resource', () => {
  it.each<[string, unknown, string]>([
    ['volume/attachments', { attachment: { volume_uuid: ID, instance_uuid: OTHER } }, '/volumes/'],
    ['volume/volume-transfers', { transfer: { volume_id: ID } }, '/volumes/'],
    ['load-balancer/lbaas/loadbalancers', { loadbalancer: { vip_subnet_id: ID } }, '/subnets/'],
    ['load-balancer/lbaas/listeners', { listener: { loadbalancer_id: ID } }, '/load-balancer/v2/lbaas/loadbalancers/'],
    ['key-manager/containers', { secret_refs: [{ secret_ref: `http://b/v1/secrets/${ID}` }] }, '/barbican/v1/secrets/'],
    ['network/security-group-rules', { security_group_rule: { security_group_id: ID } }, '/security-groups/'],
  ])('at %s goes to its owner: %j', async (target, body, probed) => {
    const bodies: Record<string, unknown> = {
      '/volumes/': { volume: { id: ID } },
      '/subnets/': { subnet: { id: ID } },
      '/security-groups/': { security_group: { id: ID } },
      '/load-balancer/v2/lbaas/loadbalancers/': { loadbalancer: { id: ID } },
      '/barbican/v1/secrets/': { secret_ref: `http://b/v1/secrets/${ID}` },
    };
    const here = (path: string) => (path === `${probed}${ID}` ? { json: bodies[probed] } : { status: 201, json: {} });
    const fake = await clouds({
      answer: only('sp-b/lab', here, { status: 404, json: { message: `no ${ID}`, description: 'Secret not found.' } }),
    });
    expect(await forward(fake, 'POST', target, { body: JSON.stringify(body) })).toMatchObject({
      at: 'sp-b/lab',
      how: 'references',
    });
  });
});
