import { type Exchange, header } from '../http/exchange.ts';
import { json, type Reply, withHeaders } from '../http/reply.ts';
import { decoded, Routes } from '../http/routes.ts';
import { challenge } from '../identity/answers.ts';
import type { Cloud } from '../model.ts';
import { asLatin1, routeNotFound, webobError } from '../wsgi/answers.ts';
import { scopedToken } from '../wsgi/scope.ts';
import { type ImageContext, notAuthorized } from './context.ts';
import { fileRoutes } from './files.ts';
import { imageRoutes } from './images.ts';
import { memberRoutes } from './members.ts';

const routes = new Routes<ImageContext>();
imageRoutes(routes);
fileRoutes(routes);
memberRoutes(routes);
routes
  .on('GET', '/schemas/image', () => json(200, { name: 'image', properties: {} }))
  .on('GET', '/schemas/images', () => json(200, { name: 'images', properties: {} }))
  .on('GET', '/info/import', () => {
    const methods = {
      description: 'Import methods available.',
      type: 'array',
      value: ['glance-direct', 'web-download', 'copy-image'],
    };
    return json(200, { 'import-methods': methods });
  })
  .on('GET', '/info/stores', () => json(200, { stores: [{ id: 'files', default: 'true' }] }))
  .on('GET POST', '/tasks', (context) => notAuthorized(context, 'tasks_api_access'))
  .on('GET DELETE', '/tasks/*', (context) => notAuthorized(context, 'tasks_api_access'));

/** Image v2 as Glance (Zed) has it. @param path below `/image` */
export async function image(cloud: Cloud, exchange: Exchange, path: string): Promise<Reply> {
  const reply = await answer(cloud, exchange, path);
  // Alone among the services, Glance takes the client's request id for its own.
  const id = header(exchange, 'x-openstack-request-id') ?? exchange.requestId;
  return withHeaders(reply, [['X-Openstack-Request-Id', id]]);
}

function answer(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  if (path === '/versions') return json(200, versions(exchange));
  // Whatever does not begin with the version gets the list of versions.
  if (path !== '/v2' && !path.startsWith('/v2/')) return json(300, versions(exchange));
  const token = scopedToken(cloud, exchange);
  if (token === undefined) return webobError(exchange, 401, REFUSED, [challenge(cloud)]);
  if (path === '/v2') {
    const location = `${exchange.origin}/image/v2/`;
    return {
      status: 302,
      headers: [
        ['Content-Type', 'text/plain; charset=utf8'],
        ['Location', location],
      ],
      body: '',
    };
  }
  const match = routes.match(exchange.method, asLatin1(decoded(path.slice('/v2'.length))));
  if (match === undefined) return routeNotFound(exchange);
  if ('handler' in match) return match.handler({ cloud, exchange, token }, match.parameters);
  const message = `The method ${exchange.method} is not allowed for this resource. `;
  return webobError(exchange, 405, message, [['Allow', match.allowed.join(', ')]]);
}

const REFUSED =
  'This server could not verify that you are authorized to access the document you requested. Either you supplied the ' +
  'wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.';

const MINORS = [15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

function versions({ origin }: Exchange): unknown {
  const links = [{ rel: 'self', href: `${origin}/image/v2/` }];
  return {
    versions: MINORS.map((minor, i) => ({ id: `v2.${minor}`, status: i === 0 ? 'CURRENT' : 'SUPPORTED', links })),
  };
}
