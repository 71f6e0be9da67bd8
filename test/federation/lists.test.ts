/** Lists of providers and projects that were remembered, before something is said that rests on them. */
import { describe, expect, it } from 'vitest';
import { CouldNotSayError, NotFoundError, TransportError, UsageError } from '../../src/errors.ts';
import { subjectOf } from '../../src/federation/subject.ts';
import { typeNamed } from '../../src/services/index.ts';
import type { ResourceType } from '../../src/services/types.ts';
import {
  type CloudAnswer,
  type CloudRequest,
  type FakeFederation,
  type FakeOptions,
  fakeFederation,
  notFound,
  projectId,
} from '../support/fake-federation.ts';

const ID = '5b9cc7a4-7743-4c51-bc09-a23776948a47';
const scopes = { home: ['research'], 'sp-a': ['one'], 'sp-b': ['lab'] };
const granted = { ...scopes, 'sp-a': ['one', 'two'] };
const gone = { home: ['research'], 'sp-a': ['one'] };

const volume = typeNamed('volume') as ResourceType;

/** Each scope has one volume, called as the scope; the wanted one is where `owner` says. */
function clouds(owner?: string) {
  return ({ provider, project, path }: CloudRequest): CloudAnswer => {
    const place = `${provider}/${project}`;
    if (!path.startsWith('/volumes/detail')) {
      return place === owner ? { json: { volume: { id: ID } } } : notFound(ID);
    }
    return { json: { volumes: [{ id: projectId(place), name: place }] } };
  };
}

async function listed({ federation }: FakeFederation, narrowing = {}) {
  const names: string[] = [];
  const unsaid: string[] = [];
  for await (const event of federation.list(volume, { narrowing })) {
    if (event.kind === 'unsaid') unsaid.push(`${event.unsaid.provider}: ${event.unsaid.reason}`);
    if (event.kind === 'items') names.push(...event.items.map(({ item }) => (item as { name: string }).name));
  }
  return { names: names.sort(), unsaid };
}

async function aggregated({ federation }: FakeFederation) {
  const subject = await subjectOf('volume/volumes/detail');
  const page = await federation.aggregate({ subject, headers: [], self: 'http://proxy/volumes/detail' });
  if (page.kind !== 'page') throw new Error(page.kind);
  const { volumes } = JSON.parse(new TextDecoder().decode(page.body)) as { volumes: ReadonlyArray<{ name: string }> };
  return { names: volumes.map(({ name }) => name).sort(), missing: page.missing.map(({ provider }) => provider) };
}

/** The clouds remember `scopes`, and have `now`. */
function changed(now: FakeOptions['scopes'], more: Partial<FakeOptions> = {}) {
  return fakeFederation({
    scopes: { ...scopes, ...now },
    remembered: scopes,
    now: () => now,
    answer: clouds(),
    ...more,
  });
}

describe('a project that was granted since the lists were remembered', () => {
  it('is listed, with one request more of each provider and of home', async () => {
    const fake = await changed(granted);
    const { names, unsaid } = await listed(fake);
    expect(names).toEqual(['home/research', 'sp-a/one', 'sp-a/two', 'sp-b/lab']);
    expect(unsaid).toEqual([]);
    expect(fake.lists.toSorted()).toEqual(['home tokens', 'sp-a projects', 'sp-b projects']);
  });

  it('is in an aggregated listing', async () => {
    const { names, missing } = await aggregated(await changed(granted));
    expect(names).toEqual(['home/research', 'sp-a/one', 'sp-a/two', 'sp-b/lab']);
    expect(missing).toEqual([]);
  });

  it('is searched before it is said that something is nowhere', async () => {
    const fake = await changed(granted, { answer: clouds('sp-a/two') });
    const { scope } = await fake.federation.show(volume, ID);
    expect(`${scope.provider}/${scope.project.name}`).toBe('sp-a/two');
  });

  it('can be named', async () => {
    const { names } = await listed(await changed(granted), { projects: ['two'] });
    expect(names).toEqual(['sp-a/two']);
    const fake = await changed(granted);
    expect((await fake.federation.scope({ providers: ['sp-a'], projects: ['two'] })).project.name).toBe('two');
    const unknown = changed(granted).then(({ federation }) => federation.scope({ projects: ['three'] }));
    await expect(unknown).rejects.toBeInstanceOf(UsageError);
  });
});

describe('a provider that was registered since then', () => {
  const registered = { ...scopes, 'sp-c': ['archive'] };

  it('is listed, searched and can be named', async () => {
    expect((await listed(await changed(registered))).names).toContain('sp-c/archive');
    expect((await aggregated(await changed(registered))).names).toContain('sp-c/archive');
    const fake = await changed(registered, { answer: clouds('sp-c/archive') });
    expect((await fake.federation.show(volume, ID)).scope.provider).toBe('sp-c');
    expect((await listed(await changed(registered), { providers: ['sp-c'] })).names).toEqual(['sp-c/archive']);
    const unknown = changed(registered).then(({ federation }) => federation.providers({ providers: ['sp-d'] }));
    await expect(unknown).rejects.toThrow('There is no provider named sp-d; there are: home, sp-a, sp-b, sp-c.');
  });
});

