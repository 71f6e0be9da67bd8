import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import { text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import { backupOf } from '../stock/block-storage.ts';
import type { Item } from '../stock/collection.ts';
import { fault, notInThisVersion } from '../wsgi/answers.ts';
import { bodyUnder, missing } from './body.ts';
import { links, own, type VolumeContext } from './context.ts';
import { volumeListing } from './listing.ts';

const sortKeys = 'id status created_at updated_at name size volume_id container display_name'.split(' ');

export function backupRoutes(routes: Routes<VolumeContext>): void {
  routes
    .on('GET', '/backups', (context) => list(context, '/backups', (backup) => brief(context, backup)))
    .on('GET', '/backups/detail', (context) => list(context, '/backups/detail', (backup) => full(context, backup)))
    .on('POST', '/backups', create)
    .on(
      'GET',
      '/backups/*',
      withBackup((context, backup) => json(200, `{"backup":${full(context, backup)}}`)),
    )
    .on('PUT', '/backups/*', update)
    .on('DELETE', '/backups/*', withBackup(remove));
}

function withBackup(handle: (context: VolumeContext, backup: Item) => Reply): Handler<VolumeContext> {
  return (context, [id = '']) => {
    const backup = own(context, 'backups').get(id);
    return backup === undefined ? missing('Backup', id) : handle(context, backup);
  };
}

function list(context: VolumeContext, path: string, render: (backup: Item) => string): Reply {
  return volumeListing(context, {
    path,
    key: 'backups',
    collection: own(context, 'backups'),
    sortKeys,
    filters: ['name', 'status', 'volume_id'],
    unknownMarker: (marker) => missing('Backup', marker),
    render,
  });
}

function brief(context: VolumeContext, backup: Item): string {
  return JSON.stringify({
    id: backup.id,
    name: backup.name,
    links: links(context, `/backups/${backup.id}`),
  });
}

function full(context: VolumeContext, backup: Item): string {
  return JSON.stringify({ ...backup, links: links(context, `/backups/${backup.id}`) });
}

const create: Handler<VolumeContext> = async (context) => {
  const body = await bodyUnder(context, 'backup');
  if ('refused' in body) return body.refused;
  const volumeId = text(body.given.volume_id);
  if (volumeId === undefined) return fault(400, "'volume_id' is a required property");
  const volume = own(context, 'volumes').get(volumeId);
  if (volume === undefined) return missing('Volume', volumeId);
  const at = microseconds(context.cloud.clock.now());
  const backup = backupOf(randomUUID(), text(body.given.name) ?? null, volume, at);
  own(context, 'backups').putFor(context.cloud.settings.settleMs, { ...backup, status: 'creating' }, backup);
  return json(202, `{"backup":${brief(context, backup)}}`);
};

const update: Handler<VolumeContext> = async (context, parameters) => {
  if (context.minor < 9) return notInThisVersion();
  const body = await bodyUnder(context, 'backup');
  if ('refused' in body) return body.refused;
  return withBackup((_, backup) => {
    const changed = own(context, 'backups').put({ ...backup, ...body.given });
    return json(200, `{"backup":${brief(context, changed)}}`);
  })(context, parameters);
};

function remove(context: VolumeContext, backup: Item): Reply {
  own(context, 'backups').putFor(context.cloud.settings.settleMs, { ...backup, status: 'deleting' }, undefined);
  return empty(202, [['Content-Type', 'text/html; charset=UTF-8']]);
}
