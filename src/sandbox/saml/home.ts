import { randomBytes } from 'node:crypto';
import { dig, type Exchange, isRecord, jsonBody, text } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import { forbidden, notFound, refusal, strangeToken } from '../identity/answers.ts';
import type { Cloud } from '../model.ts';
import { ecpEnvelope, type Statement, samlResponse } from './assertion.ts';

/** `POST /auth/OS-FEDERATION/saml2/ecp`, and without `/ecp` the response alone. */
export async function makeAssertion(home: Cloud, exchange: Exchange, envelope: boolean): Promise<Reply> {
  const auth = dig(await jsonBody(exchange), 'auth');
  const fault = schemaFault(auth);
  if (fault !== undefined) return refusal(400, fault);
  const secret = text(dig(auth, 'identity', 'token', 'id')) ?? '';
  const id = text(dig(auth, 'scope', 'service_provider', 'id')) ?? '';
  const provider = home.federation.provider(id);
  if (provider === undefined) return notFound('Service Provider', id);
  if (provider.trouble.disabledAtHome) return forbidden();
  const token = home.tokens.find(secret);
  if (token === undefined) return strangeToken(home, secret);
  exchange.seen.user = token.user.name;
  if (token.project === undefined) {
    return forbidden('Use a project scoped token when attempting to create a SAML assertion');
  }
  exchange.seen.project = token.project.name;
  const statement: Statement = {
    issuer: `${home.keystone}/OS-FEDERATION/saml2/idp`,
    destination: provider.spUrl,
    relayState: `${provider.module.relayStatePrefix(provider)}${randomBytes(16).toString('hex')}`,
    attributes: {
      openstack_user: [token.user.name],
      openstack_roles: home.directory.roles.map(({ name }) => name),
      openstack_project: [token.project.name],
      openstack_project_domain: ['Default'],
      openstack_user_domain: ['Default'],
    },
    now: home.clock.now(),
  };
  const { signingKey } = home.federation;
  return {
    status: 200,
    headers: [
      ['Content-Type', 'text/xml'],
      ['X-sp-url', provider.spUrl],
      ['X-auth-url', provider.authUrl],
    ],
    body: envelope ? ecpEnvelope(statement, signingKey) : samlResponse(statement, signingKey),
  };
}

/** What is wrong with the body, in the words of Keystone's schema check. Nothing more than the two ids is allowed. */
function schemaFault(auth: unknown): string | undefined {
  if (!isRecord(auth)) return "None is not of type 'object'";
  const extra = Object.keys(auth).find((key) => key !== 'identity' && key !== 'scope');
  if (extra !== undefined) return `Additional properties are not allowed ('${extra}' was unexpected)`;
  if (text(dig(auth, 'identity', 'token', 'id')) === undefined) return "'identity' is a required property";
  if (text(dig(auth, 'scope', 'service_provider', 'id')) === undefined) return "'scope' is a required property";
  return undefined;
}
