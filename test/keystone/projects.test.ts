import { describe, expect, it } from 'vitest';
import { ProviderAuthError } from '../../src/errors.ts';
import { projectsOf, scopeTo } from '../../src/keystone/projects.ts';
import { FakeSend, type Reply } from '../support/fake-send.ts';
import { contextOf, failureOf, HOME_TOKEN, keystoneError, NOW, tokenReply } from './token-fixtures.ts';

const BASE = 'http://sp-a.example:5000/v3';
const LIST = `${BASE}/auth/projects`;
const TOKEN = { ...HOME_TOKEN, secret: 'gAAAAA-unscoped-secret' };
const AT = { base: BASE, token: TOKEN, provider: 'sp-a', connection: {} };

const project = (id: string, changes: Record<string, unknown> = {}) => ({
  id,
  name: `name-${id}`,
  domain_id: 'default',
  enabled: true,
  is_domain: false,
  ...changes,
});
const listing = (projects: unknown[], next: string | null = null): Reply => ({
  status: 200,
  body: { projects, links: { self: LIST, previous: null, next } },
});
const idsOf = async (fake: FakeSend) => (await projectsOf(contextOf(fake), AT)).map(({ id }) => id);

describe('projectsOf', () => {
  it("gives the provider's projects by name, as Keystone's own order is random", async () => {
    const fake = new FakeSend().on('GET', LIST, listing([project('b'), project('a')]));
    expect(await projectsOf(contextOf(fake), AT)).toEqual([
      { id: 'a', name: 'name-a', domainId: 'default' },
      { id: 'b', name: 'name-b', domainId: 'default' },
    ]);
    expect(fake.requests[0]?.header('x-auth-token')).toBe(TOKEN.secret);
    expect(fake.requests[0]?.purpose).toEqual({ provider: 'sp-a', step: 'projects' });
  });

  it('gives none where the user is mapped and has no role, when Keystone has said so twice', async () => {
    expect(await idsOf(new FakeSend().on('GET', LIST, listing([])).on('GET', LIST, listing([])))).toEqual([]);
  });

  it('believes the second answer where the first was an empty list', async () => {
    const fake = new FakeSend().on('GET', LIST, listing([])).on('GET', LIST, listing([project('a')]));
    expect(await idsOf(fake)).toEqual(['a']);
  });

  it('leaves out projects that are disabled', async () => {
    const fake = new FakeSend().on('GET', LIST, listing([project('a', { enabled: false }), project('b')]));
    expect(await idsOf(fake)).toEqual(['b']);
  });

  it('follows every page, at the address that it knows and no other', async () => {
    const fake = new FakeSend()
      .on('GET', LIST, listing([project('a')], 'https://internal.evil:35357/v3/auth/projects?marker=a'))
      .on('GET', `${LIST}?marker=a`, listing([project('b', { enabled: false })], '?marker=b'))
      .on('GET', `${LIST}?marker=b`, listing([project('c')]));
    expect(await idsOf(fake)).toEqual(['a', 'c']);
  });

  it('ends when a link repeats', async () => {
    const fake = new FakeSend()
      .on('GET', LIST, listing([project('a')], '?page=2'))
      .on('GET', `${LIST}?page=2`, listing([project('b')], '?page=2'));
    expect(await idsOf(fake)).toEqual(['a', 'b']);
  });

  it('ends when a page adds nothing', async () => {
    const fake = new FakeSend()
      .on('GET', LIST, listing([project('a')], '?page=2'))
      .on('GET', `${LIST}?page=2`, listing([project('a')], '?page=3'));
    expect(await idsOf(fake)).toEqual(['a']);
  });

  it('fails where there is always another page', async () => {
    const fake = new FakeSend().on('GET', LIST, listing([project('p0')], '?page=1'));
    for (let page = 1; page <= 1000; page += 1)
      fake.on('GET', `${LIST}?page=${page}`, listing([project(`p${page}`)], `?page=${page + 1}`));
    const error = await failureOf(projectsOf(contextOf(fake), AT));
    expect(error).toMatchObject({ step: 'projects', message: expect.stringContaining('more than 1000 pages') });
  });

  it('asks an old Keystone at its old address', async () => {
    const fake = new FakeSend()
      .on('GET', LIST, { status: 404, headers: [['Content-Type', 'text/html']], body: '<html>404</html>' })
      .on('GET', `${BASE}/OS-FEDERATION/projects`, listing([project('a')], `${BASE}/OS-FEDERATION/projects?p=2`))
      .on('GET', `${BASE}/OS-FEDERATION/projects?p=2`, listing([project('b')]));
    expect(await idsOf(fake)).toEqual(['a', 'b']);
  });

  it.each<[what: string, reply: Reply, status: number, message: RegExp]>([
    ['a token that is refused', keystoneError(401, 'Nope'), 401, /401: Nope/],
    [
      'a page',
      { status: 200, headers: [['Content-Type', 'text/html']], body: '<html>x</html>' },
      200,
      /no list of projects/,
    ],
    ['another shape', { status: 200, body: { projects: {} } }, 200, /no list of projects/],
    ['a project without a name', listing([{ id: 'x' }]), 200, /no id or no name/],
    ['an overload', keystoneError(503, 'Later'), 503, /503: Later/],
  ])('is an error with %s', async (_what, reply, status, message) => {
    const error = await failureOf(projectsOf(contextOf(new FakeSend().on('GET', LIST, reply)), AT));
    expect(error).toBeInstanceOf(ProviderAuthError);
    expect(error).toMatchObject({ provider: 'sp-a', step: 'projects', status });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/Likely cause/);
  });

  it('is an error where neither address is known', async () => {
    const fake = new FakeSend()
      .on('GET', LIST, keystoneError(404, 'No'))
      .on('GET', `${BASE}/OS-FEDERATION/projects`, keystoneError(404, 'No'));
    expect(await failureOf(projectsOf(contextOf(fake), AT))).toMatchObject({ step: 'projects', status: 404 });
  });
});