describe('lists', () => {
  it('are not fetched for a search that finds its owner', async () => {
    const fake = await changed(granted, { answer: clouds('sp-b/lab') });
    await fake.federation.show(volume, ID);
    await fake.federation.show(volume, ID);
    expect(fake.lists).toEqual([]);
  });

  it('are not fetched for an id without a type that has an owner', async () => {
    const fake = await changed(granted, { answer: clouds('sp-b/lab') });
    expect((await fake.federation.showAny(ID)).scope.provider).toBe('sp-b');
    expect(fake.lists).toEqual([]);
  });

  it('are fetched before it is said that a project is nowhere: one that was granted since is found', async () => {
    const two = projectId('two');
    const { federation } = await changed(granted, { answer: () => notFound(two) });
    expect((await federation.show(typeNamed('project') as ResourceType, two)).scope.provider).toBe('sp-a');
    const another = await changed(granted, { answer: () => notFound(two) });
    expect((await another.federation.showAny(two)).scope.provider).toBe('sp-a');
  });

  it('are fetched once for what nobody has, whatever is asked of the clouds meanwhile', async () => {
    const fake = await changed(scopes);
    await expect(fake.federation.show(volume, ID)).rejects.toBeInstanceOf(NotFoundError);
    expect(fake.lists.toSorted()).toEqual(['home tokens', 'sp-a projects', 'sp-b projects']);
  });

  it('are believed for half a minute by a program that asks again and again', async () => {
    let now = Date.now();
    const fake = await changed(scopes, { clock: { now: () => now } });
    await Promise.all([listed(fake), aggregated(fake), listed(fake)]);
    expect(fake.lists).toHaveLength(3);
    now += 29_000;
    await aggregated(fake);
    expect(fake.lists).toHaveLength(3);
    now += 2000;
    await listed(fake);
    expect(fake.lists).toHaveLength(6);
  });

  it('are fetched beside the pages of an aggregated listing, which does not wait for them', async () => {
    let release: () => void = () => {};
    const beforeLists = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked = new Set<string>();
    const answer = (request: CloudRequest) => {
      asked.add(`${request.provider}/${request.project}`);
      if (asked.size === 3) release();
      return clouds()(request);
    };
    const fake = await changed(granted, { answer, beforeLists });
    expect((await aggregated(fake)).names).toEqual(['home/research', 'sp-a/one', 'sp-a/two', 'sp-b/lab']);
    expect(fake.lists.toSorted()).toEqual(['home tokens', 'sp-a projects', 'sp-b projects']);
  });

  it('that cannot be fetched leave a listing incomplete, and a search undecided', async () => {
    const listAnswer = (provider: string) =>
      provider === 'sp-b' ? { status: 503, json: { error: { code: 503, message: 'busy' } } } : undefined;
    const { names, unsaid } = await listed(await changed(scopes, { listAnswer }));
    expect(names).toHaveLength(3);
    expect(unsaid).toEqual([expect.stringMatching(/^sp-b: .*503/)]);
    expect((await aggregated(await changed(scopes, { listAnswer }))).missing).toEqual(['sp-b']);
    const search = changed(scopes, { listAnswer }).then(({ federation }) => federation.show(volume, ID));
    await expect(search).rejects.toBeInstanceOf(CouldNotSayError);
  });

  it('of home that cannot be fetched do the same', async () => {
    const listAnswer = (provider: string) => (provider === 'home' ? { status: 500, text: 'oops' } : undefined);
    const { unsaid } = await listed(await changed(scopes, { listAnswer }));
    expect(unsaid).toEqual([expect.stringMatching(/^home: /)]);
    const page = await aggregated(await changed(scopes, { listAnswer }));
    expect(page.names).toHaveLength(3);
    expect(page.missing).toEqual(['home']);
  });
});

describe('a provider that home lists no more', () => {
  const down = (owner?: string) => (request: CloudRequest) => {
    if (request.provider === 'sp-b') {
      throw new TransportError('sp-b: connection refused', { provider: 'sp-b', reason: 'connect', url: 'http://x' });
    }
    return clouds(owner)(request);
  };

  it('is not missing from a listing', async () => {
    const { names, unsaid } = await listed(await changed(gone, { answer: down() }));
    expect(names).toEqual(['home/research', 'sp-a/one']);
    expect(unsaid).toEqual([]);
  });

  it('does not keep a search from saying that something is nowhere', async () => {
    const { federation } = await changed(gone, { answer: down() });
    await expect(federation.show(volume, ID)).rejects.toBeInstanceOf(NotFoundError);
  });

  it.each(['show', 'forward'] as const)(
    'is forgotten as the place of a resource, which is looked for: %s',
    async (how) => {
      const fake = await changed(gone, { answer: down('sp-a/one') });
      const location = { provider: 'sp-b', projectId: projectId('lab') };
      await fake.federation.memory.put([{ type: 'volume', id: ID, location }]);
      if (how === 'show') expect((await fake.federation.show(volume, ID)).scope.provider).toBe('sp-a');
      else {
        const subject = await subjectOf(`volume/volumes/${ID}`);
        const { scope } = await fake.federation.forward({ method: 'GET', subject, headers: [] });
        expect(scope.provider).toBe('sp-a');
      }
      expect([...fake.locations.values()].map(({ location: { provider } }) => provider)).toEqual(['sp-a']);
    },
  );

  it('is forgotten too where its tokens are over', async () => {
    const fake = await changed(gone, { answer: clouds('sp-a/one') });
    const location = { provider: 'sp-x', projectId: projectId('lab') };
    await fake.federation.memory.put([{ type: 'volume', id: ID, location }]);
    expect((await fake.federation.show(volume, ID)).scope.provider).toBe('sp-a');
  });
});
