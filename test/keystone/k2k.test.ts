import { describe, expect, it } from 'vitest';
import { ProviderAuthError, TransportError } from '../../src/errors.ts';
import { enterProvider } from '../../src/keystone/k2k.ts';
import type { ServiceProvider } from '../../src/keystone/token.ts';
import { FakeSend, type Reply } from '../support/fake-send.ts';
import { contextOf, failureOf, HOME_TOKEN, keystoneError, NOW, tokenReply } from './token-fixtures.ts';

const HOME = 'http://home.example:5000/v3';
const ECP = `${HOME}/auth/OS-FEDERATION/saml2/ecp`;
const SP: ServiceProvider = {
  id: 'sp-a',
  authUrl: 'http://sp-a.example:5000/v3/OS-FEDERATION/identity_providers/home/protocols/saml2/auth',
  spUrl: 'http://sp-a.example:5000/Shibboleth.sso/SAML2/ECP',
};
const CONNECTION = { caFile: '/ca.pem' };
/** Not UTF-8: a decoder and an encoder in between would change it, and break the signature. */
const ASSERTION = Uint8Array.from([
  ...Buffer.from('<ns0:Envelope>\r\n'),
  0xe4,
  0xff,
  ...Buffer.from('</ns0:Envelope>\n'),
]);
const XML = [['Content-Type', 'text/xml']] as const;
const HTML = ['Content-Type', 'text/html'] as const;

const asserted: Reply = { status: 200, headers: XML, body: ASSERTION };
const session: Reply = {
  status: 302,
  headers: [
    ['Location', 'http://sp-a.example:5000/'],
    ['Set-Cookie', '_shibsession_64=_0123456789abcdef; path=/; HttpOnly'],
    HTML,
  ],
  body: '<html>Found</html>',
};
const federated = tokenReply({ project: undefined, catalog: undefined, roles: undefined }, 'gAAAAA-federated');
const page = (status: number, words: string): Reply => ({
  status,
  headers: [HTML],
  body: `<html><body>${words}</body></html>`,
});

function enter(fake: FakeSend, provider = SP, homeAuthUrl = HOME) {
  return enterProvider(contextOf(fake), { homeAuthUrl, homeToken: HOME_TOKEN, provider, connection: CONNECTION });
}

/** A script in which the exchange goes well up to a step, which answers this. */
function script(step: 'assertion' | 'present' | 'federated-token', reply: Reply, provider = SP): FakeSend {
  const fake = new FakeSend().on('POST', ECP, step === 'assertion' ? reply : asserted);
  if (step === 'assertion') return fake;
  fake.on('POST', provider.spUrl, step === 'present' ? reply : session);
  return step === 'present' ? fake : fake.on('GET', provider.authUrl, reply);
}

describe('a home token of an application credential with access rules', () => {
  it('gets no assertion, and that is what is said', async () => {
    const fake = new FakeSend().on('POST', ECP, keystoneError(404, 'Failed to validate token'));
    const homeToken = { ...HOME_TOKEN, hasAccessRules: true } as const;
    const { message, hint } = await failureOf(
      enterProvider(contextOf(fake), { homeAuthUrl: HOME, homeToken, provider: SP, connection: CONNECTION }),
    );
    expect(message).toContain('home gave no assertion of your identity for it');
    expect(hint).toContain('the application credential has access rules');
    expect(hint).toContain('an application credential without access rules');
    expect(hint).not.toContain('home offers no Keystone-to-Keystone');
  });
});

