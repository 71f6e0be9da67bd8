import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { useContract } from './contract.ts';
import { sandboxOnly } from './differences.ts';
import { call } from './http.ts';
import { authenticate, DEFAULT, homeToken, passwordIdentity, projectScope, secretOf, tokenIdentity } from './login.ts';
import { APPLICATION_CREDENTIAL } from './target.ts';

const contract = useContract();
const home = () => contract.target.home;
const tokens = () => `${home().identity}/v3/auth/tokens`;
const subject = (method: string, token: string | undefined, about: string | undefined) =>
  call(method, tokens(), { token, headers: about === undefined ? {} : { 'X-Subject-Token': about } });

describe('authentication with a password', () => {
  it('gives a scoped token with project, roles, catalog and service providers', async () => {
    const answer = await homeToken(contract.target, 'alice');
    expect(answer.status).toBe(201);
    expect(answer.headers['x-subject-token']).toMatch(/^gAAAA/);
    expect(answer.headers.vary).toContain('X-Auth-Token');
    expect(answer.json.token).toMatchObject({
      methods: ['password'],
      user: { name: 'alice', domain: { id: 'default', name: 'Default' } },
      project: { name: 'research', domain: { id: 'default', name: 'Default' } },
      is_domain: false,
    });
    expect(answer.json.token.user.id).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.json.token.roles.map(({ name }: { name: string }) => name).sort()).toEqual(['member', 'reader']);
    expect(answer.json.token.service_providers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'sp-a', auth_url: expect.stringContaining('/OS-FEDERATION/') }),
      ]),
    );
  });

  it('gives an unscoped token that lists the service providers too', async () => {
    const { token } = (await homeToken(contract.target, 'alice', false)).json;
    expect(token.project).toBeUndefined();
    expect(token.roles).toBeUndefined();
    expect(token.service_providers.map(({ id }: { id: string }) => id)).toContain('sp-b');
  });

  it('writes times in UTC with microseconds, an hour apart', async () => {
    const { issued_at: issued, expires_at: expires } = (await homeToken(contract.target, 'alice')).json.token;
    expect(issued).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/);
    expect(Date.parse(expires) - Date.parse(issued)).toBeGreaterThanOrEqual(3_590_000);
  });

  it.each([
    ['a wrong password', passwordIdentity('alice', 'wrong'), undefined],
    [
      'a user whom nobody knows',
      { methods: ['password'], password: { user: { name: 'nobody', domain: DEFAULT, password: 'x' } } },
      undefined,
    ],
    [
      'a domain that is not there',
      {
        methods: ['password'],
        password: { user: { name: 'alice', domain: { name: 'Nope' }, password: 'alice-secret' } },
      },
      undefined,
    ],
    ['a project without a role', passwordIdentity('alice'), projectScope('teaching')],
    ['a project that is not there', passwordIdentity('alice'), projectScope('nonesuch')],
    ['a domain as the scope, without a role', passwordIdentity('alice'), { domain: DEFAULT }],
    ['the system as the scope, without a role', passwordIdentity('alice'), { system: { all: true } }],
    ['no method at all', { methods: [] }, undefined],
  ])('refuses %s with 401 and the same words', async (_, identity, scope) => {
    const answer = await authenticate(home(), identity, scope);
    expect(answer.status).toBe(401);
    expect(answer.json.error).toEqual({
      code: 401,
      title: 'Unauthorized',
      message: 'The request you have made requires authentication.',
    });
    expect(answer.headers['www-authenticate']).toBe(`Keystone uri="${home().identity}/v3"`);
  });

  it.each([
    [
      'a user by name without a domain',
      { methods: ['password'], password: { user: { name: 'alice', password: 'x' } } },
      undefined,
      'domain in user',
    ],
    [
      'a project by name without a domain',
      passwordIdentity('alice'),
      { project: { name: 'research' } },
      'domain in project',
    ],
    ['a method that is not there', { methods: ['nope'] }, undefined, 'nope in identity'],
    ['a method without its data', { methods: ['password'] }, undefined, 'password in identity'],
  ])('answers 400 to %s and says what it expects', async (_, identity, scope, expected) => {
    const answer = await authenticate(home(), identity, scope);
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toMatch(new RegExp(`^Expecting to find ${expected}\\.`));
  });

  it('answers 400 to bodies that are no JSON, and to other content types', async () => {
    const json = { 'Content-Type': 'application/json' };
    expect((await call('POST', tokens(), { headers: json, body: '{not json' })).json.error.message).toContain(
      'valid JSON',
    );
    expect((await call('POST', tokens(), { body: {} })).json.error.message).toContain('auth in request body');
    const plain = await call('POST', tokens(), { headers: { 'Content-Type': 'text/plain' }, body: '{"auth":{}}' });
    expect(plain.status).toBe(400);
    expect(plain.json.error.message).toContain('application/json in Content-Type header');
  });
});

