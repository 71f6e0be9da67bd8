import type { Exchange } from '../http/exchange.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import { collection, forbidden, notFound } from './answers.ts';
import { type AuthenticatedContext, type IdentityContext, withToken } from './context.ts';
import { DOMAIN, type Domain, type Project, type User } from './directory.ts';

/** Projects, users, regions and the like, as a plain user may see them: mostly not. */

interface Kind {
  readonly plural: string;
  /** As policies and messages name it. */
  readonly singular: string;
  /** Methods that look the item up before they ask for the right: 404 for what is not there. */
  readonly lookedUp: string;
  /** What a plain user may list. */
  readonly list?: (context: AuthenticatedContext) => readonly unknown[];
  /** What a plain user may see. */
  readonly show?: (context: AuthenticatedContext, id: string) => unknown;
}

const kinds: readonly Kind[] = [
  {
    plural: 'projects',
    singular: 'project',
    lookedUp: '',
    show: ({ cloud, exchange, token }, id) =>
      token.project?.id === id ? projectBody(exchange, cloud.directory.project(id) ?? token.project) : undefined,
  },
  {
    plural: 'users',
    singular: 'user',
    lookedUp: '',
    show: ({ exchange, token }, id) => (token.user.id === id ? userBody(exchange, token.user) : undefined),
  },
  {
    plural: 'domains',
    singular: 'domain',
    lookedUp: 'DELETE PATCH',
    show: ({ exchange, token }, id) =>
      [DOMAIN, token.project?.domain ?? DOMAIN]
        .filter((domain) => domain.id === id)
        .map((domain) => domainBody(exchange, domain))[0],
  },
  {
    plural: 'regions',
    singular: 'region',
    lookedUp: 'GET HEAD',
    list: ({ cloud, exchange }) => cloud.regions.map(({ name }) => regionBody(exchange, name)),
    show: ({ cloud, exchange }, id) =>
      cloud.regions.some(({ name }) => name === id) ? regionBody(exchange, id) : undefined,
  },
  { plural: 'services', singular: 'service', lookedUp: '' },
  { plural: 'endpoints', singular: 'endpoint', lookedUp: 'GET HEAD DELETE PATCH' },
  { plural: 'roles', singular: 'role', lookedUp: 'GET HEAD DELETE PATCH' },
  { plural: 'groups', singular: 'group', lookedUp: 'DELETE' },
  { plural: 'policies', singular: 'policy', lookedUp: '' },
  { plural: 'role_assignments', singular: 'role_assignment', lookedUp: '' },
  { plural: 'limits', singular: 'limit', lookedUp: 'GET HEAD', list: () => [] },
  { plural: 'registered_limits', singular: 'registered_limit', lookedUp: 'GET HEAD', list: () => [] },
];

const verbs: Readonly<Record<string, string>> = { GET: 'get', HEAD: 'get', DELETE: 'delete', PATCH: 'update' };

export function identityResourceRoutes(routes: Routes<IdentityContext>): void {
  for (const kind of kinds) {
    const { plural, singular } = kind;
    routes.on(
      'GET HEAD',
      `/v3/${plural}`,
      withToken((context) =>
        kind.list === undefined
          ? forbidden(`identity:list_${plural}`)
          : collection(context.exchange, plural, kind.list(context)),
      ),
    );
    routes.on(
      'POST',
      `/v3/${plural}`,
      withToken(() => forbidden(`identity:create_${singular}`)),
    );
    for (const method of Object.keys(verbs)) {
      routes.on(
        method,
        `/v3/${plural}/*`,
        withToken((context, [id = '']) => item(kind, method, context, id)),
      );
    }
  }
  for (const [path, name] of [
    ['service_providers', 'service_provider'],
    ['identity_providers', 'identity_provider'],
  ] as const) {
    routes.on(
      'GET',
      `/v3/OS-FEDERATION/${path}`,
      withToken(() => forbidden(`identity:list_${path}`)),
    );
    routes.on(
      'GET',
      `/v3/OS-FEDERATION/${path}/*`,
      withToken(() => forbidden(`identity:get_${name}`)),
    );
  }
  routes.on(
    'GET HEAD',
    '/v3/users/*/projects',
    withToken(({ cloud, exchange, token }, [id]) => {
      if (token.user.id !== id) return forbidden('identity:list_user_projects');
      // Projects that come from groups are not there: `/auth/projects` has them.
      const names = token.user.person?.projects ?? [];
      const projects = names.flatMap((name) => cloud.directory.projectTitled(name) ?? []);
      return collection(
        exchange,
        'projects',
        projects.map((project) => projectBody(exchange, project)),
      );
    }),
  );
}

function item(kind: Kind, method: string, context: AuthenticatedContext, id: string): Reply {
  const found = kind.show?.(context, id);
  if (found !== undefined && verbs[method] === 'get') return json(200, { [kind.singular]: found });
  if (found === undefined && kind.lookedUp.split(' ').includes(method)) return notFound(kind.singular, id);
  return forbidden(`identity:${verbs[method]}_${kind.singular}`);
}

function self(exchange: Exchange, path: string): { self: string } {
  return { self: `${exchange.origin}/identity/v3/${path}` };
}

export function projectBody(exchange: Exchange, { id, name, domain }: Project): unknown {
  return {
    id,
    name,
    domain_id: domain.id,
    description: '',
    enabled: true,
    parent_id: domain.id,
    is_domain: false,
    tags: [],
    options: {},
    links: self(exchange, `projects/${id}`),
  };
}

function userBody(exchange: Exchange, user: User): unknown {
  const came = { idp_id: 'home', protocols: [{ protocol_id: 'saml2', unique_id: user.name }] };
  return {
    id: user.id,
    name: user.name,
    domain_id: DOMAIN.id,
    enabled: true,
    password_expires_at: null,
    options: {},
    ...(user.federated ? { federated: [came] } : {}),
    links: self(exchange, `users/${user.id}`),
  };
}

function domainBody(exchange: Exchange, domain: Domain): unknown {
  return {
    ...domain,
    description: domain === DOMAIN ? 'The default domain' : '',
    enabled: true,
    tags: [],
    options: {},
    links: self(exchange, `domains/${domain.id}`),
  };
}

function regionBody(exchange: Exchange, id: string): unknown {
  return { id, description: '', parent_region_id: null, links: self(exchange, `regions/${id}`) };
}
