import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
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
import { json, type Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import type { Item } from '../stock/collection.ts';

const base = ({ origin }: Exchange) => `${origin}/dns/v2`;

function refusal({ requestId }: Exchange, code: number, type: string, message: string): Reply {
  return json(code, { code, type, message, request_id: requestId });
}

/** A 404 of Designate's names no id; what is no UUID is a 400. */
function missing(what: 'zone' | 'recordset') {
  return ({ exchange }: FurtherContext, id: string): Reply => {
    if (!/^[0-9a-f-]{36}$/i.test(id)) return refusal(exchange, 400, 'invalid_uuid', `Invalid UUID ${what}_id: ${id}`);
    return refusal(exchange, 404, `${what}_not_found`, `Could not find ${what === 'zone' ? 'Zone' : 'RecordSet'}`);
  };
}

const zoneBody = ({ exchange }: FurtherContext, zone: Item) => ({
  ...zone,
  links: { self: `${base(exchange)}/zones/${zone.id}` },
});

const recordsetPath = (recordset: Item) => `/zones/${recordset.zone_id}/recordsets/${recordset.id}`;
const recordsetBody = ({ exchange }: FurtherContext, recordset: Item) => ({
  ...recordset,
  links: { self: `${base(exchange)}${recordsetPath(recordset)}` },
});

function listing(
  context: FurtherContext,
  key: string,
  all: readonly Item[],
  body: (context: FurtherContext, item: Item) => unknown,
): Reply {
  const { exchange } = context;
  const wanted = exchange.query.get('name');
  const found = wanted === null ? all : all.filter(({ name }) => name === wanted);
  const { items, next } = pageByMarker(context, found);
  const self = `${exchange.origin}${exchange.path}`;
  const links = { self, ...(next !== undefined && { next: `${self}?${next}` }) };
  const metadata = { total_count: found.length };
  return json(200, { [key]: items.map((item) => body(context, item)), links, metadata });
}

const inZone = (context: FurtherContext, zone: Item) =>
  own(context, 'recordsets').all.filter((recordset) => recordset.zone_id === zone.id);

function routes(on: FurtherRoutes): void {
  const zone = (handle: (context: FurtherContext, zone: Item) => Reply | Promise<Reply>) =>
    withItem('zones', missing('zone'), handle);
  const recordset = (handle: (context: FurtherContext, recordset: Item) => Reply | Promise<Reply>) =>
    withItem('zones', missing('zone'), (context, { id }, parameters) => {
      const found = own(context, 'recordsets').get(parameters[1] ?? '');
      if (found === undefined || found.zone_id !== id) return missing('recordset')(context, parameters[1] ?? '');
      return handle(context, found);
    });
  const changed = async (context: FurtherContext, type: 'zones' | 'recordsets', item: Item) => {
    const updated_at = microseconds(context.cloud.clock.now());
    return own(context, type).put({ ...item, ...(await given(context)), id: item.id, updated_at });
  };
  const pending = { status: 'PENDING', action: 'DELETE' };
  on.on('GET', '/v2/zones', (context) => listing(context, 'zones', own(context, 'zones').all, zoneBody))
    .on('POST', '/v2/zones', async (context) => {
      const made = {
        ...{ email: null, ttl: 3600, description: null, type: 'PRIMARY', version: 1, masters: [], attributes: {} },
        ...(await given(context)),
        id: randomUUID(),
        status: 'ACTIVE',
        action: 'NONE',
        project_id: context.token.project.id,
        created_at: microseconds(context.cloud.clock.now()),
        updated_at: null,
      };
      const body = zoneBody(context, own(context, 'zones').put(made));
      return json(202, { ...body, status: 'PENDING', action: 'CREATE' }, [['Location', body.links.self]]);
    })
    .on(
      'GET',
      '/v2/zones/*',
      zone((context, item) => json(200, zoneBody(context, item))),
    )
    .on(
      'PATCH',
      '/v2/zones/*',
      zone(async (context, item) => json(202, zoneBody(context, await changed(context, 'zones', item)))),
    )
    .on(
      'DELETE',
      '/v2/zones/*',
      zone((context, item) => {
        own(context, 'zones').remove(item.id);
        for (const { id } of inZone(context, item)) own(context, 'recordsets').remove(id);
        return json(202, { ...zoneBody(context, item), ...pending });
      }),
    )
    .on(
      'GET',
      '/v2/zones/*/recordsets',
      zone((context, item) => listing(context, 'recordsets', inZone(context, item), recordsetBody)),
    )
    .on(
      'POST',
      '/v2/zones/*/recordsets',
      zone(async (context, { id, name }) => {
        const made = {
          ...{ ttl: null, description: null },
          ...(await given(context)),
          ...{ id: randomUUID(), zone_id: id, zone_name: name, status: 'ACTIVE', action: 'NONE', version: 1 },
          ...{
            project_id: context.token.project.id,
            created_at: microseconds(context.cloud.clock.now()),
            updated_at: null,
          },
        };
        const body = recordsetBody(context, own(context, 'recordsets').put(made));
        return json(201, body, [['Location', body.links.self]]);
      }),
    )
    .on(
      'GET',
      '/v2/zones/*/recordsets/*',
      recordset((context, item) => json(200, recordsetBody(context, item))),
    )
    .on(
      'PUT',
      '/v2/zones/*/recordsets/*',
      recordset(async (context, item) => json(202, recordsetBody(context, await changed(context, 'recordsets', item)))),
    )
    .on(
      'DELETE',
      '/v2/zones/*/recordsets/*',
      recordset((context, item) => {
        own(context, 'recordsets').remove(item.id);
        return json(202, { ...recordsetBody(context, item), ...pending });
      }),
    )
    .on('GET', '/v2/recordsets', (context) =>
      listing(context, 'recordsets', own(context, 'recordsets').all, recordsetBody),
    )
    // Recordsets of all zones are found here, and live there.
    .on(
      'GET',
      '/v2/recordsets/*',
      withItem('recordsets', missing('recordset'), ({ exchange }, item) => ({
        status: 301,
        headers: [['Location', `${base(exchange)}${recordsetPath(item)}`]],
        body: '',
      })),
    );
}

const answer = furtherService(routes, (exchange) => refusal(exchange, 404, 'not_found', 'Not Found'));

/** DNS v2 as Designate has it. @param path below `/dns` */
export function dns(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  if (path !== '' && path !== '/') return answer(cloud, exchange, path);
  return json(200, { versions: [{ id: 'v2', status: 'CURRENT', links: [{ rel: 'self', href: base(exchange) }] }] });
}
