import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/keystone/exchange.ts';
import { isFresh, type Token, tokenFromJson, tokenToJson } from '../../src/keystone/token.ts';
import { readToken } from '../../src/keystone/token-response.ts';
import { HOME_TOKEN, NOW, tokenBody } from './token-fixtures.ts';

const HOUR = 3_600_000;

function answerOf(body: unknown, headers: Answer['headers'] = [['X-Subject-Token', 'gAAAAA-x']]): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status: 201, headers, text, bytes: new TextEncoder().encode(text), url: 'http://home/v3/auth/tokens' };
}

function tokenIn(answer: Answer): Token {
  const reading = readToken(answer, NOW);
  if ('problem' in reading) throw new Error(reading.problem);
  return reading.token;
}

function problemIn(answer: Answer): string | undefined {
  const reading = readToken(answer, NOW);
  return 'problem' in reading ? reading.problem : undefined;
}

describe('readToken', () => {
  it("reads Keystone's own answer", () => {
    expect(tokenIn(answerOf(tokenBody()))).toEqual({
      secret: 'gAAAAA-x',
      expiresAt: NOW + HOUR,
      lifetime: HOUR,
      user: { id: 'b1ce0f8b0d4c4e1d8b1d', name: 'alice', domainName: 'Default' },
      project: { id: 'p-research', name: 'research', domainId: 'default', domainName: 'Default' },
      roles: ['member', 'reader'],
      catalog: [
        {
          type: 'compute',
          endpoints: [{ interface: 'public', region: 'HomeRegion', url: 'http://home.example:8774/v2.1' }],
        },
      ],
      serviceProviders: [
        {
          id: 'sp-a',
          authUrl: 'https://sp-a.example/v3/OS-FEDERATION/identity_providers/home/protocols/saml2/auth',
          spUrl: 'https://sp-a.example/Shibboleth.sso/SAML2/ECP',
        },
      ],
    });
  });

  it('reads a federated unscoped token, which has neither project nor catalog', () => {
    const body = tokenBody({
      methods: ['saml2'],
      user: { id: 'f'.repeat(64), name: 'alice', 'OS-FEDERATION': { groups: [], protocol: { id: 'saml2' } } },
      project: undefined,
      roles: undefined,
      catalog: undefined,
      service_providers: undefined,
    });
    const token = tokenIn(answerOf(body));
    expect(token).not.toHaveProperty('project');
    expect([token.roles, token.catalog, token.serviceProviders]).toEqual([[], [], []]);
    expect(token.user).toEqual({ id: 'f'.repeat(64), name: 'alice' });
  });

  it.each([
    ['hours ahead', '2026-11-24T17:00:00.000000Z', '2026-11-24T18:00:00.000000Z'],
    ['hours behind', '2026-11-24T03:00:00.000000Z', '2026-11-24T04:00:00.000000Z'],
    ['without a zone', '2026-11-24T12:00:00', '2026-11-24T13:00:00'],
  ])("counts the token's life by our clock when the cloud's is %s", (_what, issued_at, expires_at) => {
    expect(tokenIn(answerOf(tokenBody({ issued_at, expires_at }))).expiresAt).toBe(NOW + HOUR);
  });

  it.each([undefined, 'yesterday', '2026-11-24T23:00:00Z'])(
    'goes by the Date header where issued_at is %s',
    (issued_at) => {
      const body = tokenBody({ issued_at, expires_at: '2026-11-24T20:00:00Z' });
      const headers = [
        ['x-subject-token', 'gAAAAA-x'],
        ['Date', 'Tue, 24 Nov 2026 19:00:00 GMT'],
      ] as const;
      expect(tokenIn(answerOf(body, headers)).expiresAt).toBe(NOW + HOUR);
    },
  );

  it('takes expires_at by our clock where there is nothing better', () => {
    const token = tokenIn(answerOf(tokenBody({ issued_at: undefined })));
    expect(token.expiresAt).toBe(NOW + HOUR);
    expect(tokenIn(answerOf(tokenBody({ issued_at: undefined, expires_at: '2020-01-01T00:00:00Z' }))).expiresAt).toBe(
      NOW,
    );
  });

  it.each<[what: string, answer: Answer, problem: RegExp]>([
    ['a web page', answerOf('<html>hello</html>'), /not JSON/],
    ['JSON without a token', answerOf({ access: {} }), /no "token"/],
    ['no X-Subject-Token', answerOf(tokenBody(), []), /X-Subject-Token/],
    ['an unusable X-Subject-Token', answerOf(tokenBody(), [['X-Subject-Token', 'a b']]), /no usable token/],
    ['no user', answerOf(tokenBody({ user: undefined })), /whose/],
    ['no expires_at', answerOf(tokenBody({ expires_at: null })), /expires/],
    ['a project without an id', answerOf(tokenBody({ project: { name: 'x' } })), /project/],
  ])('says what is wrong with %s', (_what, answer, problem) => {
    expect(problemIn(answer)).toMatch(problem);
  });

  it('passes over roles and service providers that are none', () => {
    const token = tokenIn(
      answerOf(tokenBody({ roles: [null, { id: 1 }, { name: 'r' }], service_providers: [{}, { id: 'x' }] })),
    );
    expect(token.roles).toEqual(['r']);
    expect(token.serviceProviders).toEqual([{ id: 'x', authUrl: '', spUrl: '' }]);
  });
});

describe('isFresh', () => {
  const at = (now: number) => ({ now: () => now });

  it('ends a minute before the token does', () => {
    const token = { ...HOME_TOKEN, expiresAt: NOW + HOUR, lifetime: HOUR };
    expect(isFresh(token, at(NOW + HOUR - 60_001))).toBe(true);
    expect(isFresh(token, at(NOW + HOUR - 60_000))).toBe(false);
  });

  it('ends a tenth of its life before a short-lived token does', () => {
    const token = { ...HOME_TOKEN, expiresAt: NOW + 30_000, lifetime: 30_000 };
    expect(isFresh(token, at(NOW + 26_999))).toBe(true);
    expect(isFresh(token, at(NOW + 27_000))).toBe(false);
  });
});

describe('tokenFromJson', () => {
  const full = tokenIn(answerOf(tokenBody()));

  it('gives back what tokenToJson made, through JSON', () => {
    for (const token of [full, HOME_TOKEN]) {
      expect(tokenFromJson(JSON.parse(JSON.stringify(tokenToJson(token))))).toEqual(token);
    }
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'gAAAAA'],
    ['an array', []],
    ['no secret', { ...full, secret: '' }],
    ['no user', { ...full, user: null }],
    ['an expiry that is no number', { ...full, expiresAt: '2026' }],
    ['no lifetime', { ...full, lifetime: undefined }],
    ['no catalog', { ...full, catalog: undefined }],
    ['roles of another shape', { ...full, roles: 'member' }],
    ['no service providers', { ...full, serviceProviders: undefined }],
    ['a project of another shape', { ...full, project: { id: 'x' } }],
  ])('gives undefined for %s', (_what, value) => {
    expect(tokenFromJson(value)).toBeUndefined();
  });
});
