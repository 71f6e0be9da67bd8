import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Answer, call } from '../contract/http.ts';
import { present } from '../contract/login.ts';
import { federated, login, password, tokens } from './login.ts';

let sandbox: Sandbox;
let now = Date.UTC(2026, 5, 1, 12, 0, 0);

beforeAll(async () => {
  sandbox = await startSandbox({ providers: 3, clock: { now: () => now } });
});

afterAll(() => sandbox.close());

const totp = (user: string, passcode: string) => ({
  methods: ['totp'],
  totp: { user: { name: user, domain: { id: 'default' }, passcode } },
});
const both = (user: string, passcode: string) => ({
  ...(password(user) as object),
  ...totp(user, passcode),
  methods: ['password', 'totp'],
});
const projectsAt = (cloud: string, token: string | undefined) =>
  call('GET', `${sandbox.cloud(cloud).authUrl}/auth/projects`, { token });

describe('one-time passwords', () => {
  it('hold for their step and the one after it', async () => {
    const code = sandbox.passcode('erin');
    expect(code).toMatch(/^\d{6}$/);
    expect((await tokens(sandbox.home.authUrl, totp('erin', code), 'research')).status).toBe(201);
    now += 30_000;
    expect((await tokens(sandbox.home.authUrl, totp('erin', code), 'research')).status).toBe(201);
    now += 30_000;
    expect((await tokens(sandbox.home.authUrl, totp('erin', code), 'research')).status).toBe(401);
    expect(() => sandbox.passcode('alice')).toThrow('alice has no one-time passwords');
  });
});

describe('a user with a rule for several methods', () => {
  it('gives all of them at once', async () => {
    const answer = await tokens(sandbox.home.authUrl, both('frank', sandbox.passcode('frank')), 'research');
    expect(answer.status).toBe(201);
    expect([...answer.json.token.methods].sort()).toEqual(['password', 'totp']);
  });

  it('gets a receipt for the first one, and with it a token for the second', async () => {
    const first = await tokens(sandbox.home.authUrl, password('frank'), 'research');
    expect(first.status).toBe(401);
    expect(first.json).toMatchObject({
      receipt: { methods: ['password'], user: { name: 'frank', domain: { id: 'default', name: 'Default' } } },
      required_auth_methods: [['password', 'totp']],
    });
    expect(first.headers['www-authenticate']).toBeUndefined();
    const receipt = { 'Openstack-Auth-Receipt': first.headers['openstack-auth-receipt'] ?? '' };
    const wrong = await tokens(sandbox.home.authUrl, totp('frank', '000000'), 'research', receipt);
    expect(wrong.status).toBe(401);
    const second = await tokens(sandbox.home.authUrl, totp('frank', sandbox.passcode('frank')), 'research', receipt);
    expect(second.status).toBe(201);
    expect([...second.json.token.methods].sort()).toEqual(['password', 'totp']);
  });

  it('cannot use a receipt after five minutes', async () => {
    const first = await tokens(sandbox.home.authUrl, password('frank'), 'research');
    const receipt = { 'Openstack-Auth-Receipt': first.headers['openstack-auth-receipt'] ?? '' };
    now += 300_000;
    const late = await tokens(sandbox.home.authUrl, totp('frank', sandbox.passcode('frank')), 'research', receipt);
    expect(late.status).toBe(401);
  });

  it('can go to a provider', async () => {
    const home = await tokens(sandbox.home.authUrl, both('frank', sandbox.passcode('frank')), 'research');
    const rescoped = { methods: ['token'], token: { id: home.headers['x-subject-token'] } };
    expect((await tokens(sandbox.home.authUrl, rescoped, 'research')).status).toBe(201);
  });
});

