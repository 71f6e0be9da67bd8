import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CouldNotSayError,
  Federation,
  type ListedResource,
  NotFoundError,
  PartialError,
  SeveralOwnersError,
  type Unsaid,
  UsageError,
} from '../../src/index.ts';
import { collected, useClouds } from './clouds.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const ALL = { 'home/research': 4, 'sp-a/research-one': 70, 'sp-a/research-two': 4, 'sp-b/lab': 4, 'sp-c/archive': 4 };

const clouds = useClouds();

function counted(listed: readonly ListedResource[]) {
  const counts: Record<string, number> = {};
  for (const { provider, project } of listed) {
    const label = `${provider}/${project.name}`;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

async function oneVolume(federation: Federation, provider: string) {
  const [volume] = await collected(federation.list('volume', { providers: [provider], limit: 1 }));
  return { id: String(volume?.item.id), name: String(volume?.item.name) };
}

describe('scopes', () => {
  it('are all projects of all providers, home first', async () => {
    const scopes = await (await clouds.open()).scopes();
    expect(scopes.map(({ provider, project }) => `${provider}/${project.name}`)).toEqual(Object.keys(ALL));
  });

  it('are narrowed by the call, by the federation, and by what is left out', async () => {
    const names = async (federation: Federation, options = {}) =>
      (await federation.scopes(options)).map(({ provider, project }) => `${provider}/${project.name}`);
    const federation = await clouds.open({ skip: ['sp-a'] });
    expect(await names(federation)).toEqual(['home/research', 'sp-b/lab', 'sp-c/archive']);
    expect(await names(federation, { providers: ['sp-a'], projects: ['research-two'] })).toEqual(['sp-a/research-two']);
    expect(await names(await clouds.open({ providers: ['sp-b'] }))).toEqual(['sp-b/lab']);
  });
});

describe('listing', () => {
  it('gives every item of every cloud, with provider and project', async () => {
    expect(counted(await collected((await clouds.open()).list('volume')))).toEqual(ALL);
  });

  it('fails after the last item when a provider could not be asked', async () => {
    await clouds.sandbox.faults.add({ cloud: 'sp-c', kind: 'refuse' });
    const federation = await clouds.open();
    const came: ListedResource[] = [];
    const listing = (async () => {
      for await (const listed of federation.list('volume')) came.push(listed);
    })();
    const failure = await listing.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialError);
    expect((failure as PartialError).unsaid.map(({ provider }) => provider)).toEqual(['sp-c']);
    const { 'sp-c/archive': _, ...others } = ALL;
    expect(counted(came)).toEqual(others);
  });

  it('tells onMissing instead, where there is one', async () => {
    await clouds.sandbox.faults.add({ cloud: 'sp-c', kind: 'refuse' });
    const missing: Unsaid[] = [];
    const federation = await clouds.open();
    await collected(federation.list('volume', { onMissing: (each) => missing.push(each) }));
    expect(missing).toMatchObject([{ provider: 'sp-c', reason: expect.stringContaining('refused') }]);
  });

  it('says that nobody could be asked when nobody could', async () => {
    const federation = await clouds.open({ providers: ['sp-c'] });
    await clouds.sandbox.faults.add({ cloud: 'sp-c', kind: 'refuse' });
    await expect(collected(federation.list('volume'))).rejects.toBeInstanceOf(CouldNotSayError);
  });

  it('passes filters to the service, and counts a limit over all clouds', async () => {
    const federation = await clouds.open();
    expect(await collected(federation.list('volume', { limit: 9, pageSize: 3 }))).toHaveLength(9);
    expect(await collected(federation.list('volume', { limit: 0 }))).toEqual([]);
    const { name } = await oneVolume(federation, 'sp-b');
    const named = await collected(
      federation.list('volume', { name, query: { status: 'available' }, providers: ['sp-b'] }),
    );
    for (const { item } of named) expect(item).toMatchObject({ name, status: 'available' });
    expect(clouds.log('sp-b').some((line) => line.includes('status=available'))).toBe(true);
  });

  it('takes a name of a type only', async () => {
    const federation = await clouds.open();
    const wrong = federation.list('wolume' as 'volume');
    await expect(collected(wrong)).rejects.toThrow('There is no resource type wolume.');
    await expect(collected(federation.list('volume', { limit: -1 }))).rejects.toBeInstanceOf(UsageError);
  });
});

describe('one resource', () => {
  it('is shown wherever it is, and the second time with one request', async () => {
    const federation = await clouds.open();
    const { id, name } = await oneVolume(await clouds.open(), 'sp-b');
    expect(await federation.show('volume', id)).toMatchObject({
      ...{ type: 'volume', id, provider: 'sp-b', project: { name: 'lab' }, how: 'probed', unsaid: [] },
      item: { id, name },
    });
    clouds.sandbox.clearRequests();
    expect(await federation.show('volume', id)).toMatchObject({ how: 'remembered' });
    // Providers that are not needed any more may still be on their way in.
    expect(clouds.log('sp-b').filter((line) => line.includes('/volumes/'))).toHaveLength(1);
  });

  it('is located without a request when it was seen', async () => {
    const federation = await clouds.open();
    const { id } = await oneVolume(federation, 'sp-b');
    clouds.sandbox.clearRequests();
    expect(await federation.locate('volume', id)).toMatchObject({ provider: 'sp-b', how: 'remembered', id });
    expect(await federation.locate(undefined, id)).toMatchObject({ type: 'volume', provider: 'sp-b' });
    expect(clouds.total()).toBe(0);
  });

  it('is found by its name, and without its type', async () => {
    const federation = await clouds.open();
    const { id, name } = await oneVolume(await clouds.open(), 'sp-c');
    expect(await federation.show('volume', name, { providers: ['sp-c'] })).toMatchObject({ id, how: 'named' });
    expect(await (await clouds.open()).show(undefined, id)).toMatchObject({ type: 'volume', provider: 'sp-c' });
  });

  it('is nowhere, could not be found, or is several: each an error of its own', async () => {
    const federation = await clouds.open();
    await expect(federation.show('volume', UNKNOWN)).rejects.toBeInstanceOf(NotFoundError);
    await expect(federation.show('flavor', 'm1.tiny')).rejects.toBeInstanceOf(SeveralOwnersError);
    await clouds.sandbox.faults.add({ cloud: 'sp-b', kind: 'refuse' });
    const failure = await federation.show('volume', UNKNOWN).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CouldNotSayError);
    expect(failure).toMatchObject({ code: 'FED_COULD_NOT_SAY', unsaid: [{ provider: 'sp-b' }] });
    await expect(federation.show('volume', '')).rejects.toBeInstanceOf(UsageError);
  });
});

