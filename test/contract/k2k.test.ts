import { describe, expect, it } from 'vitest';
import { NOBODY, useContract } from './contract.ts';
import { sandboxOnly } from './differences.ts';
import { call } from './http.ts';
import {
  assertion,
  authenticate,
  enter,
  homeToken,
  passwordIdentity,
  present,
  projectScope,
  providerEntry,
  secretOf,
  sessionCookie,
  tokenIdentity,
} from './login.ts';

const contract = useContract();
const ecp = (body: unknown) =>
  call('POST', `${contract.target.home.identity}/v3/auth/OS-FEDERATION/saml2/ecp`, { body });
const providers = [
  { name: 'sp-a', projects: ['research-one', 'research-two'] },
  { name: 'sp-b', projects: ['lab'] },
] as const;

describe('the assertion', () => {
  it.each(providers)(
    'for $name is an envelope with relay state, destination, attributes and a signature',
    async ({ name }) => {
      const { asserted, spUrl, authUrl } = await enter(contract.target, 'alice', name);
      expect(asserted.status).toBe(200);
      expect(asserted.headers['content-type']).toBe('text/xml');
      expect(asserted.headers['x-sp-url']).toBe(spUrl);
      expect(asserted.headers['x-auth-url']).toBe(authUrl);
      expect(asserted.text.length).toBeGreaterThan(4_500);
      expect(asserted.text).toMatch(/^<ns0:Envelope /);
      expect(asserted.text).toContain(`Destination="${spUrl}"`);
      expect(asserted.text).toMatch(/<xmldsig:SignatureValue>[^<]+</);
      for (const attribute of ['user', 'user_domain', 'roles', 'project', 'project_domain']) {
        expect(asserted.text).toContain(`Name="openstack_${attribute}"`);
      }
      expect(asserted.text).toMatch(/Name="openstack_project"[^>]*><saml:AttributeValue [^>]*>research</);
    },
  );

  it('has a relay state that Shibboleth, or mellon with a URL of its own host, takes', async () => {
    const relay = async (name: string) =>
      /RelayState [^>]*>([^<]*)</.exec((await enter(contract.target, 'alice', name)).asserted.text)?.[1];
    expect(await relay('sp-a')).toMatch(/^ss:mem:[0-9a-f]{32}$/);
    expect(await relay('sp-b')).toMatch(new RegExp(`^${contract.provider('sp-b').identity}/v3/\\?relay=[0-9a-f]{32}$`));
  });

  it('is made from an application credential and a rescoped token, too', async () => {
    const identity = {
      methods: ['application_credential'],
      application_credential: {
        name: 'alice-fed',
        secret: 'alice-app-secret',
        user: { name: 'alice', domain: { id: 'default' } },
      },
    };
    const token = secretOf(await authenticate(contract.target.home, identity));
    expect((await assertion(contract.target, token, 'sp-a')).status).toBe(200);
    const rescoped = await authenticate(
      contract.target.home,
      tokenIdentity(secretOf(await homeToken(contract.target, 'alice', false))),
      projectScope('research'),
    );
    expect((await assertion(contract.target, secretOf(rescoped), 'sp-a')).status).toBe(200);
  });

  it('answers 404 to a provider that is not there', async () => {
    const answer = await assertion(contract.target, secretOf(await homeToken(contract.target, 'alice')), 'nope');
    expect(answer.status).toBe(404);
    expect(answer.json.error.message).toBe('Could not find Service Provider: nope.');
  });

  it('answers 403 to an unscoped token', async () => {
    const answer = await assertion(contract.target, secretOf(await homeToken(contract.target, 'alice', false)), 'sp-a');
    expect(answer.status).toBe(403);
    expect(answer.json.error.message).toContain(
      'Use a project scoped token when attempting to create a SAML assertion',
    );
  });

  it('answers 404, not 401, to a bad token', async () => {
    const answer = await assertion(contract.target, 'garbage', 'sp-a');
    expect(answer.status).toBe(404);
    expect(answer.json.error.message).toBe('Could not recognize Fernet token');
  });

  it('answers 400 to bodies with more or less than the two ids', async () => {
    const token = secretOf(await homeToken(contract.target, 'alice'));
    const auth = { identity: tokenIdentity(token), scope: { service_provider: { id: 'sp-a' } } };
    const extra = await ecp({ auth: { ...auth, more: 1 } });
    expect(extra.status).toBe(400);
    expect(extra.json.error.message).toContain("Additional properties are not allowed ('more' was unexpected)");
    expect((await ecp({})).status).toBe(400);
  });

  it("is not to be had with GET: 500 with a page of Apache's", async () => {
    const answer = await call('GET', `${contract.target.home.identity}/v3/auth/OS-FEDERATION/saml2/ecp`);
    expect(answer.status).toBe(500);
    expect(answer.headers['content-type']).toContain('text/html');
  });

  it('comes without its envelope at /saml2', async () => {
    const token = secretOf(await homeToken(contract.target, 'alice'));
    const auth = { identity: tokenIdentity(token), scope: { service_provider: { id: 'sp-a' } } };
    const answer = await call('POST', `${contract.target.home.identity}/v3/auth/OS-FEDERATION/saml2`, {
      body: { auth },
    });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('Envelope');
  });
});