describe('tokens', () => {
  it('end with their time, at home and at a provider', async () => {
    const home = await login(sandbox, 'alice', 'home', 'research');
    const there = await login(sandbox, 'alice', 'sp-a', 'research-one');
    now += 3_599_000;
    expect((await projectsAt('home', home.token)).status).toBe(200);
    expect((await projectsAt('sp-a', there.token)).status).toBe(200);
    now += 1_000;
    expect((await projectsAt('home', home.token)).status).toBe(401);
    expect((await projectsAt('sp-a', there.token)).status).toBe(401);
    const again = await tokens(sandbox.home.authUrl, { methods: ['token'], token: { id: home.token } });
    expect([again.status, again.json.error.message]).toEqual([404, 'Failed to validate token']);
  });

  it('end on command, everywhere or at one cloud', async () => {
    const home = await login(sandbox, 'alice', 'home', 'research');
    const there = await login(sandbox, 'alice', 'sp-a', 'research-one');
    sandbox.expireTokens('sp-a');
    expect((await projectsAt('home', home.token)).status).toBe(200);
    expect((await projectsAt('sp-a', there.token)).status).toBe(401);
    sandbox.expireTokens();
    expect((await projectsAt('home', home.token)).status).toBe(401);
    expect(() => sandbox.expireTokens('nope')).toThrow(RangeError);
  });

  it('live as long as was said', async () => {
    sandbox.setTokenLifetime(30, 'sp-b');
    const answer = await federated(sandbox, 'alice', 'sp-b');
    const { expires_at: expires, issued_at: issued } = answer.json.token;
    expect(Date.parse(expires) - Date.parse(issued)).toBe(30_000);
    sandbox.setTokenLifetime(3600);
    const next = (await federated(sandbox, 'alice', 'sp-b')).json.token;
    expect(Date.parse(next.expires_at) - Date.parse(next.issued_at)).toBe(3_600_000);
  });
});

describe('an assertion that is presented late', () => {
  async function presentAfter(provider: string, ms: number): Promise<Answer> {
    const home = await tokens(sandbox.home.authUrl, password('alice'), 'research');
    const entry = home.json.token.service_providers.find(({ id }: { id: string }) => id === provider);
    const identity = { methods: ['token'], token: { id: home.headers['x-subject-token'] } };
    const body = { auth: { identity, scope: { service_provider: { id: provider } } } };
    const asserted = await call('POST', `${sandbox.home.authUrl}/auth/OS-FEDERATION/saml2/ecp`, { body });
    now += ms;
    return present(entry.sp_url, asserted.text);
  }

  it('is refused by Shibboleth after four minutes, as too old', async () => {
    expect((await presentAfter('sp-a', 235_000)).status).toBe(302);
    const late = await presentAfter('sp-a', 250_000);
    expect(late.status).toBe(500);
    expect(late.text).toContain('Message expired, was issued too long ago.');
  });

  it('is refused by Shibboleth when it comes from the future', async () => {
    const early = await presentAfter('sp-a', -200_000);
    expect([early.status, early.text]).toEqual([500, expect.stringContaining('was issued in the future')]);
  });

  it('is taken by mellon for its whole hour', async () => {
    expect((await presentAfter('sp-b', 3_500_000)).status).toBe(303);
    expect((await presentAfter('sp-b', 3_700_000)).status).toBe(400);
  });
});

describe('providers', () => {
  it('have an account of their own, with a password', async () => {
    const { authUrl } = sandbox.cloud('sp-b');
    const answer = await tokens(authUrl, password('local'), 'lab');
    expect(answer.status).toBe(201);
    expect(answer.json.token.user.id).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.json.token.service_providers).toBeUndefined();
    expect((await tokens(authUrl, password('alice'), 'lab')).status).toBe(401);
  });

  it('make no assertions', async () => {
    const body = { auth: { identity: { token: { id: 'x' } }, scope: { service_provider: { id: 'sp-a' } } } };
    const answer = await call('POST', `${sandbox.cloud('sp-a').authUrl}/auth/OS-FEDERATION/saml2/ecp`, { body });
    expect(answer.status).toBe(404);
  });
});
