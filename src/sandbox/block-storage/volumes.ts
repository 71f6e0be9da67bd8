import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import { isRecord, text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { visibleImage } from '../stock/images.ts';
import { fault, notInThisVersion } from '../wsgi/answers.ts';
import { bodyUnder, missing, unknownField } from './body.ts';
import { links, own, type VolumeContext } from './context.ts';
import { volumeListing } from './listing.ts';
import { volumeAction } from './volume-actions.ts';

const sortKeys = 'id status size availability_zone created_at updated_at name bootable display_name launched_at'.split(
  ' ',
);
const filters = 'name status size availability_zone bootable group_id'.split(' ');
const creatable =
  'name description size volume_type snapshot_id source_volid imageRef image_id availability_zone metadata multiattach ' +
  'scheduler_hints consistencygroup_id group_id backup_id source_replica display_name display_description';
const updatable = 'name description metadata display_name display_description'.split(' ');
const QUOTA_GIGABYTES = 5000;

export function volumeRoutes(routes: Routes<VolumeContext>): void {
  routes
    .on('GET', '/volumes', (context) => list(context, '/volumes', (volume) => brief(context, volume)))
    .on('GET', '/volumes/detail', (context) => list(context, '/volumes/detail', (volume) => full(context, volume)))
    .on('GET', '/volumes/summary', summary)
    .on('POST', '/volumes', create)
    .on(
      'GET',
      '/volumes/*',
      withVolume((context, volume) => json(200, `{"volume":${full(context, volume)}}`)),
    )
    .on('PUT', '/volumes/*', update)
    .on('DELETE', '/volumes/*', withVolume(remove))
    .on('POST', '/volumes/*/action', volumeAction(withVolume))
    .on(
      'GET',
      '/volumes/*/metadata',
      withVolume((_, volume) => json(200, { metadata: volume.metadata })),
    )
    .on('POST PUT', '/volumes/*/metadata', withVolume(changeMetadata));
}

/** A handler for a volume of the project. */
function withVolume(handle: (context: VolumeContext, volume: Item) => Reply | Promise<Reply>): Handler<VolumeContext> {
  return (context, [id = '']) => {
    const volume = own(context, 'volumes').get(id);
    return volume === undefined ? missing('Volume', id) : handle(context, volume);
  };
}

function list(context: VolumeContext, path: string, render: (volume: Item) => string): Reply {
  return volumeListing(context, {
    path,
    key: 'volumes',
    collection: own(context, 'volumes'),
    sortKeys,
    filters,
    unknownMarker: (marker) => missing('Volume', marker),
    render,
  });
}

function brief(context: VolumeContext, volume: Item): string {
  return JSON.stringify({
    id: volume.id,
    name: volume.name,
    links: links(context, `/volumes/${volume.id}`),
  });
}

function full(context: VolumeContext, volume: Item): string {
  const { minor } = context;
  return JSON.stringify({
    ...volume,
    ...(minor >= 13 ? { group_id: null } : {}),
    ...(minor >= 48 ? { shared_targets: false, service_uuid: null } : {}),
    ...(minor >= 63 ? { volume_type_id: typeId(context, volume) } : {}),
    ...(minor >= 65 ? { consumes_quota: true } : {}),
    links: links(context, `/volumes/${volume.id}`),
  });
}

function typeId({ cloud }: VolumeContext, volume: Item): string | null {
  return cloud.stock.shared('volumeTypes').all.find((type) => type.name === volume.volume_type)?.id ?? null;
}

const summary: Handler<VolumeContext> = (context) => {
  if (context.minor < 12) return notInThisVersion();
  const { all } = own(context, 'volumes');
  const size = all.reduce((sum, volume) => sum + Number(volume.size), 0);
  return json(200, { 'volume-summary': { total_count: all.length, total_size: size } });
};

const create: Handler<VolumeContext> = async (context) => {
  const body = await bodyUnder(context, 'volume');
  if ('refused' in body) return body.refused;
  const { given } = body;
  const fault400 = unknownField('volume', given, creatable.split(' '));
  if (fault400 !== undefined) return fault400;
  const source = sourceOf(context, given);
  if ('refused' in source) return source.refused;
  const size = given.size ?? source.size;
  const wrong = sizeFault(context, size);
  if (wrong !== undefined) return wrong;
  const type = typeOf(context, given.volume_type);
  if (type === undefined) return fault(404, `Volume type with name ${given.volume_type} could not be found.`);
  const volume: Item = {
    id: randomUUID(),
    status: 'creating',
    size: Number(size),
    availability_zone: text(given.availability_zone) ?? 'nova',
    created_at: microseconds(context.cloud.clock.now()),
    updated_at: null,
    name: text(given.name) ?? null,
    description: text(given.description) ?? null,
    volume_type: type,
    snapshot_id: text(given.snapshot_id) ?? null,
    source_volid: text(given.source_volid) ?? null,
    metadata: isRecord(given.metadata) ? given.metadata : {},
    user_id: context.token.user.id,
    bootable: given.imageRef === undefined ? 'false' : 'true',
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: given.multiattach === true,
    attachments: [],
    'os-vol-tenant-attr:tenant_id': context.token.project.id,
  };
  const ready = { ...volume, status: 'available', updated_at: volume.created_at };
  own(context, 'volumes').putFor(context.cloud.settings.settleMs, volume, ready);
  return json(202, `{"volume":${full(context, volume)}}`);
};

/** What the new volume is made from; a snapshot or volume that the project does not have is missing, an image invalid. */
function sourceOf(
  context: VolumeContext,
  given: Record<string, unknown>,
): { readonly size: unknown } | { readonly refused: Reply } {
  const snapshotId = text(given.snapshot_id);
  const snapshot = snapshotId === undefined ? undefined : own(context, 'snapshots').get(snapshotId);
  if (snapshotId !== undefined && snapshot === undefined) return { refused: missing('Snapshot', snapshotId) };
  const volumeId = text(given.source_volid);
  const volume = volumeId === undefined ? undefined : own(context, 'volumes').get(volumeId);
  if (volumeId !== undefined && volume === undefined) return { refused: missing('Volume', volumeId) };
  const imageId = text(given.imageRef) ?? text(given.image_id);
  if (imageId !== undefined && visibleImage(context.cloud, context.token.project, imageId) === undefined) {
    return { refused: fault(400, 'Invalid image identifier or unable to access requested image.') };
  }
  return { size: (snapshot ?? volume)?.size };
}

function sizeFault(context: VolumeContext, size: unknown): Reply | undefined {
  if (size === undefined || size === null) {
    const message = 'The server could not comply with the request since it is either malformed or otherwise incorrect.';
    return fault(400, message);
  }
  if (!Number.isInteger(Number(size))) return fault(400, `Invalid input for field/attribute size. Value: ${size}.`);
  if (Number(size) < 1) {
    return fault(400, `Invalid input for field/attribute size. Value: ${size}. ${size} is less than the minimum of 1`);
  }
  const used = own(context, 'volumes').all.reduce((sum, volume) => sum + Number(volume.size), 0);
  if (used + Number(size) <= QUOTA_GIGABYTES) return undefined;
  const what = 'VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota.';
  const numbers = `Requested ${size}G, quota is ${QUOTA_GIGABYTES}G and ${used}G has been consumed.`;
  const reply = fault(413, `${what} ${numbers}`, { retryAfter: '0' });
  return { ...reply, headers: [...reply.headers, ['Retry-After', '0']] };
}

function typeOf({ cloud }: VolumeContext, wanted: unknown): unknown {
  const types = cloud.stock.shared('volumeTypes').all;
  if (wanted === undefined || wanted === null) return types[0]?.name;
  return types.find((type) => type.id === wanted || type.name === wanted)?.name;
}

const update: Handler<VolumeContext> = async (context, parameters) => {
  const body = await bodyUnder(context, 'volume');
  if ('refused' in body) return body.refused;
  const wrong = unknownField('volume', body.given, updatable);
  if (wrong !== undefined) return wrong;
  // The names of API v1, which clients still send.
  const { display_name, display_description, ...given } = body.given;
  const renamed = {
    ...(display_name !== undefined && { name: display_name }),
    ...(display_description !== undefined && { description: display_description }),
  };
  return withVolume((_, volume) => {
    const changed = own(context, 'volumes').put({ ...volume, ...renamed, ...given });
    return json(200, `{"volume":${full(context, changed)}}`);
  })(context, parameters);
};

function remove(context: VolumeContext, volume: Item): Reply {
  const snapshots = own(context, 'snapshots').all.some((snapshot) => snapshot.volume_id === volume.id);
  if (!['available', 'error', 'error_extending'].includes(String(volume.status)) || snapshots) {
    const message =
      'Invalid volume: Volume status must be available or error or error_restoring or error_extending or ' +
      'error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, ' +
      'or be disassociated from snapshots after volume transfer.';
    return fault(400, message);
  }
  own(context, 'volumes').putFor(context.cloud.settings.settleMs, { ...volume, status: 'deleting' }, undefined);
  return empty(202, [['Content-Type', 'text/html; charset=UTF-8']]);
}

async function changeMetadata(context: VolumeContext, volume: Item): Promise<Reply> {
  const body = await bodyUnder(context, 'metadata');
  if ('refused' in body) return body.refused;
  const kept = context.exchange.method === 'POST' ? (volume.metadata as object) : {};
  const metadata = { ...kept, ...body.given };
  own(context, 'volumes').put({ ...volume, metadata });
  return json(200, { metadata });
}
