import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  HomeAuthError,
  ProviderAuthError,
  ProviderResponseError,
  TransportError,
} from '../../src/errors.ts';
import { authenticate } from '../../src/keystone/authenticate.ts';
import type { Account, AuthMethod } from '../../src/ports/account.ts';
import { FakeSend, type Reply } from '../support/fake-send.ts';
import { contextOf, failureOf, keystoneError, NOW, tokenReply } from './token-fixtures.ts';

const BASE = 'https://home.example:5000/v3';
const TOKENS = `${BASE}/auth/tokens`;
const DEFAULT = { name: 'Default' };
const PASSWORD: AuthMethod = { method: 'password', user: { name: 'alice', domain: DEFAULT }, password: 'cor"rect' };
const HOME = { provider: 'home', home: true };
const OTHER = { provider: 'lab', home: false };

function account(changes: Partial<Account> = {}): Account {
  return {
    name: 'envvars',
    authUrl: BASE,
    methods: [PASSWORD],
    interface: 'public',
    connection: { caFile: '/ca.pem' },
    endpointOverrides: {},
    ...changes,
  };
}

const RESEARCH = { name: 'research', domain: DEFAULT };

/** What was sent for an account. */
async function bodyFor(changes: Partial<Account>): Promise<unknown> {
  const fake = new FakeSend().on('POST', TOKENS, tokenReply());
  await authenticate(contextOf(fake), account(changes), HOME);
  return fake.requests[0]?.json;
}

function refusalOf(reply: Reply, changes: Partial<Account> = {}, as = HOME) {
  const fake = new FakeSend().on('POST', TOKENS, reply);
  return failureOf(authenticate(contextOf(fake), account(changes), as));
}

describe('authenticate sends', () => {
  it('one POST in JSON, with how to reach the host and what it is for', async () => {
    const fake = new FakeSend().on('POST', TOKENS, tokenReply());
    await authenticate(contextOf(fake), account({ project: RESEARCH }), HOME);
    const [request] = fake.requests;
    expect(request?.header('content-type')).toBe('application/json');
    expect(request?.header('accept')).toBe('application/json');
    expect(request?.connection).toEqual({ caFile: '/ca.pem' });
    expect(request?.purpose).toEqual({ provider: 'home', step: 'authenticate' });
  });

  it('a password, with user and project by name', async () => {
    expect(await bodyFor({ project: RESEARCH })).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'alice', domain: { name: 'Default' }, password: 'cor"rect' } },
        },
        scope: { project: { name: 'research', domain: { name: 'Default' } } },
      },
    });
  });

  it('ids without domains, and domains by id', async () => {
    expect(
      await bodyFor({
        methods: [{ method: 'password', user: { id: 'u1', domain: DEFAULT }, password: 'x' }],
        project: { id: 'p1', name: 'research', domain: DEFAULT },
      }),
    ).toEqual({
      auth: {
        identity: { methods: ['password'], password: { user: { id: 'u1', password: 'x' } } },
        scope: { project: { id: 'p1' } },
      },
    });
    expect(
      await bodyFor({
        methods: [{ method: 'password', user: { name: 'a', domain: { id: 'd', name: 'D' } }, password: 'x' }],
      }),
    ).toMatchObject({ auth: { identity: { password: { user: { domain: { id: 'd' } } } } } });
  });

  it('no scope where no project is named', async () => {
    expect(await bodyFor({})).not.toHaveProperty('auth.scope');
  });

  it('a token', async () => {
    expect(await bodyFor({ methods: [{ method: 'token', token: 'gAAAA' }], project: { id: 'p1' } })).toEqual({
      auth: { identity: { methods: ['token'], token: { id: 'gAAAA' } }, scope: { project: { id: 'p1' } } },
    });
  });

  it('an application credential by id, and never a scope with it', async () => {
    expect(
      await bodyFor({ methods: [{ method: 'application_credential', id: 'ac', secret: 's' }], project: RESEARCH }),
    ).toEqual({
      auth: { identity: { methods: ['application_credential'], application_credential: { id: 'ac', secret: 's' } } },
    });
  });

  it('an application credential by name, with its user', async () => {
    expect(
      await bodyFor({
        methods: [{ method: 'application_credential', name: 'ci', user: PASSWORD.user, secret: 's' }],
      }),
    ).toMatchObject({
      auth: {
        identity: {
          application_credential: { name: 'ci', user: { name: 'alice', domain: { name: 'Default' } }, secret: 's' },
        },
      },
    });
  });

  it('several methods in one request', async () => {
    expect(
      await bodyFor({ methods: [PASSWORD, { method: 'totp', user: { id: 'u1' }, passcode: '123456' }] }),
    ).toMatchObject({
      auth: {
        identity: {
          methods: ['password', 'totp'],
          password: { user: { name: 'alice' } },
          totp: { user: { id: 'u1', passcode: '123456' } },
        },
      },
    });
  });

  it.each<[what: string, changes: Partial<Account>, message: RegExp]>([
    ['no method', { methods: [] }, /no credentials/],
    ['no password', { methods: [{ method: 'password', user: { id: 'u' } }] }, /no password/],
    ['no passcode', { methods: [{ method: 'totp', user: { id: 'u' }, passcode: '' }] }, /no passcode/],
    ['no user', { methods: [{ method: 'password', user: {}, password: 'x' }] }, /no user/],
    [
      'neither id nor name of the credential',
      { methods: [{ method: 'application_credential', secret: 's' }] },
      /id or name/,
    ],
    [
      'a credential by name without its user',
      { methods: [{ method: 'application_credential', name: 'n', secret: 's' }] },
      /no user/,
    ],
    ['a project without id and name', { project: {} }, /neither id nor name/],
    ['an auth URL that is none', { authUrl: 'home.example:5000/v3' }, /no http or https URL/],
  ])('nothing at all with %s', async (_what, changes, message) => {
    const error = await failureOf(authenticate(contextOf(new FakeSend()), account(changes), HOME));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });
});

