import { type Exchange, header } from '../http/exchange.ts';
import { json, type Reply, withHeaders } from '../http/reply.ts';
import { decoded, Routes } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import { asLatin1, routeNotFound, tokenRefused } from '../wsgi/answers.ts';
import { chosenVersion, parsed, type Range } from '../wsgi/microversion.ts';
import { scopedToken } from '../wsgi/scope.ts';
import { actionRoutes } from './actions.ts';
import { attachmentRoutes } from './attachments.ts';
import type { ComputeContext } from './context.ts';
import { flavorRoutes } from './flavors.ts';
import { keypairRoutes } from './keypairs.ts';
import { operatorRoutes } from './operators.ts';
import { securityGroupRoutes } from './security-groups.ts';
import { serverGroupRoutes } from './server-groups.ts';
import { serverRoutes } from './servers.ts';
import { choices, version, versions } from './versions.ts';

const newest: Range = { major: 2, least: 1, most: 93 };
const old: Range = { ...newest, most: 38 };

const routes = new Routes<ComputeContext>();
serverRoutes(routes);
actionRoutes(routes);
attachmentRoutes(routes);
flavorRoutes(routes);
keypairRoutes(routes);
serverGroupRoutes(routes);
operatorRoutes(routes);
securityGroupRoutes(routes);

/** Compute v2.1 as Nova (Zed) has it. @param path below `/compute` */
export async function compute(cloud: Cloud, exchange: Exchange, path: string): Promise<Reply> {
  const reply = await answer(cloud, exchange, path);
  return withHeaders(reply, [
    ['X-Openstack-Request-Id', exchange.requestId],
    ['X-Compute-Request-Id', exchange.requestId],
  ]);
}

function answer(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  const range = cloud.trouble.oldNova ? old : newest;
  if (path === '' || path === '/') return json(200, versions(exchange, range));
  if (path === '/v2.1' || path === '/v2.1/') return versioned(json(200, version(exchange, range)), '2.1');
  if (!path.startsWith('/v2.1/')) return json(300, choices(exchange, path));
  const token = scopedToken(cloud, exchange);
  if (token === undefined) return tokenRefused(cloud);
  const match = routes.match(exchange.method, asLatin1(decoded(path.slice('/v2.1'.length))));
  if (match === undefined || 'allowed' in match) return routeNotFound(exchange);
  const own = header(exchange, 'x-openstack-nova-api-version');
  const chosen =
    own === undefined
      ? chosenVersion(header(exchange, 'openstack-api-version'), ['compute'], range)
      : parsed(own, range);
  if ('refused' in chosen) {
    const refused = withCharset(chosen.refused);
    return chosen.echo === undefined ? refused : versioned(refused, chosen.echo);
  }
  const minor = chosen.minor ?? range.least;
  const handled = Promise.resolve(match.handler({ cloud, exchange, token, minor }, match.parameters));
  return handled.then((reply) => versioned(reply.status >= 400 ? withCharset(reply) : reply, `2.${minor}`));
}

function versioned(reply: Reply, minor: string): Reply {
  return withHeaders(reply, [
    ['Openstack-Api-Version', `compute ${minor}`],
    ['X-Openstack-Nova-Api-Version', minor],
    ['Vary', 'OpenStack-API-Version'],
    ['Vary', 'X-OpenStack-Nova-API-Version'],
  ]);
}

/** Nova's faults name a character set, its other answers do not. */
function withCharset(reply: Reply): Reply {
  const rest = reply.headers.filter(([name]) => name !== 'Content-Type');
  return { ...reply, headers: [['Content-Type', 'application/json; charset=UTF-8'], ...rest] };
}