describe('authentication with a token', () => {
  it('keeps the expiry, adds the method and links the audit ids', async () => {
    const parent = await homeToken(contract.target, 'alice', false);
    const child = await authenticate(home(), tokenIdentity(secretOf(parent)), projectScope('research'));
    expect(child.status).toBe(201);
    expect(child.json.token.expires_at).toBe(parent.json.token.expires_at);
    expect([...child.json.token.methods].sort()).toEqual(['password', 'token']);
    expect(child.json.token.audit_ids[1]).toBe(parent.json.token.audit_ids[0]);
  });

  it.each(['garbage', `gAAAAABrBQKr${'x'.repeat(150)}`])('answers 404, not 401, to a bad one: %s', async (bad) => {
    const answer = await authenticate(home(), tokenIdentity(bad));
    expect(answer.status).toBe(404);
    expect(answer.json.error.message).toBe('Could not recognize Fernet token');
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });
});

describe('authentication with an application credential', () => {
  const { name, secret, user } = APPLICATION_CREDENTIAL;
  const identity = (data: unknown) => ({ methods: ['application_credential'], application_credential: data });
  const owner = { name: user, domain: DEFAULT };

  it('gives a token for its own project', async () => {
    const answer = await authenticate(home(), identity({ name, secret, user: owner }));
    expect(answer.status).toBe(201);
    expect(answer.json.token).toMatchObject({
      methods: ['application_credential'],
      project: { name: 'research' },
      application_credential: { name: 'alice-fed', restricted: true },
    });
  });

  it('refuses a scope with 401 and says why', async () => {
    const answer = await authenticate(home(), identity({ name, secret, user: owner }), projectScope('research'));
    expect(answer.status).toBe(401);
    expect(answer.json.error.message).toContain('Application credentials cannot request a scope');
  });

  it('answers 401 to a wrong secret or an unknown name, 404 to an unknown id', async () => {
    expect((await authenticate(home(), identity({ name, secret: 'wrong', user: owner }))).status).toBe(401);
    expect((await authenticate(home(), identity({ name: 'nope', secret, user: owner }))).status).toBe(401);
    const unknown = await authenticate(home(), identity({ id: 'nope', secret }));
    expect(unknown.status).toBe(404);
    expect(unknown.json.error.message).toBe('Could not find Application Credential: nope.');
  });

  it('can be made, used by its id and deleted by its owner', async () => {
    const scope = await contract.home();
    const url = `${home().identity}/v3/users/${scope.userId}/application_credentials`;
    const made = await scope.call('POST', url, {
      body: { application_credential: { name: `contract-${process.pid}` } },
    });
    expect(made.status).toBe(201);
    const { id, secret: own } = made.json.application_credential;
    try {
      expect((await authenticate(home(), identity({ id, secret: own }))).status).toBe(201);
      const again = await scope.call('POST', url, {
        body: { application_credential: { name: `contract-${process.pid}` } },
      });
      expect(again.status).toBe(409);
      const shown = await scope.get(`${url}/${id}`);
      expect(shown.json.application_credential).toMatchObject({ id, project_id: scope.project.id });
      expect(shown.text).not.toContain(own);
    } finally {
      expect((await scope.call('DELETE', `${url}/${id}`)).status).toBe(204);
    }
    expect((await scope.get(`${url}/${id}`)).status).toBe(404);
  });
});

