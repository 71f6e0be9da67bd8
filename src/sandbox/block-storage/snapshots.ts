import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import { isRecord, text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault } from '../wsgi/answers.ts';
import { bodyUnder, missing, unknownField } from './body.ts';
import { own, type VolumeContext } from './context.ts';
import { volumeListing } from './listing.ts';

const sortKeys = 'id status created_at updated_at name volume_id size display_name'.split(' ');
const filters = 'name status volume_id size'.split(' ');
const extended = 'os-extended-snapshot-attributes:';

export function snapshotRoutes(routes: Routes<VolumeContext>): void {
  routes
    .on('GET', '/snapshots', (context) => list(context, '/snapshots', brief))
    .on('GET', '/snapshots/detail', (context) => list(context, '/snapshots/detail', full))
    .on('POST', '/snapshots', create)
    .on(
      'GET',
      '/snapshots/*',
      withSnapshot((_, snapshot) => json(200, `{"snapshot":${full(snapshot)}}`)),
    )
    .on('PUT', '/snapshots/*', update)
    .on('DELETE', '/snapshots/*', withSnapshot(remove));
}

function withSnapshot(handle: (context: VolumeContext, snapshot: Item) => Reply): Handler<VolumeContext> {
  return (context, [id = '']) => {
    const snapshot = own(context, 'snapshots').get(id);
    return snapshot === undefined ? missing('Snapshot', id) : handle(context, snapshot);
  };
}

function list(context: VolumeContext, path: string, render: (snapshot: Item) => string): Reply {
  return volumeListing(context, {
    path,
    key: 'snapshots',
    collection: own(context, 'snapshots'),
    sortKeys,
    filters,
    unknownMarker: (marker) => missing('Snapshot', marker),
    render,
  });
}

/** In listings, without what `detail` adds. */
function brief(snapshot: Item): string {
  const shown = Object.entries(snapshot).filter(([name]) => !name.startsWith(extended));
  return JSON.stringify(Object.fromEntries(shown));
}

function full(snapshot: Item): string {
  return JSON.stringify(snapshot);
}

const create: Handler<VolumeContext> = async (context) => {
  const body = await bodyUnder(context, 'snapshot');
  if ('refused' in body) return body.refused;
  const { given } = body;
  const volumeId = text(given.volume_id);
  if (volumeId === undefined) return fault(400, "'volume_id' is a required property");
  const volume = own(context, 'volumes').get(volumeId);
  if (volume === undefined) return missing('Volume', volumeId);
  const status = String(volume.status);
  if (status !== 'available' && status !== 'in-use') {
    const message = `Invalid volume: Volume ${volume.id} status must be available, in-use, but current status is: ${status}.`;
    return fault(400, message);
  }
  const snapshot: Item = {
    id: randomUUID(),
    name: text(given.name) ?? null,
    description: text(given.description) ?? null,
    volume_id: volume.id,
    status: 'creating',
    size: volume.size,
    created_at: microseconds(context.cloud.clock.now()),
    updated_at: null,
    metadata: isRecord(given.metadata) ? given.metadata : {},
    [`${extended}project_id`]: context.token.project.id,
    [`${extended}progress`]: '0%',
  };
  const ready = {
    ...snapshot,
    status: 'available',
    updated_at: snapshot.created_at,
    [`${extended}progress`]: '100%',
  };
  own(context, 'snapshots').putFor(context.cloud.settings.settleMs, snapshot, ready);
  return json(202, `{"snapshot":${brief(snapshot)}}`);
};

const update: Handler<VolumeContext> = async (context, parameters) => {
  const body = await bodyUnder(context, 'snapshot');
  if ('refused' in body) return body.refused;
  const wrong = unknownField('snapshot', body.given, ['name', 'description', 'display_name', 'display_description']);
  if (wrong !== undefined) return wrong;
  return withSnapshot((_, snapshot) => {
    const changed = own(context, 'snapshots').put({ ...snapshot, ...body.given });
    return json(200, `{"snapshot":${brief(changed)}}`);
  })(context, parameters);
};

function remove(context: VolumeContext, snapshot: Item): Reply {
  own(context, 'snapshots').putFor(context.cloud.settings.settleMs, { ...snapshot, status: 'deleting' }, undefined);
  return empty(202, [['Content-Type', 'text/html; charset=UTF-8']]);
}
