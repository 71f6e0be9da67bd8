import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import {
  type FurtherContext,
  type FurtherRoutes,
  furtherService,
  given,
  own,
  pageByOffset,
  withItem,
} from '../further/api.ts';
import { type Exchange, header } from '../http/exchange.ts';
import { json, type Reply, withHeaders } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import type { Item } from '../stock/collection.ts';
import { fault, notInThisVersion, routeNotFound } from '../wsgi/answers.ts';
import { parsed, type Range } from '../wsgi/microversion.ts';

const range: Range = { major: 2, least: 0, most: 75 };
const root = ({ origin }: Exchange) => `${origin}/shared-file-system/v2`;

/** Manila's 404 of a share names no id. */
const missing = () => fault(404, 'The resource could not be found.');

function linked({ exchange, token }: FurtherContext, { id, name }: Item) {
  const href = `${root(exchange)}/${token.project.id}/shares/${id}`;
  return { id, name, links: [{ rel: 'self', href }] };
}

const full = (context: FurtherContext, share: Item) => ({ ...share, ...linked(context, share) });

function list(context: FurtherContext, body: (context: FurtherContext, share: Item) => unknown): Reply {
  const name = context.exchange.query.get('name');
  const all = own(context, 'shares').all.filter((share) => name === null || share.name === name);
  const { items, next } = pageByOffset(context, all);
  const href = `${context.exchange.origin}${context.exchange.path}?${next}`;
  const links = next === undefined ? {} : { shares_links: [{ rel: 'next', href }] };
  return json(200, { shares: items.map((share) => body(context, share)), ...links });
}

async function create(context: FurtherContext): Promise<Reply> {
  const share = own(context, 'shares').put({
    ...{ name: null, description: null, is_public: false, metadata: {}, share_type_name: 'default' },
    ...(await given(context, 'share')),
    ...{ id: randomUUID(), status: 'available', availability_zone: 'nova', project_id: context.token.project.id },
    created_at: microseconds(context.cloud.clock.now()),
  });
  return json(200, { share: { ...full(context, share), status: 'creating' } });
}

function routes(on: FurtherRoutes): void {
  on.on('GET', '/shares', (context) => list(context, linked))
    .on('GET', '/shares/detail', (context) => list(context, full))
    .on('POST', '/shares', create)
    .on(
      'GET',
      '/shares/*',
      withItem('shares', missing, (context, share) => json(200, { share: full(context, share) })),
    )
    .on(
      'PUT',
      '/shares/*',
      withItem('shares', missing, async (context, share) => {
        const { display_name: name, display_description: description } = await given(context, 'share');
        const changed = {
          ...share,
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
        };
        return json(200, { share: full(context, own(context, 'shares').put(changed)) });
      }),
    )
    .on(
      'DELETE',
      '/shares/*',
      withItem('shares', missing, (context, { id }) => {
        own(context, 'shares').remove(id);
        return { status: 202, headers: [] };
      }),
    )
    .on(
      'POST',
      '/shares/*/action',
      withItem('shares', missing, () => ({ status: 202, headers: [] })),
    );
}

const answer = furtherService(routes, routeNotFound);

/** Shared File Systems v2 as Manila has it, with microversions in a header of its own. @param path below `/shared-file-system` */
export async function sharedFileSystem(cloud: Cloud, exchange: Exchange, path: string): Promise<Reply> {
  const name = 'X-OpenStack-Manila-API-Version';
  if (path === '' || path === '/') {
    const links = [{ rel: 'self', href: `${root(exchange)}/` }];
    return json(300, { versions: [{ id: 'v2.0', status: 'CURRENT', version: '2.75', min_version: '2.0', links }] });
  }
  const [, project, rest = ''] = /^\/v2(?:\/([0-9a-f]{32}))?(\/.*)?$/.exec(path) ?? [];
  const wanted = header(exchange, name.toLowerCase());
  const chosen = wanted === undefined ? { minor: 0 } : parsed(wanted, range);
  if ('refused' in chosen) return chosen.refused;
  const minor = chosen.minor ?? 0;
  // Paths have no project from 2.60 on; before, they need one.
  const reply = project === undefined && minor < 60 ? notInThisVersion() : await answer(cloud, exchange, rest);
  return withHeaders(reply, [
    [name, `2.${minor}`],
    ['Vary', name],
    ['X-Compute-Request-Id', exchange.requestId],
  ]);
}
