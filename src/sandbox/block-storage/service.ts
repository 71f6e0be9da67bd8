import { type Exchange, header } from '../http/exchange.ts';
import { json, type Reply, withHeaders } from '../http/reply.ts';
import { decoded, Routes } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import { asLatin1, fault, routeNotFound, tokenRefused } from '../wsgi/answers.ts';
import { chosenVersion, type Range } from '../wsgi/microversion.ts';
import { scopedToken } from '../wsgi/scope.ts';
import { attachmentRoutes } from './attachments.ts';
import { backupRoutes } from './backups.ts';
import type { VolumeContext } from './context.ts';
import { groupRoutes } from './groups.ts';
import { limitRoutes } from './limits.ts';
import { operatorRoutes } from './operators.ts';
import { snapshotRoutes } from './snapshots.ts';
import { transferRoutes } from './transfers.ts';
import { typeRoutes } from './types.ts';
import { volumeRoutes } from './volumes.ts';

const range: Range = { major: 3, least: 0, most: 70 };

const routes = new Routes<VolumeContext>();
volumeRoutes(routes);
snapshotRoutes(routes);
backupRoutes(routes);
typeRoutes(routes);
limitRoutes(routes);
operatorRoutes(routes);
groupRoutes(routes);
attachmentRoutes(routes);
transferRoutes(routes);

/** Block Storage v3 as Cinder (Zed) has it. @param path below `/volume` */
export async function blockStorage(cloud: Cloud, exchange: Exchange, path: string): Promise<Reply> {
  const reply = await answer(cloud, exchange, path);
  return withHeaders(reply, [['X-Openstack-Request-Id', exchange.requestId]]);
}

function answer(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  if (path === '' || path === '/') return versioned(json(300, versions(exchange)), '3.0', exchange);
  if (path !== '/v3' && !path.startsWith('/v3/')) return routeNotFound(exchange);
  const token = scopedToken(cloud, exchange);
  if (token === undefined) return tokenRefused(cloud);
  if (path === '/v3') {
    const location = `${exchange.origin}/volume/v3/`;
    return {
      status: 302,
      headers: [
        ['Content-Type', 'text/plain; charset=utf8'],
        ['Location', location],
      ],
      body: '',
    };
  }
  if (path === '/v3/') return versioned(json(200, versions(exchange)), '3.0', exchange);
  // The project's id may be left out; whatever consists of hexadecimal digits and dashes is taken for one.
  const [, project, rest = ''] = /^\/v3(?:\/([0-9a-f-]+))?(\/.*)?$/.exec(decoded(path)) ?? [];
  const match = routes.match(exchange.method, asLatin1(rest).replace(/\.json$/, ''));
  if (match === undefined || 'allowed' in match) return routeNotFound(exchange);
  const line = header(exchange, 'openstack-api-version');
  const version = chosenVersion(line, ['volume', 'volumev3'], range);
  if ('refused' in version) {
    return version.echo === undefined ? version.refused : versioned(version.refused, version.echo, exchange);
  }
  if (line !== undefined && !version.named) {
    const message = 'The server could not comply with the request since it is either malformed or otherwise incorrect.';
    return fault(400, message);
  }
  const minor = version.minor ?? range.least;
  const infix = project === undefined ? '' : `/${project}`;
  const context: VolumeContext = {
    cloud,
    exchange,
    token,
    minor,
    linkBase: `${exchange.origin}/volume/v3${infix}`,
    bookmarkBase: `${exchange.origin}/volume${infix}`,
  };
  const handle = async () =>
    project !== undefined && project !== token.project.id
      ? fault(400, 'Malformed request url')
      : match.handler(context, match.parameters);
  return handle().then((reply) => versioned(reply, `3.${minor}`, exchange));
}

function versioned(reply: Reply, version: string, exchange: Exchange): Reply {
  return withHeaders(reply, [
    ['X-Compute-Request-Id', exchange.requestId],
    ['Openstack-Api-Version', `volume ${version}`],
    ['Vary', 'OpenStack-API-Version'],
  ]);
}

function versions(exchange: Exchange): unknown {
  return {
    versions: [
      {
        id: 'v3.0',
        status: 'CURRENT',
        version: '3.70',
        min_version: '3.0',
        updated: '2022-08-31T00:00:00Z',
        links: [
          { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
          { rel: 'self', href: `${exchange.origin}/volume/v3/` },
        ],
        'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
      },
    ],
  };
}