describe('authentication with a one-time password', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const code = () => {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
    const digest = createHmac('sha1', '12345678901234567890').update(counter).digest();
    const offset = digest.readUInt8(19) & 15;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  };

  sandboxOnly('one-time passwords')(
    'gives a token to whoever stored a secret, and only for the right code',
    async () => {
      const scope = await contract.scope('home', 'teaching', 'bob');
      const url = `${home().identity}/v3/credentials`;
      const identity = (passcode: string) => ({ methods: ['totp'], totp: { user: { id: scope.userId, passcode } } });
      expect((await authenticate(home(), identity('000000'))).status).toBe(401);
      const stored = await scope.call('POST', url, {
        body: { credential: { type: 'totp', blob: secret, user_id: scope.userId } },
      });
      expect(stored.status).toBe(201);
      try {
        const answer = await authenticate(home(), identity(code()));
        expect(answer.status).toBe(201);
        expect(answer.json.token.methods).toEqual(['totp']);
      } finally {
        expect((await scope.call('DELETE', `${url}/${stored.json.credential.id}`)).status).toBe(204);
      }
    },
  );
});

describe('validation and revocation', () => {
  it("shows one's own token, also to HEAD", async () => {
    const secret = secretOf(await homeToken(contract.target, 'alice'));
    const shown = await subject('GET', secret, secret);
    expect(shown.status).toBe(200);
    expect(shown.headers['x-subject-token']).toBe(secret);
    expect(shown.json.token.user.name).toBe('alice');
    expect((await subject('HEAD', secret, secret)).status).toBe(200);
  });

  it("answers 404 to a bad subject, 403 to none or to somebody else's, 401 to a bad token of one's own", async () => {
    const secret = secretOf(await homeToken(contract.target, 'alice'));
    const bobs = secretOf(await homeToken(contract.target, 'bob'));
    expect((await subject('GET', secret, 'garbage')).status).toBe(404);
    expect((await subject('GET', secret, undefined)).status).toBe(403);
    expect((await subject('GET', secret, bobs)).status).toBe(403);
    expect((await subject('GET', 'garbage', secret)).status).toBe(401);
    expect((await subject('GET', undefined, secret)).status).toBe(401);
  });

  it('ends a token and not those that were made from it', async () => {
    const parent = secretOf(await homeToken(contract.target, 'alice', false));
    const child = secretOf(await authenticate(home(), tokenIdentity(parent), projectScope('research')));
    expect((await subject('DELETE', parent, parent)).status).toBe(204);
    const projects = `${home().identity}/v3/auth/projects`;
    expect((await call('GET', projects, { token: parent })).status).toBe(401);
    expect((await call('GET', projects, { token: child })).status).toBe(200);
    const again = await authenticate(home(), tokenIdentity(parent), projectScope('research'));
    expect(again.status).toBe(404);
    expect(again.json.error.message).toBe('Failed to validate token');
    expect((await call('GET', `${home().compute}/v2.1/servers`, { token: parent })).status).toBe(401);
  });

  it('answers 405 with Allow to other methods', async () => {
    const answer = await call('PUT', tokens(), { body: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toContain('POST');
  });
});

describe('what a token may use', () => {
  it('is listed at /auth/projects, in one page', async () => {
    const scope = await contract.home();
    for (const path of ['auth/projects', 'OS-FEDERATION/projects']) {
      const answer = await scope.get(`${home().identity}/v3/${path}`);
      expect(answer.status).toBe(200);
      expect(answer.json.projects).toEqual([
        expect.objectContaining({ id: scope.project.id, name: 'research', domain_id: 'default' }),
      ]);
      expect(answer.json.links).toMatchObject({ next: null, previous: null });
    }
    expect((await call('GET', `${home().identity}/v3/auth/projects`)).status).toBe(401);
    expect((await scope.get(`${home().identity}/v3/auth/domains`)).json.domains).toEqual([]);
  });
});
