import { describe, expect, it } from 'vitest';
import { typeNamed } from '../../src/services/index.ts';
import { type CloudRequest, fakeFederation, noSuchRoute, notFound, projectId } from '../support/fake-federation.ts';

const ID = '6f1f2f3f-0000-4000-8000-00000000000a';
const scopes = { home: ['research'], 'sp-a': ['one', 'two'], 'sp-b': ['lab'] };

function type(name: string) {
  const found = typeNamed(name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** Answers a volume's show path at one scope, and 404 everywhere else. */
function ownedBy(provider: string, project: string, id = ID) {
  return (request: CloudRequest) =>
    request.provider === provider && request.project === project
      ? { json: { volume: { id, name: 'data', status: 'available' } } }
      : notFound(decodeURIComponent(request.path.split('/')[2]?.split('?')[0] ?? ''));
}

describe('showing a resource by its id', () => {
  it('finds the owner by asking every scope, with GET and in JSON', async () => {
    const { federation, requests, log } = await fakeFederation({ scopes, answer: ownedBy('sp-b', 'lab') });
    const shown = await federation.show(type('volume'), ID);
    expect(shown).toMatchObject({ id: ID, how: 'probed', scope: { provider: 'sp-b', project: { name: 'lab' } } });
    expect(log().sort()).toEqual([
      `home research GET /volumes/${ID}`,
      `sp-a one GET /volumes/${ID}`,
      `sp-a two GET /volumes/${ID}`,
      `sp-b lab GET /volumes/${ID}`,
    ]);
    for (const { request } of requests) expect(request.headers).toContainEqual(['Accept', 'application/json']);
  });

  it('asks only the owner the second time', async () => {
    const { federation, requests, log } = await fakeFederation({ scopes, answer: ownedBy('sp-a', 'two') });
    await federation.show(type('volume'), ID);
    requests.length = 0;
    const shown = await federation.show(type('volume'), ID);
    expect(shown.how).toBe('remembered');
    expect(log()).toEqual([`sp-a two GET /volumes/${ID}`]);
  });

  it('remembers under the id in the body, whatever spelling was typed', async () => {
    const { federation, locations, requests } = await fakeFederation({ scopes, answer: ownedBy('sp-a', 'one') });
    await federation.show(type('volume'), ID.toUpperCase());
    expect([...locations.values()]).toEqual([
      { type: 'volume', id: ID, location: { provider: 'sp-a', projectId: projectId('one') } },
    ]);
    requests.length = 0;
    await federation.show(type('volume'), ID.toUpperCase());
    expect(requests).toHaveLength(1);
  });

  it('does not wait for the other scopes once the owner of a UUID answered', async () => {
    const never = new Promise<never>(() => {});
    const { federation } = await fakeFederation({
      scopes,
      answer: (request) =>
        request.provider === 'sp-a' && request.project === 'one' ? ownedBy('sp-a', 'one')(request) : never,
    });
    await expect(federation.show(type('volume'), ID)).resolves.toMatchObject({ how: 'probed' });
  });

  describe('of many providers', () => {
    const names = ['home', ...Array.from({ length: 199 }, (_, at) => `sp-${at}`)];
    const many = Object.fromEntries(names.map((name) => [name, [`of-${name}`]]));
    const learnt = (id: string, typeName: string, provider: string) =>
      ({ type: typeName, id, location: { provider, projectId: projectId(`of-${provider}`) } }) as const;

    it('begins where such resources were found last, then where others were, and asks no more once it is found', async () => {
      const { federation, locations, requests } = await fakeFederation({
        scopes: many,
        answer: ownedBy('sp-120', 'of-sp-120'),
      });
      const before = [learnt('x', 'volume', 'sp-120'), learnt('y', 'volume', 'sp-7'), learnt('z', 'server', 'sp-150')];
      for (const entry of before) locations.set(JSON.stringify([entry.type, entry.id]), entry);
      await federation.show(type('volume'), ID);
      expect(requests.slice(0, 2).map(({ provider }) => provider)).toEqual(['sp-7', 'sp-120']);
      expect(requests.length).toBeLessThan(100);
    });

    it('asks all of them all the same', async () => {
      const { federation, locations, requests } = await fakeFederation({
        scopes: many,
        answer: ownedBy('sp-198', 'of-sp-198'),
      });
      locations.set('x', learnt('x', 'volume', 'sp-120'));
      await federation.show(type('volume'), ID);
      expect(requests.map(({ provider }) => provider).slice(0, 2)).toEqual(['sp-120', 'home']);
      expect(new Set(requests.map(({ provider }) => provider))).toEqual(new Set(names));
    });
  });

  it('forgets a remembered location that says no, and probes the others', async () => {
    let owner = 'sp-a';
    const { federation, locations } = await fakeFederation({
      scopes,
      answer: (request) => ownedBy(owner, owner === 'sp-a' ? 'one' : 'lab')(request),
    });
    await federation.show(type('volume'), ID);
    owner = 'sp-b';
    await expect(federation.show(type('volume'), ID)).resolves.toMatchObject({
      how: 'probed',
      scope: { provider: 'sp-b' },
    });
    expect([...locations.values()].map(({ location }) => location.provider)).toEqual(['sp-b']);
  });

  it('says "not found" only if every scope said so, and names them', async () => {
    const { federation } = await fakeFederation({ scopes, answer: ownedBy('nowhere', '') });
    await expect(federation.show(type('network'), ID)).rejects.toMatchObject({ code: 'FED_NOT_FOUND' });
    await expect(federation.show(type('volume'), ID)).rejects.toMatchObject({
      code: 'FED_NOT_FOUND',
      absent: expect.arrayContaining(['home', 'sp-a', 'sp-b']),
    });
  });

  it.each([
    ['a 404 that does not name the id', noSuchRoute],
    ['an HTML 404', { status: 404, text: `<html>${ID} not found</html>`, contentType: 'text/html' }],
    ['a 403', { status: 403, json: { forbidden: { message: `not allowed to see ${ID}` } } }],
    ['a 500', { status: 500, json: { computeFault: { message: 'oops' } } }],
    ['a 503 in HTML', { status: 503, text: '<html>down</html>', contentType: 'text/html' }],
    ['200 with something else', { status: 200, text: '<html>login</html>', contentType: 'text/html' }],
    ['a list of versions (300)', { status: 300, json: { versions: [] } }],
  ])('does not take %s for "not here"', async (_, answer) => {
    const { federation } = await fakeFederation({
      scopes,
      answer: (request) => (request.provider === 'sp-b' ? answer : ownedBy('nowhere', '')(request)),
    });
    await expect(federation.show(type('volume'), ID)).rejects.toMatchObject({
      code: 'FED_COULD_NOT_SAY',
      unsaid: [{ provider: 'sp-b', project: 'lab' }],
    });
  });

  it('takes a provider without the service for one that does not have the resource', async () => {
    const { federation, requests } = await fakeFederation({
      scopes,
      without: { 'sp-b': ['volumev3'] },
      answer: ownedBy('nowhere', ''),
    });
    await expect(federation.show(type('volume'), ID)).rejects.toMatchObject({ code: 'FED_NOT_FOUND' });
    expect(requests.some(({ provider }) => provider === 'sp-b')).toBe(false);
  });

  it('looks only where it was told to', async () => {
    const { federation, log } = await fakeFederation({ scopes, answer: ownedBy('sp-a', 'two') });
    await federation.show(type('volume'), ID, { narrowing: { providers: ['sp-a'], projects: ['two'] } });
    expect(log()).toEqual([`sp-a two GET /volumes/${ID}`]);
  });

  it('refuses a provider and a project that do not exist', async () => {
    const { federation } = await fakeFederation({ scopes, answer: ownedBy('sp-a', 'two') });
    await expect(federation.show(type('volume'), ID, { narrowing: { providers: ['sp-x'] } })).rejects.toMatchObject({
      code: 'FED_USAGE',
      message: expect.stringContaining('sp-x'),
    });
    await expect(federation.show(type('volume'), ID, { narrowing: { projects: ['nope'] } })).rejects.toMatchObject({
      code: 'FED_USAGE',
      message: expect.stringContaining('nope'),
    });
  });
});

describe('showing a resource whose id is not unique across clouds', () => {
  const flavors = (providers: readonly string[]) => (request: CloudRequest) =>
    providers.includes(request.provider)
      ? { json: { flavor: { id: '1', name: 'tiny' } } }
      : request.path.startsWith('/flavors/detail')
        ? { json: { flavors: [] } }
        : notFound('1');

  it('hears all scopes, and lists several owners', async () => {
    const { federation } = await fakeFederation({ scopes, answer: flavors(['home', 'sp-b']) });
    await expect(federation.show(type('flavor'), '1')).rejects.toMatchObject({
      code: 'FED_SEVERAL_OWNERS',
      owners: [
        { provider: 'home', project: 'research' },
        { provider: 'sp-b', project: 'lab' },
      ],
    });
  });

  it('counts what several projects of one provider see as one', async () => {
    const { federation, locations } = await fakeFederation({ scopes, answer: flavors(['sp-a']) });
    await expect(federation.show(type('flavor'), '1')).resolves.toMatchObject({ scope: { provider: 'sp-a' } });
    expect(locations.size).toBe(0);
  });

  it('says who could not be asked, as there may be another', async () => {
    const { federation } = await fakeFederation({
      scopes,
      answer: (request) => (request.provider === 'sp-b' ? { status: 500 } : flavors(['home'])(request)),
    });
    await expect(federation.show(type('flavor'), '1')).resolves.toMatchObject({ unsaid: [{ provider: 'sp-b' }] });
  });
});

describe('showing a resource by its name', () => {
  const named = (where: Readonly<Record<string, readonly string[]>>) => (request: CloudRequest) => {
    const mine = (where[`${request.provider}/${request.project}`] ?? []).map((name, index) => ({
      id: `0000000${index}-0000-4000-8000-${projectId(`${request.provider}${request.project}`).slice(0, 12)}`,
      name,
    }));
    if (request.path.startsWith('/servers/detail')) return { json: { servers: mine } };
    const id = request.path.split('/')[2] ?? '';
    const server = mine.find((each) => each.id === id);
    return server === undefined ? notFound(id) : { json: { server } };
  };

  it('takes only equal names, whatever the service makes of the filter', async () => {
    const { federation } = await fakeFederation({
      scopes,
      answer: named({ 'home/research': ['web-1', 'web'], 'sp-b/lab': ['my-web'] }),
    });
    await expect(federation.show(type('server'), 'web')).resolves.toMatchObject({
      how: 'named',
      item: { name: 'web' },
    });
  });

  it('lists the matches when there are several', async () => {
    const { federation } = await fakeFederation({
      scopes,
      answer: named({ 'home/research': ['web'], 'sp-b/lab': ['web'] }),
    });
    await expect(federation.show(type('server'), 'web')).rejects.toMatchObject({
      code: 'FED_SEVERAL_OWNERS',
      message: expect.stringMatching(/at home\/research\n.*at sp-b\/lab/),
    });
  });

  it('says so when nothing has the name', async () => {
    const { federation } = await fakeFederation({ scopes, answer: named({}) });
    await expect(federation.show(type('server'), 'web')).rejects.toMatchObject({ code: 'FED_NOT_FOUND' });
  });
});

describe('showing a resource of any type', () => {
  it('finds the type too', async () => {
    const { federation } = await fakeFederation({
      scopes,
      answer: (request) =>
        request.provider === 'sp-b' && request.path === `/networks/${ID}`
          ? { json: { network: { id: ID, name: 'net' } } }
          : notFound(ID),
    });
    const shown = await federation.showAny(ID);
    expect(shown).toMatchObject({ type: { name: 'network' }, scope: { provider: 'sp-b' } });
    await expect(federation.showAny(ID)).resolves.toMatchObject({ how: 'remembered' });
  });
});

describe('projects', () => {
  const forbidden = { status: 403, json: { error: { code: 403, message: 'You are not authorized.' } } };
  const answer = ({ path }: CloudRequest) =>
    path.startsWith('/projects') ? forbidden : notFound(decodeURIComponent(path.split('/')[2]?.split('?')[0] ?? ''));

  it.each([
    ['by name', 'lab'],
    ['by id', projectId('lab')],
  ])('of the user are known, though Keystone tells plain users nothing: %s', async (_, idOrName) => {
    const { federation } = await fakeFederation({ scopes, answer });
    await expect(federation.show(type('project'), idOrName)).resolves.toMatchObject({
      id: projectId('lab'),
      item: { name: 'lab' },
      scope: { provider: 'sp-b' },
      unsaid: [],
    });
  });

  it('are found by an id without a type, by show and by locate', async () => {
    const { federation } = await fakeFederation({ scopes, answer });
    const expected = { id: projectId('two'), scope: { provider: 'sp-a', project: { name: 'two' } }, unsaid: [] };
    await expect(federation.showAny(projectId('two'))).resolves.toMatchObject(expected);
    await expect(federation.locate(undefined, projectId('two'))).resolves.toMatchObject({
      ...expected,
      typeName: 'project',
    });
  });

  it('of one name at several providers are an error that lists them', async () => {
    const { federation } = await fakeFederation({ scopes: { home: ['lab'], 'sp-a': ['lab'] }, answer });
    await expect(federation.show(type('project'), 'lab')).rejects.toMatchObject({ code: 'FED_SEVERAL_OWNERS' });
  });
});

describe('an id without a type', () => {
  it('that is nowhere says which types were not looked for', async () => {
    const { federation } = await fakeFederation({ scopes, answer: ownedBy('nowhere', '') });
    await expect(federation.showAny(ID)).rejects.toMatchObject({
      code: 'FED_NOT_FOUND',
      message: expect.stringContaining(
        'Not looked for: keypairs, users, regions, services, endpoints, and what fed curl alone',
      ),
      notLookedFor: ['keypair', 'user', 'region', 'service', 'endpoint'],
      hint: expect.stringContaining('fed keypair show NAME'),
    });
  });
});