describe('scopeTo', () => {
  const TOKENS = `${BASE}/auth/tokens`;
  const scope = (reply: Reply, name?: string) => {
    const fake = new FakeSend().on('POST', TOKENS, reply);
    const wanted = { id: 'p-research', ...(name !== undefined && { name }) };
    return { fake, token: scopeTo(contextOf(fake), { ...AT, project: wanted }) };
  };

  it('gives a token for the project', async () => {
    const { fake, token } = scope(tokenReply(), 'research');
    expect(await token).toMatchObject({
      secret: 'gAAAAA-new',
      project: { id: 'p-research' },
      expiresAt: NOW + 3_600_000,
    });
    expect(fake.requests[0]?.json).toEqual({
      auth: {
        identity: { methods: ['token'], token: { id: TOKEN.secret } },
        scope: { project: { id: 'p-research' } },
      },
    });
    expect(fake.requests[0]?.purpose).toEqual({ provider: 'sp-a', project: 'research', step: 'scope' });
  });

  it.each<[what: string, reply: Reply, message: RegExp]>([
    [
      'a project that is not granted',
      keystoneError(401, 'Nope'),
      /gave no token for the project research; it answered 401/,
    ],
    ['a token that ended', keystoneError(404, 'Could not recognize Fernet token'), /404: Could not recognize/],
    ['a token for another project', tokenReply({ project: { id: 'other', name: 'other' } }), /another scope/],
    ['an unscoped token', tokenReply({ project: undefined }), /another scope/],
    ['something else than a token', { status: 201, body: [] }, /not JSON|no "token"/],
  ])('is an error with %s', async (_what, reply, message) => {
    const error = await failureOf(scope(reply, 'research').token);
    expect(error).toBeInstanceOf(ProviderAuthError);
    expect(error).toMatchObject({ provider: 'sp-a', step: 'scope' });
    expect(error.message).toMatch(message);
  });

  it('names the project by its id where it has no name, and never the token', async () => {
    const error = await failureOf(scope(keystoneError(404, `Could not find token: ${TOKEN.secret}`)).token);
    expect(error.message).toMatch(/the project p-research/);
    expect(error.message).not.toContain(TOKEN.secret);
  });
});