describe('presenting the assertion', () => {
  it('to Shibboleth gives 302, a session cookie for the host alone, and a Location that is not to be followed', async () => {
    const { presented } = await enter(contract.target, 'alice', 'sp-a');
    expect(presented.status).toBe(302);
    expect(presented.cookies).toHaveLength(1);
    expect(presented.cookies[0]).toMatch(/^_shibsession_[0-9a-f]+=_[0-9a-f]{32}; path=\/; HttpOnly$/);
    expect(presented.headers.location).toBeDefined();
    expect(presented.headers['content-type']).toContain('text/html');
  });

  it('to mellon gives 303 and a cookie with the host as its Domain', async () => {
    const { presented, spUrl } = await enter(contract.target, 'alice', 'sp-b');
    expect(presented.status).toBe(303);
    const { hostname } = new URL(spUrl);
    expect(presented.cookies).toEqual([
      expect.stringMatching(/^mellon-cookie=[0-9a-f]{32}; Version=1; Path=\/; Domain=/),
    ]);
    expect(presented.cookies[0]).toMatch(new RegExp(`Domain=\\.?${hostname.replaceAll('.', '\\.')}$`));
    expect(presented.headers['cache-control']).toContain('must-revalidate');
  });

  it("a second time is a replay: a 500 page of Shibboleth's that says so, a mute 400 page of mellon's", async () => {
    const first = await enter(contract.target, 'alice', 'sp-a');
    const shibboleth = await present(first.spUrl, first.asserted.text);
    expect(shibboleth.status).toBe(500);
    expect(shibboleth.headers['content-type']).toContain('text/html');
    expect(shibboleth.text).toContain('SecurityPolicyException');
    expect(shibboleth.text).toContain('Rejecting replayed message ID');
    const second = await enter(contract.target, 'alice', 'sp-b');
    const mellon = await present(second.spUrl, second.asserted.text);
    expect(mellon.status).toBe(400);
    expect(mellon.headers['content-type']).toContain('text/html');
  });

  it.each([
    ['altered after signing', (text: string) => text.replaceAll('>alice<', '>bob<'), 'FatalProfileException'],
    ['garbage', () => '<garbage/>', 'BindingException'],
    ['nothing', () => '', 'BindingException'],
  ])(
    "when it is %s is refused: 500 by Shibboleth with the exception's name, 400 by mellon",
    async (_, alter, exception) => {
      const home = await homeToken(contract.target, 'alice');
      for (const [name, status] of [
        ['sp-a', 500],
        ['sp-b', 400],
      ] as const) {
        const { sp_url } = providerEntry(home, name);
        const answer = await present(sp_url, alter((await assertion(contract.target, secretOf(home), name)).text));
        expect(answer.status).toBe(status);
        expect(answer.headers['content-type']).toContain('text/html');
        expect(answer.cookies).toEqual([]);
        if (name === 'sp-a') expect(answer.text).toContain(exception);
      }
    },
  );

  it('that was made for another provider is refused', async () => {
    const home = await homeToken(contract.target, 'alice');
    for (const [name, other, status] of [
      ['sp-a', 'sp-b', 500],
      ['sp-b', 'sp-a', 400],
    ] as const) {
      const { text } = await assertion(contract.target, secretOf(home), other);
      expect((await present(providerEntry(home, name).sp_url, text)).status).toBe(status);
    }
  });

  it('with another content type is refused by Shibboleth and taken by mellon', async () => {
    const home = await homeToken(contract.target, 'alice');
    for (const [name, status] of [
      ['sp-a', 500],
      ['sp-b', 303],
    ] as const) {
      const { text } = await assertion(contract.target, secretOf(home), name);
      expect((await present(providerEntry(home, name).sp_url, text, 'application/json')).status).toBe(status);
    }
  });

  it('with GET is a 500 page at Shibboleth and 405 at mellon', async () => {
    const home = await homeToken(contract.target, 'alice');
    expect((await call('GET', providerEntry(home, 'sp-a').sp_url)).status).toBe(500);
    expect((await call('GET', providerEntry(home, 'sp-b').sp_url)).status).toBe(405);
  });
});