describe('authenticate gives', () => {
  it('the token, with its end by our clock', async () => {
    const fake = new FakeSend().on('POST', TOKENS, tokenReply());
    const token = await authenticate(contextOf(fake), account(), HOME);
    expect(token.secret).toBe('gAAAAA-new');
    expect(token.project?.name).toBe('research');
    expect(token.expiresAt).toBe(NOW + 3_600_000);
  });

  it("no token of an application credential whose project is another than the configuration's", async () => {
    const credential: AuthMethod = { method: 'application_credential', id: 'ac', secret: 's' };
    const error = await refusalOf(tokenReply(), { methods: [credential], project: { name: 'production' } });
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/for the project research, and the configuration names production/);
  });
});

describe('authenticate at home, when refused', () => {
  it('says what Keystone said, and which user, project and URL were used', async () => {
    const error = await refusalOf(keystoneError(401, 'The request you have made requires authentication.'), {
      project: RESEARCH,
    });
    expect(error).toBeInstanceOf(HomeAuthError);
    expect(error).toMatchObject({ status: 401, requestId: 'req-1', code: 'FED_HOME_AUTH' });
    expect(error.message).toBe(
      'home refused the credentials; it answered 401: The request you have made requires authentication. ' +
        '(https://home.example:5000/v3/auth/tokens)',
    );
    expect(error.hint).toMatch(/user "alice" of domain "Default", project "research" of domain "Default"/);
  });

  it('says so when the answer comes from a service that trusts another Keystone', async () => {
    const from = (uri: string) =>
      refusalOf({ status: 401, headers: [['WWW-Authenticate', `Keystone uri="${uri}"`]], body: {} });
    expect((await from('https://keystone.example/v3')).hint).toMatch(
      /names https:\/\/keystone\.example\/v3 as the Keystone/,
    );
    expect((await from('https://home.example:5000/v3')).hint).not.toMatch(/as the Keystone/);
    expect((await from('nonsense')).hint).not.toMatch(/as the Keystone/);
  });

  it.each<[AuthMethod, RegExp]>([
    [{ method: 'token', token: 'gAAAAA-old' }, /token may have ended/],
    [{ method: 'application_credential', id: 'ac', secret: 'shh' }, /application credential ac, its own project/],
    [{ method: 'application_credential', name: 'ci', user: { id: 'u1' }, secret: 'shh' }, /"ci" of user u1/],
    [
      { method: 'totp', user: { name: 'bob' }, passcode: '123456' },
      /passcode of user "bob" without a domain.*half a minute/,
    ],
  ])('explains what can be wrong with each method', async (method, hint) => {
    const error = await refusalOf(keystoneError(401, 'No.'), { methods: [method] });
    expect(error).toBeInstanceOf(HomeAuthError);
    expect(error.hint).toMatch(hint);
  });

  it.each(['Could not recognize Fernet token', 'Could not find Application Credential: ac.'])(
    'takes a 404 that says "%s" for a refusal',
    async (message) => {
      expect(await refusalOf(keystoneError(404, message))).toMatchObject({ code: 'FED_HOME_AUTH', status: 404 });
    },
  );

  it('names the methods that are still missing, and not the receipt', async () => {
    const error = await refusalOf({
      status: 401,
      headers: [['Openstack-Auth-Receipt', 'receipt-secret']],
      body: {
        receipt: { methods: ['password'], user: { id: 'u1' }, expires_at: '2026-11-24T12:05:00.000000Z' },
        required_auth_methods: [
          ['password', 'totp'],
          ['password', 'custom', 'totp'],
        ],
      },
    });
    expect(error).toBeInstanceOf(HomeAuthError);
    expect(error.message).toMatch(/wants more of them: totp, or custom and totp/);
    expect(error.hint).toMatch(/v3multifactor/);
    expect(`${error.message}${error.hint}`).not.toContain('receipt-secret');
  });

  it.each<[AuthMethod, secret: string]>([
    [{ method: 'password', user: { id: 'u' }, password: 'pa"ss\\wxyz' }, 'wxyz'],
    [{ method: 'token', token: 'gAAAAA-old-token' }, 'gAAAAA-old-token'],
    [{ method: 'application_credential', id: 'ac', secret: 'shh-secret' }, 'shh-secret'],
    [{ method: 'totp', user: { id: 'u' }, passcode: '654321' }, '654321'],
  ])('never repeats a secret, though Keystone quotes bodies that fail its schema', async (method, secret) => {
    const fake = new FakeSend().on('POST', TOKENS, ({ body }) =>
      keystoneError(400, `Failed validating. On instance: ${body}`),
    );
    const error = await failureOf(authenticate(contextOf(fake), account({ methods: [method] }), HOME));
    expect(error.message).toContain('On instance');
    expect(`${error.message}${error.hint}`).not.toContain(secret);
  });
});