describe('enterProvider', () => {
  it('connects to the provider while home makes the assertion, unless it is one of very many', async () => {
    const enterOneOf = async (count: number) => {
      const fake = script('federated-token', federated);
      const seen: unknown[] = [];
      const preconnect = (...args: unknown[]) => void seen.push(args, fake.requests.length);
      const homeToken = { ...HOME_TOKEN, serviceProviders: Array.from({ length: count }, () => SP) };
      const entering = { homeAuthUrl: HOME, homeToken, provider: SP, connection: CONNECTION };
      await enterProvider({ ...contextOf(fake), preconnect }, entering);
      return seen;
    };
    expect(await enterOneOf(10)).toEqual([[SP.spUrl, CONNECTION], 0]);
    expect(await enterOneOf(100)).toEqual([]);
  });

  it('gives the federated token, and the base that it is used at', async () => {
    const entered = await enter(script('federated-token', federated));
    expect(entered.base).toBe('http://sp-a.example:5000/v3');
    expect(entered.token).toMatchObject({ secret: 'gAAAAA-federated', catalog: [], expiresAt: NOW + 3_600_000 });
  });

  it("asks home for the assertion with nothing but what Keystone's schema allows, and no X-Auth-Token", async () => {
    const fake = script('federated-token', federated);
    await enter(fake);
    const [request] = fake.requests;
    expect(request?.json).toEqual({
      auth: {
        identity: { methods: ['token'], token: { id: 'gAAAAA-home-token-secret' } },
        scope: { service_provider: { id: 'sp-a' } },
      },
    });
    expect(request?.header('x-auth-token')).toBeUndefined();
    expect(request?.header('content-type')).toBe('application/json');
    expect(request?.purpose).toEqual({ provider: 'home', step: 'assertion' });
  });

  it('presents the assertion byte for byte, and at most once', async () => {
    const fake = script('federated-token', federated);
    await enter(fake);
    const presented = fake.requests[1];
    expect(Buffer.from(presented?.bytes ?? []).equals(ASSERTION)).toBe(true);
    expect(presented?.header('content-type')).toBe('application/vnd.paos+xml');
    expect(presented?.retry).toBe('never');
    expect(presented?.purpose).toEqual({ provider: 'sp-a', step: 'present' });
  });

  it('never sends the home token to the provider', async () => {
    const fake = script('federated-token', federated);
    await enter(fake);
    const toProvider = fake.requests.filter(({ url }) => url.startsWith('http://sp-a.example'));
    expect(JSON.stringify(toProvider)).not.toContain(HOME_TOKEN.secret);
    expect(toProvider).toHaveLength(2);
  });

  it('goes to auth_url with the cookie, whatever the redirect points to', async () => {
    const fake = script('federated-token', federated);
    await enter(fake);
    const got = fake.requests[2];
    expect(got?.header('cookie')).toBe('_shibsession_64=_0123456789abcdef');
    expect(got?.header('accept')).toBe('application/json');
    expect(got?.header('content-type')).toBeUndefined();
    expect(fake.requests.map(({ connection }) => connection)).toEqual([CONNECTION, CONNECTION, CONNECTION]);
  });

  it.each<[what: string, reply: Reply]>([
    [
      'mellon',
      { status: 303, headers: [['Set-Cookie', 'mellon-cookie=0123; Version=1; Path=/; Domain=.sp-a.example']] },
    ],
    ['an answer 200 that is no page', { status: 200, headers: [['set-cookie', 'mellon-cookie=0123; Path=/']] }],
  ])('takes the session of %s', async (_what, reply) => {
    const fake = new FakeSend().on('POST', ECP, asserted).on('POST', SP.spUrl, reply).on('GET', SP.authUrl, federated);
    await enter(fake);
    expect(fake.requests[2]?.header('cookie')).toBe('mellon-cookie=0123');
  });

  it('takes the cookies of one exchange only into that exchange', async () => {
    const fake = script('federated-token', federated);
    await enter(fake);
    fake.on('POST', ECP, asserted).on('POST', SP.spUrl, { status: 302 });
    const error = await failureOf(enter(fake));
    expect(error).toMatchObject({ step: 'present' });
    expect(fake.requests).toHaveLength(5);
  });

  it("finds home's v3 where its URL does not say it", async () => {
    const fake = script('federated-token', federated).on('GET', 'http://home.example:5000/', {
      status: 300,
      body: { versions: { values: [{ id: 'v3.14', links: [{ rel: 'self', href: `${HOME}/` }] }] } },
    });
    await enter(fake, SP, 'http://home.example:5000');
  });
});

