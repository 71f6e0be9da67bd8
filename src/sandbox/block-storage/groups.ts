import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import { isRecord, jsonBody } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault, notInThisVersion } from '../wsgi/answers.ts';
import { bodyUnder, missing } from './body.ts';
import { own, type VolumeContext } from './context.ts';

const SINCE = 13;
const accepted = () => empty(202, [['Content-Type', 'text/html; charset=UTF-8']]);

/** A handler in versions that have groups. */
const since =
  (handle: Handler<VolumeContext>): Handler<VolumeContext> =>
  (context, parameters) =>
    context.minor < SINCE ? notInThisVersion() : handle(context, parameters);

const withGroup = (handle: (context: VolumeContext, group: Item) => Reply | Promise<Reply>): Handler<VolumeContext> =>
  since((context, [id = '']) => {
    const group = own(context, 'groups').get(id);
    return group === undefined ? missing('Group', id) : handle(context, group);
  });

async function create(context: VolumeContext): Promise<Reply> {
  const body = await bodyUnder(context, 'group');
  if ('refused' in body) return body.refused;
  const { name = null, description = null, group_type, volume_types } = body.given;
  const absent = Object.entries({ group_type, volume_types }).find(([, value]) => value === undefined);
  if (absent !== undefined) return fault(400, `'${absent[0]}' is a required property`);
  const group = own(context, 'groups').put({
    ...{ id: randomUUID(), name, description, group_type, volume_types },
    ...{ status: 'available', availability_zone: 'nova', group_snapshot_id: null, source_group_id: null },
    created_at: microseconds(context.cloud.clock.now()),
  });
  return json(202, { group: { id: group.id, name } });
}

/** Volume groups, which have no DELETE: an action ends them. */
export function groupRoutes(routes: Routes<VolumeContext>): void {
  routes
    .on(
      'GET',
      '/groups',
      since((context) => json(200, { groups: own(context, 'groups').all.map(({ id, name }) => ({ id, name })) })),
    )
    .on(
      'GET',
      '/groups/detail',
      since((context) => json(200, { groups: own(context, 'groups').all })),
    )
    .on('POST', '/groups', since(create))
    .on(
      'GET',
      '/groups/*',
      withGroup((_, group) => json(200, { group })),
    )
    .on(
      'PUT',
      '/groups/*',
      withGroup(async (context, group) => {
        const body = await bodyUnder(context, 'group');
        if ('refused' in body) return body.refused;
        own(context, 'groups').put({ ...group, ...body.given, id: group.id });
        return accepted();
      }),
    )
    .on(
      'DELETE',
      '/groups/*',
      withGroup(() => notInThisVersion()),
    )
    .on(
      'POST',
      '/groups/*/action',
      withGroup(async (context, group) => {
        const body = await jsonBody(context.exchange);
        if (!isRecord(body)) return fault(400, 'Malformed request body');
        if (body.delete !== undefined) own(context, 'groups').remove(group.id);
        return accepted();
      }),
    );
}