describe('the federated token', () => {
  it.each(providers)(
    'of $name is unscoped, names idp, protocol and groups, and lists no providers',
    async ({ name }) => {
      const { federated } = await enter(contract.target, 'alice', name);
      expect(federated.status).toBe(201);
      const { token } = federated.json;
      expect(token.methods).toEqual(['saml2']);
      expect(token.user).toMatchObject({
        name: 'alice',
        'OS-FEDERATION': { identity_provider: { id: 'home' }, protocol: { id: 'saml2' } },
      });
      expect(token.user.id).toMatch(/^[0-9a-f]{64}$/);
      expect(token.user['OS-FEDERATION'].groups).toHaveLength(1);
      expect(token.project).toBeUndefined();
      expect(token.service_providers).toBeUndefined();
    },
  );

  it('has the same user id at every provider', async () => {
    const ids = await Promise.all(
      providers.map(async ({ name }) => (await enter(contract.target, 'alice', name)).federated.json.token.user.id),
    );
    expect(new Set(ids).size).toBe(1);
  });

  it.each(providers)('of $name can be fetched again with the same cookie, with GET or POST', async ({ name }) => {
    const { authUrl, cookie, federated } = await enter(contract.target, 'alice', name);
    const again = await call('GET', authUrl, { headers: { Cookie: cookie } });
    const posted = await call('POST', authUrl, { headers: { Cookie: cookie } });
    expect([again.status, posted.status]).toEqual([201, 201]);
    expect(secretOf(again)).not.toBe(secretOf(federated));
  });

  it("without a session is a 500 page of Shibboleth's", async () => {
    const { auth_url } = providerEntry(await homeToken(contract.target, 'alice'), 'sp-a');
    const answer = await call('GET', auth_url);
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('ConfigurationException');
    const { cookie } = await enter(contract.target, 'alice', 'sp-a');
    const stale = await call('GET', auth_url, { headers: { Cookie: cookie.replace(/=.*/, `=_${'0'.repeat(32)}`) } });
    expect(stale.status).toBe(500);
    expect(stale.cookies[0]).toContain('expires=Mon, 01 Jan 2001');
  });

  it("without a session is a redirect to mellon's login", async () => {
    const { auth_url } = providerEntry(await homeToken(contract.target, 'alice'), 'sp-b');
    for (const headers of [{}, { Cookie: `mellon-cookie=${'0'.repeat(32)}` }]) {
      const answer = await call('GET', auth_url, { headers });
      expect(answer.status).toBe(303);
      expect(answer.headers.location).toContain(`${auth_url}/mellon/login?ReturnTo=`);
    }
  });

  it('without a session, asked for with PAOS headers, is a request for authentication with status 200', async () => {
    const { auth_url } = providerEntry(await homeToken(contract.target, 'alice'), 'sp-a');
    const headers = { PAOS: 'ver="urn:liberty:paos:2003-08";"urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp"' };
    const answer = await call('GET', auth_url, { accept: 'text/html; application/vnd.paos+xml', headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/vnd.paos+xml');
    expect(answer.text).toContain('AuthnRequest');
    expect(answer.headers['x-subject-token']).toBeUndefined();
  });

  it.each(providers)('of $name is refused with 401 to a user whom the mapping does not know', async ({ name }) => {
    const { federated, presented } = await enter(contract.target, 'carol', name);
    expect([302, 303]).toContain(presented.status);
    expect(sessionCookie(presented)).not.toBe('');
    expect(federated.status).toBe(401);
    expect(federated.headers['www-authenticate']).toBe(`Keystone uri="${contract.provider(name).identity}/v3"`);
  });

  it('is for some users at one provider only', async () => {
    expect((await enter(contract.target, 'bob', 'sp-a')).federated.status).toBe(201);
    expect((await enter(contract.target, 'bob', 'sp-b')).federated.status).toBe(401);
  });

  it.each(providers)('of $name is not there for another identity provider or protocol', async ({ name }) => {
    const { authUrl, cookie } = await enter(contract.target, 'alice', name);
    const headers = { Cookie: cookie };
    const idp = await call('GET', authUrl.replace('/identity_providers/home/', '/identity_providers/nope/'), {
      headers,
    });
    expect([idp.status, idp.json.error.message]).toEqual([404, 'Could not find Identity Provider: nope.']);
    const protocol = await call('GET', authUrl.replace('/protocols/saml2/', '/protocols/nope/'), { headers });
    expect(protocol.status).toBe(401);
    expect(protocol.json.error.identity.methods).toContain('saml2');
  });
});

describe('projects at a provider', () => {
  it.each(providers)('of $name are those that the mapping gives', async ({ name, projects }) => {
    const { base, federated } = await enter(contract.target, 'alice', name);
    const answer = await call('GET', `${base}/auth/projects`, { token: secretOf(federated) });
    expect(answer.json.projects.map((project: { name: string }) => project.name).sort()).toEqual(projects);
    expect(answer.json.links.next).toBeNull();
  });

  it('are not listed below the user, because groups give them', async () => {
    const { base, federated } = await enter(contract.target, 'alice', 'sp-a');
    const token = secretOf(federated);
    const user = `${base}/users/${federated.json.token.user.id}`;
    expect((await call('GET', user, { token })).json.user.federated[0].idp_id).toBe('home');
    expect((await call('GET', `${user}/projects`, { token })).json.projects).toEqual([]);
  });

  it.each(providers)('of $name can be scoped to, with the expiry of the unscoped token', async ({ name, projects }) => {
    const { base, federated } = await enter(contract.target, 'alice', name);
    const list = await call('GET', `${base}/auth/projects`, { token: secretOf(federated) });
    const body = {
      auth: { identity: tokenIdentity(secretOf(federated)), scope: { project: { id: list.json.projects[0].id } } },
    };
    const scoped = await call('POST', `${base}/auth/tokens`, { body });
    expect(scoped.status).toBe(201);
    expect([...scoped.json.token.methods].sort()).toEqual(['saml2', 'token']);
    expect(projects).toContain(scoped.json.token.project.name);
    expect(scoped.json.token.expires_at).toBe(federated.json.token.expires_at);
    expect(scoped.json.token.catalog.length).toBeGreaterThan(2);
    expect(scoped.json.token.user['OS-FEDERATION'].identity_provider.id).toBe('home');
  });

  it('that the user may not have, or that are not there, give 401 and not 403', async () => {
    const { base, federated } = await enter(contract.target, 'alice', 'sp-a');
    for (const scope of [{ project: { id: NOBODY.replaceAll('-', '') } }, projectScope('teaching-a')]) {
      const answer = await call('POST', `${base}/auth/tokens`, {
        body: { auth: { identity: tokenIdentity(secretOf(federated)), scope } },
      });
      expect(answer.status).toBe(401);
    }
  });

  it('outlive the token at home from which they came', async () => {
    const { base, federated, home } = await enter(contract.target, 'alice', 'sp-a');
    const token = secretOf(home);
    await call('DELETE', `${contract.target.home.identity}/v3/auth/tokens`, {
      token,
      headers: { 'X-Subject-Token': token },
    });
    expect((await call('GET', `${base}/auth/projects`, { token: secretOf(federated) })).status).toBe(200);
  });

  it('are not for tokens of another Keystone: 401 that names the one that was asked', async () => {
    const home = await homeToken(contract.target, 'alice');
    const { identity } = contract.provider('sp-a');
    const answer = await call('GET', `${identity}/v3/auth/projects`, { token: secretOf(home) });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain(identity);
    const compute = await call('GET', `${contract.provider('sp-a').compute}/v2.1/servers`, { token: secretOf(home) });
    expect(compute.status).toBe(401);
  });

  sandboxOnly('a second home project')('depend on the project at home for which the assertion was made', async () => {
    const projectsFrom = async (project: string) => {
      const identity = {
        methods: ['password'],
        password: { user: { name: 'dana', domain: { id: 'default' }, password: 'dana-secret' } },
      };
      const home = await authenticate(contract.target.home, identity, projectScope(project));
      const { auth_url, sp_url } = providerEntry(home, 'sp-a');
      const presented = await present(sp_url, (await assertion(contract.target, secretOf(home), 'sp-a')).text);
      const federated = await call('GET', auth_url, { headers: { Cookie: sessionCookie(presented) } });
      const base = auth_url.split('/OS-FEDERATION/')[0];
      const answer = await call('GET', `${base}/auth/projects`, { token: secretOf(federated) });
      return answer.json.projects.map(({ name }: { name: string }) => name);
    };
    expect(await projectsFrom('research')).toEqual(['research-one']);
    expect(await projectsFrom('teaching')).toEqual(['teaching-a']);
  });

  it('do not depend on how the user proved to be who he is', async () => {
    const answer = await authenticate(contract.target.home, passwordIdentity('alice'), projectScope('research'));
    expect(answer.json.token.service_providers.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['sp-a', 'sp-b']),
    );
  });
});
