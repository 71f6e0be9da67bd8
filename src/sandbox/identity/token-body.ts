import { zulu } from '../data/time.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import { catalogJson, hasCatalog } from './catalog.ts';
import { DOMAIN } from './directory.ts';
import type { Token } from './tokens.ts';

/** A token as Keystone shows it, with its secret in `X-Subject-Token`. */
export function tokenReply(cloud: Cloud, token: Token, status: number, withCatalog: boolean): Reply {
  const { user, project, federated, credential } = token;
  const parts = Object.entries({
    methods: token.methods,
    user: {
      domain: DOMAIN,
      id: user.id,
      name: user.name,
      ...(federated === undefined
        ? { password_expires_at: null }
        : {
            'OS-FEDERATION': {
              groups: federated.groups.map((id) => ({ id })),
              identity_provider: { id: 'home' },
              protocol: { id: 'saml2' },
            },
          }),
    },
    audit_ids: token.auditIds,
    expires_at: zulu(token.expiresAt),
    issued_at: zulu(token.issuedAt),
    ...(project === undefined
      ? {}
      : {
          project: { domain: project.domain, id: project.id, name: project.name },
          is_domain: false,
          roles: cloud.directory.roles,
        }),
    ...(credential && { application_credential: { id: credential.id, name: credential.name, restricted: true } }),
  }).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  // The catalog is most of the body, and always the same for a project.
  if (project !== undefined && withCatalog && hasCatalog(cloud))
    parts.push(`"catalog":${catalogJson(cloud, project.id)}`);
  const providers = cloud.serviceProviders();
  if (providers.length > 0) parts.push(`"service_providers":${JSON.stringify(providers)}`);
  return json(status, `{"token":{${parts.join(',')}}}\n`, [['X-Subject-Token', token.secret]]);
}