describe('enterProvider presents a new assertion, once', () => {
  it.each<[what: string, reply: Reply]>([
    ['a replay', page(500, 'opensaml&#58;&#58;SecurityPolicyException: Rejecting replayed message ID &#40;1&#41;.')],
    ['a failure without a known cause', page(500, 'Internal Server Error')],
    ['a gateway that lost its backend', page(502, 'Bad Gateway')],
    ['a connection that was reset', new TransportError('reset', { provider: 'sp-a', reason: 'reset', url: SP.spUrl })],
  ])('after %s', async (_what, reply) => {
    const another = Buffer.from('<ns0:Envelope>2</ns0:Envelope>');
    const fake = script('present', reply)
      .on('POST', ECP, { status: 200, headers: XML, body: another })
      .on('POST', SP.spUrl, session)
      .on('GET', SP.authUrl, federated);
    await enter(fake);
    const presented = fake.requests.filter(({ url }) => url === SP.spUrl).map(({ body }) => body);
    expect(presented).toHaveLength(2);
    expect(presented[1]).toBe('<ns0:Envelope>2</ns0:Envelope>');
  });

  it('and gives up when that fails, too', async () => {
    const fake = script('present', page(500, 'Oops'))
      .on('POST', ECP, asserted)
      .on('POST', SP.spUrl, page(500, 'Oops again'));
    const error = await failureOf(enter(fake));
    expect(error.message).toMatch(/Oops again/);
  });

  it('but not for what stays as it is', async () => {
    const error = await failureOf(enter(script('present', page(500, 'Message expired, was issued too long ago.'))));
    expect(error).toMatchObject({ step: 'present', status: 500 });
    expect(error.hint).toMatch(/clocks/);
  });

  it.each(['timeout', 'connect', 'tls', 'aborted'] as const)(
    'and not after a transport error of kind %s',
    async (reason) => {
      const gone = new TransportError('gone', { provider: 'sp-a', reason, url: SP.spUrl });
      const message = "gone, when given home's assertion";
      expect(await failureOf(enter(script('present', gone)))).toMatchObject({ message, provider: 'sp-a', reason });
    },
  );
});

