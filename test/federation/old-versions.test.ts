/** Catalogs that name Identity v2.0 or Image v1, as clouds did in the years of change. */
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/federation/subject.ts';
import { typeNamed } from '../../src/services/index.ts';
import { type CloudRequest, fakeFederation } from '../support/fake-federation.ts';

const scopes = { home: ['research'], 'sp-a': ['one'] };

/** A federation in which sp-a has these addresses, and everything answers with empty lists. */
async function clouds(type: string, ...paths: string[]) {
  const endpoints = paths.map((path) => ({ interface: 'public', region: 'One', url: `http://sp-a.test${path}` }));
  const answer = ({ request }: CloudRequest) => ({ json: { [request.url.split('/').at(-1) ?? '']: [] } });
  const fake = await fakeFederation({ scopes, answer, catalogs: { 'sp-a': [{ type, endpoints }] } });
  const urls = () =>
    fake.requests.filter(({ provider }) => provider === 'sp-a').map(({ request }) => new URL(request.url).pathname);
  const listed = async (name: string) => {
    const wanted = typeNamed(name);
    if (wanted === undefined) throw new Error(name);
    const unsaid: unknown[] = [];
    for await (const event of fake.federation.list(wanted, {})) {
      if (event.kind === 'unsaid') unsaid.push(event.unsaid);
    }
    return unsaid;
  };
  const get = async (target: string) =>
    fake.federation.forward({
      method: 'GET',
      subject: await subjectOf(target),
      headers: [],
      narrowing: { providers: ['sp-a'] },
    });
  return { urls, listed, get };
}

describe('a catalog with Image v1', () => {
  it('is a failure that says so, for the commands that speak v2', async () => {
    const { urls, listed } = await clouds('image', '/image/v1');
    expect(await listed('image')).toMatchObject([
      {
        provider: 'sp-a',
        reason: 'its catalog has image at v1 only, which fed does not speak.',
        cause: { code: 'FED_CATALOG', hint: expect.stringContaining('fed curl image/v1/') },
      },
    ]);
    expect(urls()).toEqual([]);
  });

  it('passes raw calls on as it has them', async () => {
    const { urls, get } = await clouds('image', '/image/v1');
    await get('image/images');
    await get('image/v1/images');
    expect(urls()).toEqual(['/image/v1/images', '/image/v1/images']);
  });

  it('is no matter where it has v2, too', async () => {
    const { urls, listed } = await clouds('image', '/image/v1', '/image/v2');
    expect(await listed('image')).toEqual([]);
    expect(urls()).toEqual(['/image/v2/images']);
  });
});

describe('a catalog with Identity v2.0', () => {
  it('has v3 beside it, as every Keystone that fed can log in to', async () => {
    const { urls, get } = await clouds('identity', '/identity/v2.0');
    await get('identity/users');
    await get('identity/v2.0/users');
    expect(urls()).toEqual(['/identity/v3/users', '/identity/v2.0/users']);
  });
});