describe('authenticate at home, when its words are long', () => {
  it('shows no part of a secret at the place where they are cut', async () => {
    const methods: AuthMethod[] = [{ method: 'password', user: { id: 'u' }, password: 'correct-horse' }];
    const error = await refusalOf(keystoneError(400, `${'x '.repeat(145)}correct-horse and so on`), { methods });
    expect(error.message).toContain('x x');
    expect(error.message).not.toContain('corr');
  });
});

describe('authenticate at home, when something else than Keystone answers', () => {
  const html = (status: number, words: string, headers: [string, string][] = []): Reply => ({
    status,
    headers: [['Content-Type', 'text/html'], ...headers],
    body: `<!doctype html><title>${words}</title>`,
  });

  it.each<[what: string, reply: Reply]>([
    ['404 with a page', html(404, 'Not Found')],
    ['405', html(405, 'Method Not Allowed')],
    ['300 with versions', { status: 300, body: { choices: [] } }],
  ])('says that the URL is no Identity v3 endpoint: %s', async (_what, reply) => {
    const error = await refusalOf(reply);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/not an Identity v3 endpoint.*https:\/\/home\.example:5000\/v3\/auth\/tokens/);
    expect(error.hint).toMatch(/OS_AUTH_URL/);
  });

  it('says where a redirect points, and does not follow it', async () => {
    const error = await refusalOf(html(301, 'Moved', [['Location', 'https://login.example/v3/auth/tokens?next=1']]));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/pointing to https:\/\/login\.example\/v3\/auth\/tokens \(/);
  });

  it('takes a 400 for a fault of the configuration', async () => {
    const error = await refusalOf(keystoneError(400, 'Expecting to find domain in user.'));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/Expecting to find domain in user/);
    expect(error.hint).toMatch(/OS_USER_DOMAIN_NAME.*user "alice"/);
    expect(error.hint).not.toMatch(/wrong password/);
  });

  it.each<[what: string, reply: Reply, status: number, message: RegExp]>([
    ['a login page', html(200, 'Please log in'), 200, /the answer is not JSON/],
    ['a token without its header', { status: 201, body: { token: {} } }, 201, /X-Subject-Token/],
    ['too many requests', keystoneError(429, 'Slow down'), 429, /429: Slow down/],
    ['too large a request', html(413, 'Too Large'), 413, /413/],
    ['a failure', html(500, 'Internal Server Error'), 500, /500 with a web page/],
    ['a proxy that does not reach Keystone', html(503, 'Service Unavailable'), 503, /503/],
    ['nothing', { status: 502 }, 502, /502 with nothing/],
  ])('says what came: %s', async (_what, reply, status, message) => {
    const error = await refusalOf(reply);
    expect(error).toBeInstanceOf(ProviderResponseError);
    expect(error).toMatchObject({ provider: 'home', status });
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it('says of a transport error at which step it was', async () => {
    const gone = new TransportError('refused', { provider: 'home', reason: 'connect', url: TOKENS });
    expect(await refusalOf(gone)).toMatchObject({
      message: 'refused, when asked for a token',
      provider: 'home',
      reason: 'connect',
      url: TOKENS,
    });
  });
});

describe('authenticate at another provider than home', () => {
  it.each<[what: string, reply: Reply]>([
    ['refused credentials', keystoneError(401, 'No.')],
    ['a failure', keystoneError(500, 'Oops')],
    ['an answer that is no token', { status: 201, body: {} }],
    ['a wrong address', { status: 404, headers: [['Content-Type', 'text/html']], body: '<html>no</html>' }],
  ])('gives a ProviderAuthError for %s', async (_what, reply) => {
    const error = await refusalOf(reply, {}, OTHER);
    expect(error).toBeInstanceOf(ProviderAuthError);
    expect(error).toMatchObject({ provider: 'lab', step: 'authenticate' });
    expect(error.message).toMatch(/lab/);
    expect(error.hint).toBeTruthy();
  });

  it('gives a ProviderAuthError for an account that is incomplete', async () => {
    const error = await failureOf(authenticate(contextOf(new FakeSend()), account({ methods: [] }), OTHER));
    expect(error).toBeInstanceOf(ProviderAuthError);
    expect(error.cause).toBeInstanceOf(ConfigError);
  });
});
