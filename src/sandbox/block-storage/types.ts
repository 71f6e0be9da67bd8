import { isRecord, jsonBody } from '../http/exchange.ts';
import { json } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault } from '../wsgi/answers.ts';
import { missing } from './body.ts';
import type { VolumeContext } from './context.ts';
import { volumeListing } from './listing.ts';

/** Volume types: everybody sees them, operators change them. */
export function typeRoutes(routes: Routes<VolumeContext>): void {
  routes
    .on('GET', '/types', (context) =>
      volumeListing(context, {
        path: '/types',
        key: 'volume_types',
        linksKey: 'volume_type_links',
        collection: context.cloud.stock.shared('volumeTypes'),
        sortKeys: ['id', 'name', 'is_public', 'created_at', 'updated_at', 'description'],
        filters: [],
        counted: false,
        render: full,
      }),
    )
    .on('POST', '/types', () => forbidden('type_create'))
    .on('GET', '/types/*', (context, [id = '']) => {
      const found = context.cloud.stock.shared('volumeTypes').get(id);
      return found === undefined ? missing('Volume type', id) : json(200, `{"volume_type":${full(found)}}`);
    })
    .on('PUT', '/types/*', update)
    .on('DELETE', '/types/*', () => forbidden('type_delete'));
}

function full(type: Item): string {
  return JSON.stringify(type);
}

function forbidden(policy: string) {
  return fault(403, `Policy doesn't allow volume_extension:${policy} to be performed.`);
}

/** The body is looked at before the right is, and some bodies are more than Cinder can take. */
const update: Handler<VolumeContext> = async ({ exchange }) => {
  const body = await jsonBody(exchange);
  const broken = body === undefined || (isRecord(body) && body.type !== undefined);
  if (broken) return fault(500, 'The server has either erred or is incapable of performing the requested operation.');
  if (!isRecord(body) || !isRecord(body.volume_type)) return fault(400, "'volume_type' is a required property");
  return forbidden('type_update');
};
