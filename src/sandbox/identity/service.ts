import { type Exchange, header } from '../http/exchange.ts';
import { apacheFailure, type HeaderLine, html, json, type Reply, withHeaders } from '../http/reply.ts';
import { decoded, type Handler, Routes } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import { makeAssertion } from '../saml/home.ts';
import { federatedToken } from '../saml/provider.ts';
import { collection, forbidden, strangeToken } from './answers.ts';
import { applicationCredentialRoutes } from './application-credentials.ts';
import { authenticate } from './authenticate.ts';
import { catalogJson, hasCatalog } from './catalog.ts';
import { type IdentityContext, withToken } from './context.ts';
import { credentialRoutes } from './credentials.ts';
import { identityResourceRoutes, projectBody } from './resources.ts';
import { projectsOf } from './rights.ts';
import { tokenReply } from './token-body.ts';
import type { Token } from './tokens.ts';

const version = (origin: string) => ({
  id: 'v3.14',
  status: 'stable',
  updated: '2020-04-07T00:00:00Z',
  links: [{ rel: 'self', href: `${origin}/identity/v3/` }],
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
});

const ownProjects = withToken(({ cloud, exchange, token }) => {
  const projects = projectsOf(cloud, token.user, token.federated);
  return collection(
    exchange,
    'projects',
    projects.map((project) => projectBody(exchange, project)),
  );
});

const saml2 =
  (envelope: boolean): Handler<IdentityContext> =>
  ({ cloud, exchange }) =>
    makeAssertion(cloud, exchange, envelope);

const federated: Handler<IdentityContext> = ({ cloud, exchange }, [idp = '', protocol = '']) =>
  federatedToken(cloud, exchange, idp, protocol);

const routes = new Routes<IdentityContext>()
  .on('GET HEAD', '', ({ exchange }) =>
    json(300, { versions: { values: [version(exchange.origin)] } }, [['Location', `${exchange.origin}/identity/v3/`]]),
  )
  .on('GET HEAD', '/v3', ({ exchange }) => json(200, { version: version(exchange.origin) }))
  .on('POST', '/v3/auth/tokens', ({ cloud, exchange }) => authenticate(cloud, exchange))
  .on(
    'GET HEAD',
    '/v3/auth/tokens',
    subject((cloud, token, exchange) => tokenReply(cloud, token, 200, !exchange.query.has('nocatalog'))),
  )
  .on(
    'DELETE',
    '/v3/auth/tokens',
    subject((cloud, token) => {
      cloud.tokens.revoke(token.secret);
      return { status: 204, headers: [] };
    }),
  )
  .on('GET HEAD', '/v3/auth/projects', ownProjects)
  .on('GET HEAD', '/v3/OS-FEDERATION/projects', ownProjects)
  .on(
    'GET HEAD',
    '/v3/auth/domains',
    withToken(({ exchange }) => collection(exchange, 'domains', [])),
  )
  .on(
    'GET HEAD',
    '/v3/auth/system',
    withToken(({ exchange }) => json(200, { system: [], links: { self: `${exchange.origin}${exchange.path}` } })),
  )
  .on(
    'GET HEAD',
    '/v3/auth/catalog',
    withToken(({ cloud, exchange, token }) =>
      token.project === undefined || !hasCatalog(cloud)
        ? forbidden()
        : json(
            200,
            `{"catalog":${catalogJson(cloud, token.project.id)},"links":{"self":"${exchange.origin}${exchange.path}"}}\n`,
          ),
    ),
  )
  .on('POST', '/v3/auth/OS-FEDERATION/saml2/ecp', saml2(true))
  .on('POST', '/v3/auth/OS-FEDERATION/saml2', saml2(false))
  .on('GET POST', '/v3/OS-FEDERATION/identity_providers/*/protocols/*/auth', federated);

identityResourceRoutes(routes);
applicationCredentialRoutes(routes);
credentialRoutes(routes);

/** Validating and revoking: one's own token is enough, somebody else's is not for plain users. */
function subject(handle: (cloud: Cloud, token: Token, exchange: Exchange) => Reply): Handler<IdentityContext> {
  return withToken(({ cloud, exchange, token }) => {
    const secret = header(exchange, 'x-subject-token');
    if (secret === undefined) return forbidden('identity:validate_token');
    const found = cloud.tokens.find(secret);
    if (found === undefined) return strangeToken(cloud, secret);
    if (found.user !== token.user) return forbidden('identity:validate_token');
    return handle(cloud, found, exchange);
  });
}

/** @param path below `/identity` */
export async function identity(cloud: Cloud, exchange: Exchange, path: string): Promise<Reply> {
  const match = routes.match(exchange.method, decoded(path).replace(/\/$/, ''));
  const reply = match === undefined ? unknownUrl() : await answer(match, { cloud, exchange });
  const more: HeaderLine[] = [
    ['Vary', 'X-Auth-Token'],
    ['x-openstack-request-id', exchange.requestId],
    ...(cloud.saml === 'mellon' ? cloud.module.replyHeaders : []),
  ];
  return shouted(withHeaders(reply, more));
}

function answer(match: NonNullable<ReturnType<typeof routes.match>>, context: IdentityContext): Reply | Promise<Reply> {
  if ('handler' in match) return match.handler(context, match.parameters);
  // Methods that the program behind Apache does not expect make it fail, but for the tokens' own path.
  if (!context.exchange.path.endsWith('/auth/tokens')) return apacheFailure();
  const body = { message: 'The method is not allowed for the requested URL.' };
  return json(405, body, [['Allow', [...match.allowed, 'OPTIONS'].join(', ')]]);
}

function unknownUrl(): Reply {
  return html(
    404,
    `<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>
`,
  );
}

const reasons: Readonly<Record<number, string>> = {
  201: 'CREATED',
  204: 'NO CONTENT',
  300: 'MULTIPLE CHOICES',
  400: 'BAD REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT FOUND',
  405: 'METHOD NOT ALLOWED',
  409: 'CONFLICT',
};

/** Werkzeug writes reason phrases in capitals. */
function shouted(reply: Reply): Reply {
  const reason = reasons[reply.status];
  return reason === undefined ? reply : { ...reply, reason };
}
