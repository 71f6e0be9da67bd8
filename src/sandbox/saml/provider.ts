import type { Exchange } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import { notFound, unauthorized } from '../identity/answers.ts';
import { tokenReply } from '../identity/token-body.ts';
import type { Cloud } from '../model.ts';

/** `GET {auth_url}` with a session's cookie: the federated, unscoped token. */
export function federatedToken(cloud: Cloud, exchange: Exchange, idp: string, protocol: string): Reply {
  const visitor = cloud.saml === 'idp' ? undefined : cloud.module.visitor(cloud, exchange);
  if (visitor === undefined) return cloud.module.turnAway(cloud, exchange);
  exchange.seen.user = visitor.user;
  if (idp !== 'home') return notFound('Identity Provider', idp);
  if (protocol !== 'saml2') {
    const methods = ['password', 'token', 'saml2', 'mapped', 'application_credential', 'totp'];
    return unauthorized(cloud, 'Attempted to authenticate with an unsupported method.', { identity: { methods } });
  }
  const names = cloud.trouble.mappingKnowsNobody ? undefined : cloud.grants[visitor.user]?.[visitor.homeProject];
  if (names === undefined) return unauthorized(cloud);
  const token = cloud.tokens.issue({
    user: cloud.directory.federatedUser(visitor.user),
    methods: ['saml2'],
    federated: {
      groups: [cloud.groupOf(visitor.user, visitor.homeProject)],
      projects: names.map((name) => cloud.directory.ensureProject(name)),
    },
  });
  return tokenReply(cloud, token, 201, false);
}