describe('enterProvider says where it failed', () => {
  it.each<['assertion' | 'present' | 'federated-token', string, Reply, RegExp, RegExp]>([
    [
      'assertion',
      'unknown provider',
      keystoneError(404, 'Could not find Service Provider: sp-a.'),
      /home gave no assertion.*404: Could not find Service Provider: sp-a\./,
      /home does not know/,
    ],
    [
      'assertion',
      'home token not scoped',
      keystoneError(403, 'Use a project scoped token when attempting to create a SAML assertion.'),
      /403: Use a project scoped/,
      /OS_PROJECT_NAME/,
    ],
    ['assertion', 'empty', { status: 200, headers: XML }, /200, and that is no assertion/, /empty assertion/],
    ['assertion', 'a page', page(200, 'Welcome'), /no assertion/, /no assertion/],
    ['assertion', 'JSON', { status: 200, body: {} }, /no assertion/, /no assertion/],
    [
      'present',
      'mellon',
      page(400, 'Bad Request'),
      /did not take home's assertion.*400 with a web page that says "Bad Request" \(http:\/\/sp-a\.example:5000\/Shibboleth\.sso\/SAML2\/ECP\)/,
      /relay_state_prefix/,
    ],
    [
      'present',
      'login page',
      { status: 200, headers: [HTML, ['Set-Cookie', 'csrftoken=0123456789; Path=/']], body: '<html>Log in</html>' },
      /Log in/,
      /login page/,
    ],
    [
      'present',
      'no cookie',
      { status: 302, headers: [['Location', 'http://sp-a.example:5000/x?secret=1']] },
      /302, and no session cookie, pointing to http:\/\/sp-a\.example:5000\/x \(/,
      /gave no session/,
    ],
    [
      'present',
      'https wanted',
      { status: 301, headers: [['Location', SP.spUrl.replace('http:', 'https:')]] },
      /301.*pointing to https:/,
      /wants https/,
    ],
    ['present', 'not there', page(404, 'Not Found'), /404/, /nothing takes assertions/],
    [
      'federated-token',
      'nobody mapped',
      keystoneError(401, 'The request you have made requires authentication.'),
      /took home's assertion, and then gave no token.*401/,
      /mapping/,
    ],
    [
      'federated-token',
      'session refused',
      { status: 303, headers: [['Location', 'http://sp-a.example:5000/mellon/login?ReturnTo=x']] },
      /303 with nothing, pointing to http:\/\/sp-a\.example:5000\/mellon\/login \(/,
      /login/,
    ],
    [
      'federated-token',
      'an AuthnRequest',
      { status: 200, headers: [['Content-Type', 'application/vnd.paos+xml']], body: '<S:Envelope/>' },
      /200/,
      /asks for another assertion/,
    ],
    [
      'federated-token',
      'a token without its header',
      { status: 201, body: { token: {} } },
      /201, and the answer has no X-Subject-Token/,
      /what came is not/,
    ],
    [
      'federated-token',
      'group missing',
      keystoneError(500, 'An unexpected error prevented the server'),
      /500: An unexpected/,
      /group/,
    ],
  ])('%s: %s', async (step, _what, reply, message, hint) => {
    const error = await failureOf(enter(script(step, reply)));
    expect(error).toBeInstanceOf(ProviderAuthError);
    expect(error).toMatchObject({ provider: 'sp-a', step });
    expect(error.message).toMatch(/^sp-a could not be entered: /);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('keeps the status and the request id', async () => {
    const error = await failureOf(
      enter(script('federated-token', keystoneError(403, 'Identity Provider home is disabled'))),
    );
    expect(error).toMatchObject({ status: 403, requestId: 'req-1' });
  });

  it('sends no cookie to another host than it came from, and says that this is why', async () => {
    const provider = { ...SP, authUrl: SP.authUrl.replace('sp-a.example', 'keystone.example') };
    const error = await failureOf(enter(script('present', session), provider));
    expect(error).toMatchObject({ step: 'federated-token' });
    expect(error.message).toMatch(/_shibsession_64 is for sp-a\.example, not for keystone\.example/);
    expect(error.hint).toMatch(/same scheme and host/);
  });

  it('sends no Secure cookie over http', async () => {
    const fake = script('present', { status: 302, headers: [['Set-Cookie', 's=0123456789; Path=/; Secure']] });
    const error = await failureOf(enter(fake));
    expect(error.message).toMatch(/https only/);
  });

  it('says when home names another sp_url than the token did', async () => {
    const fake = new FakeSend()
      .on('POST', ECP, { ...asserted, headers: [...XML, ['X-sp-url', 'http://sp-a.example:5000/new']] })
      .on('POST', SP.spUrl, page(404, 'Not Found'));
    expect((await failureOf(enter(fake))).hint).toMatch(
      /Home names http:\/\/sp-a\.example:5000\/new as the address now/,
    );
  });

  it.each<[string, Partial<ServiceProvider>]>([
    ['auth_url', { authUrl: '' }],
    ['auth_url', { authUrl: 'http://sp-a.example/v3/auth' }],
    ['auth_url', { authUrl: '/v3/OS-FEDERATION/x' }],
    ['sp_url', { spUrl: '' }],
    ['sp_url', { spUrl: 'file:///etc/passwd' }],
  ])('asks nobody when the %s that home has cannot work: %j', async (what, wrong) => {
    const error = await failureOf(enter(new FakeSend(), { ...SP, ...wrong }));
    expect(error).toBeInstanceOf(ProviderAuthError);
    expect(error.message).toContain(what);
  });
});

describe('enterProvider shows no secret', () => {
  const secretFree = (error: Error & { hint?: string }, ...secrets: string[]) => {
    for (const secret of [HOME_TOKEN.secret, ...secrets]) {
      expect(`${error.message} ${error.hint} ${JSON.stringify(error)}`).not.toContain(secret);
    }
  };

  it('when home quotes a body that fails its schema', async () => {
    const fake = new FakeSend().on('POST', ECP, ({ body }) =>
      keystoneError(400, `Failed validating. On instance: ${body}`),
    );
    const error = await failureOf(enter(fake));
    expect(error.message).toContain('On instance');
    secretFree(error);
  });

  it('when home quotes the token that it does not know', async () => {
    const fake = new FakeSend().on('POST', ECP, keystoneError(404, `Could not find token: ${HOME_TOKEN.secret}.`));
    secretFree(await failureOf(enter(fake)));
  });

  it('when the provider quotes the assertion, or its session', async () => {
    const signature = `${'Ab1+'.repeat(60)}==`;
    const fake = new FakeSend()
      .on('POST', ECP, { status: 200, headers: XML, body: `<E>${signature}</E>` })
      .on('POST', SP.spUrl, ({ body }) => page(403, `Blocked: ${body.replaceAll('<', '&lt;')}`));
    secretFree(await failureOf(enter(fake)), signature);
    const quoting = script('federated-token', keystoneError(403, 'bad session _0123456789abcdef'));
    secretFree(await failureOf(enter(quoting)), '_0123456789abcdef');
  });
});
