import type { KeystoneContext } from '../../src/keystone/context.ts';
import type { Token } from '../../src/keystone/token.ts';
import type { FakeSend, Reply } from '../support/fake-send.ts';

/** The time in these tests: 12:00 by our clock. Clouds' clocks are other ones. */
export const NOW = Date.parse('2026-11-24T12:00:00Z');

export function contextOf(fake: FakeSend): KeystoneContext {
  return { send: fake.send, clock: { now: () => NOW } };
}

/** A token's body as Keystone 22 renders it, valid for an hour. */
export function tokenBody(changes: Record<string, unknown> = {}): { token: Record<string, unknown> } {
  return {
    token: {
      methods: ['password'],
      user: {
        domain: { id: 'default', name: 'Default' },
        id: 'b1ce0f8b0d4c4e1d8b1d',
        name: 'alice',
        password_expires_at: null,
      },
      audit_ids: ['3T2dc1CGQxyJsHdDu1xkcw'],
      issued_at: '2026-11-24T12:00:00.000000Z',
      expires_at: '2026-11-24T13:00:00.000000Z',
      project: { domain: { id: 'default', name: 'Default' }, id: 'p-research', name: 'research' },
      is_domain: false,
      roles: [
        { id: 'r1', name: 'member' },
        { id: 'r2', name: 'reader' },
      ],
      catalog: [
        {
          id: 'c1',
          type: 'compute',
          name: 'nova',
          endpoints: [
            {
              id: 'e1',
              interface: 'public',
              region: 'HomeRegion',
              region_id: 'HomeRegion',
              url: 'http://home.example:8774/v2.1',
            },
          ],
        },
      ],
      service_providers: [
        {
          id: 'sp-a',
          auth_url: 'https://sp-a.example/v3/OS-FEDERATION/identity_providers/home/protocols/saml2/auth',
          sp_url: 'https://sp-a.example/Shibboleth.sso/SAML2/ECP',
        },
      ],
      ...changes,
    },
  };
}

export function tokenReply(changes: Record<string, unknown> = {}, secret = 'gAAAAA-new'): Reply {
  return { status: 201, headers: [['X-Subject-Token', secret]], body: tokenBody(changes) };
}

export function keystoneError(status: number, message: string): Reply {
  return {
    status,
    headers: [['x-openstack-request-id', 'req-1']],
    body: { error: { code: status, message, title: 'Some Title' } },
  };
}

export const HOME_TOKEN: Token = {
  secret: 'gAAAAA-home-token-secret',
  expiresAt: NOW + 3_600_000,
  lifetime: 3_600_000,
  user: { id: 'u-alice', name: 'alice', domainName: 'Default' },
  project: { id: 'p-research', name: 'research' },
  roles: ['member'],
  catalog: [],
  serviceProviders: [],
};

/** The error that a call ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & { hint?: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}