describe('forwarding', () => {
  it('goes to the owner, and gives status, headers and the body as value, text, bytes or pieces', async () => {
    const federation = await clouds.open();
    const { id } = await oneVolume(await clouds.open(), 'sp-b');
    const answer = await federation.forward({ target: `volume/volumes/${id}` });
    expect(answer).toMatchObject({ provider: 'sp-b', how: 'probed', status: 200, ok: true });
    expect(answer.project.name).toBe('lab');
    expect(answer.header('CONTENT-type')).toContain('json');
    expect(await answer.json()).toMatchObject({ volume: { id } });
    const again = async () => federation.forward({ target: `volume/volumes/${id}` });
    const text = await (await again()).text();
    expect(new TextDecoder().decode(await (await again()).bytes())).toBe(text);
    const pieces = await collected((await again()).body);
    expect(Buffer.concat(pieces).toString()).toBe(text);
    expect((await again()).how).toBe('remembered');
  });

  it('sends values, and creates where it is told', async () => {
    const federation = await clouds.open();
    const made = await federation.forward({
      ...{ method: 'post', target: 'volume/volumes', provider: 'sp-b' },
      json: { volume: { size: 1, name: 'made' } },
    });
    expect(made.status).toBe(202);
    const { volume } = (await made.json()) as { volume: { id: string } };
    expect(await federation.locate('volume', volume.id)).toMatchObject({ provider: 'sp-b', how: 'remembered' });
    const gone = await federation.forward({ method: 'DELETE', target: `volume/volumes/${volume.id}` });
    expect(gone).toMatchObject({ status: 202, provider: 'sp-b', how: 'remembered' });
    await gone.text();
  });

  it('takes the URL of an endpoint, and refuses one that is in no catalog', async () => {
    const federation = await clouds.open();
    const { url, projects } = clouds.sandbox.cloud('sp-b');
    const target = `${url}/volume/v3/${projects[0]?.id}/volumes?limit=1`;
    const answer = await federation.forward({ target });
    expect(answer).toMatchObject({ provider: 'sp-b', status: 200 });
    expect(((await answer.json()) as { volumes: unknown[] }).volumes).toHaveLength(1);
    await expect(federation.forward({ target: 'http://elsewhere.invalid/volumes' })).rejects.toThrow(
      'in none of your catalogs',
    );
    await expect(federation.forward({ target: '7/volumes' })).rejects.toBeInstanceOf(UsageError);
    await expect(federation.forward({ target: 'nonsense/volumes' })).rejects.toThrow('No provider has a service');
  });

  it('streams bodies up and down, from Node streams and web streams', async () => {
    const federation = await clouds.open();
    const bytes = Buffer.alloc(300_000, 'fed');
    const file = join(clouds.folder, 'image.raw');
    writeFileSync(file, bytes);
    for (const body of [createReadStream(file), new Blob([bytes]).stream() as AsyncIterable<Uint8Array>, bytes]) {
      const created = await federation.forward({
        ...{ method: 'POST', target: 'image/images', provider: 'sp-b' },
        json: { name: 'up', disk_format: 'raw', container_format: 'bare' },
      });
      const { id } = (await created.json()) as { id: string };
      const up = await federation.forward({
        ...{ method: 'PUT', target: `image/images/${id}/file`, body },
        headers: new Headers({ 'content-type': 'application/octet-stream' }),
      });
      expect(up).toMatchObject({ status: 204, provider: 'sp-b' });
      await up.text();
      const down = await federation.forward({ target: `image/images/${id}/file`, headers: { Accept: '*/*' } });
      expect(Buffer.compare(Buffer.from(await down.bytes()), bytes)).toBe(0);
      const noValue = await federation.forward({ target: `image/images/${id}/file` });
      await expect(noValue.json()).rejects.toThrow('sp-b answered 200 with something that is not JSON.');
    }
  });

  it('refuses what is no body', async () => {
    const federation = await clouds.open();
    const put = (body: unknown) =>
      federation.forward({ method: 'POST', target: 'volume/volumes', body: body as string });
    await expect(put(7)).rejects.toThrow('A body is');
    await expect(put(createReadStream(import.meta.filename, 'utf8'))).rejects.toThrow('something else than bytes');
    const both = { target: 'volume/volumes', body: '{}', json: {} };
    await expect(federation.forward(both)).rejects.toThrow('not both');
  });
});

describe('closing', () => {
  it('ends the federation, also at the end of its block', async () => {
    const federation = await Federation.open({ env: clouds.env() });
    await federation[Symbol.asyncDispose]();
    await expect(federation.scopes()).rejects.toThrow('The federation was closed.');
    await expect(collected(federation.list('volume'))).rejects.toThrow('The federation was closed.');
  });
});
