import { randomUUID } from 'node:crypto';
import {
  type FurtherContext,
  type FurtherRoutes,
  furtherService,
  given,
  own,
  pageByMarker,
  withItem,
} from '../further/api.ts';
import type { Exchange } from '../http/exchange.ts';
import { type HeaderLine, json, type Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';

const missing = (_: FurtherContext, id: string): Reply =>
  json(404, { code: 404, title: 'Not Found', description: `Metric ${id} does not exist` });

/** A list without a name around it; the next page is in a header. */
function list(context: FurtherContext): Reply {
  const { items, next } = pageByMarker(context, own(context, 'metrics').all);
  const link: HeaderLine[] =
    next === undefined ? [] : [['Link', `<${context.exchange.origin}/metric/v1/metric?${next}>; rel="next"`]];
  return json(200, items, link);
}

async function create(context: FurtherContext): Promise<Reply> {
  const metric = { resource_id: null, ...(await given(context)), id: randomUUID(), creator: context.token.user.id };
  const location = `${context.exchange.origin}/metric/v1/metric/${metric.id}`;
  return json(201, own(context, 'metrics').put(metric), [['Location', location]]);
}

function routes(on: FurtherRoutes): void {
  on.on('GET', '/v1/metric', list)
    .on('POST', '/v1/metric', create)
    .on(
      'GET',
      '/v1/metric/*',
      withItem('metrics', missing, (_, metric) => json(200, metric)),
    )
    .on(
      'GET',
      '/v1/metric/*/measures',
      withItem('metrics', missing, () => json(200, [])),
    )
    .on(
      'DELETE',
      '/v1/metric/*',
      withItem('metrics', missing, (context, { id }) => {
        own(context, 'metrics').remove(id);
        return { status: 204, headers: [] };
      }),
    );
}

const answer = furtherService(routes, () =>
  json(404, { code: 404, title: 'Not Found', description: 'The server could not find the requested resource.' }),
);

/** Gnocchi, whose type `metric` the service-types authority does not know. @param path below `/metric` */
export function metric(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  if (path !== '' && path !== '/') return answer(cloud, exchange, path);
  const links = [{ rel: 'self', href: `${exchange.origin}/metric/v1/` }];
  return json(200, { versions: [{ id: 'v1.0', status: 'CURRENT', links }] });
}
