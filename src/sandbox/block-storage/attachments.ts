import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import { text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault, notInThisVersion } from '../wsgi/answers.ts';
import { bodyUnder, missing } from './body.ts';
import { own, type VolumeContext } from './context.ts';

const SINCE = 27;

const since =
  (handle: Handler<VolumeContext>): Handler<VolumeContext> =>
  (context, parameters) =>
    context.minor < SINCE ? notInThisVersion() : handle(context, parameters);

/** Those that were made here, and those that volumes have because Nova attached them. */
function attachments(context: VolumeContext): readonly Item[] {
  const made = own(context, 'volumeAttachments').all;
  const attached = own(context, 'volumes').all.flatMap((volume) =>
    (volume.attachments as Readonly<Record<string, string>>[]).map((one) => ({
      id: one.attachment_id ?? '',
      volume_id: volume.id,
      instance: one.server_id,
      status: 'attached',
      attach_mode: 'rw',
      attached_at: one.attached_at,
      detached_at: '',
      connection_info: {},
    })),
  );
  return [...made, ...attached.filter(({ id }) => made.every((one) => one.id !== id))];
}

const withAttachment = (
  handle: (context: VolumeContext, one: Item) => Reply | Promise<Reply>,
): Handler<VolumeContext> =>
  since((context, [id = '']) => {
    const found = attachments(context).find((one) => one.id === id.toLowerCase());
    const filter = `attachment_id = ${id}.`;
    return found === undefined
      ? fault(404, `Volume attachment could not be found with filter: ${filter}`)
      : handle(context, found);
  });

async function create(context: VolumeContext): Promise<Reply> {
  const body = await bodyUnder(context, 'attachment');
  if ('refused' in body) return body.refused;
  const { volume_uuid, instance_uuid, connector } = body.given;
  const id = text(volume_uuid) ?? '';
  const volume = own(context, 'volumes').get(id);
  if (volume === undefined) return missing('Volume', id);
  if (volume.status !== 'available') {
    return fault(400, `Invalid volume: Volume ${id} status must be available or downloading to reserve.`);
  }
  const ready = connector !== undefined && connector !== null;
  own(context, 'volumes').put({ ...volume, status: ready ? 'attaching' : 'reserved' });
  const attachment = own(context, 'volumeAttachments').put({
    ...{ id: randomUUID(), volume_id: volume.id, instance: instance_uuid ?? null, attach_mode: 'rw' },
    ...{ status: ready ? 'attaching' : 'reserved', attached_at: '', detached_at: '', connection_info: {} },
  });
  return json(200, { attachment });
}

const complete = withAttachment((context, one) => {
  const { id, volume_id, instance } = one;
  const attached_at = microseconds(context.cloud.clock.now());
  const volume = own(context, 'volumes').get(String(volume_id));
  if (volume !== undefined) {
    const entry = { id: volume_id, attachment_id: id, volume_id, server_id: instance, host_name: null };
    const attached = [{ ...entry, device: '/dev/vdb', attached_at }];
    own(context, 'volumes').put({ ...volume, status: 'in-use', attachments: attached });
  }
  own(context, 'volumeAttachments').put({ ...one, status: 'attached', attached_at });
  return empty(204);
});

const remove = withAttachment((context, { id, volume_id }) => {
  own(context, 'volumeAttachments').remove(id);
  const volume = own(context, 'volumes').get(String(volume_id));
  if (volume !== undefined) own(context, 'volumes').put({ ...volume, status: 'available', attachments: [] });
  return json(200, { attachments: attachments(context).filter((one) => one.volume_id === volume_id) });
});

/** What Nova asks for when it attaches a volume, from 3.27 on. */
export function attachmentRoutes(routes: Routes<VolumeContext>): void {
  const brief = ({ id, status, instance, volume_id }: Item) => ({ id, status, instance, volume_id });
  routes
    .on(
      'GET',
      '/attachments',
      since((context) => json(200, { attachments: attachments(context).map(brief) })),
    )
    .on(
      'GET',
      '/attachments/detail',
      since((context) => json(200, { attachments: attachments(context) })),
    )
    .on('POST', '/attachments', since(create))
    .on(
      'GET',
      '/attachments/*',
      withAttachment((_, attachment) => json(200, { attachment })),
    )
    .on(
      'PUT',
      '/attachments/*',
      withAttachment(async (context, one) => {
        const body = await bodyUnder(context, 'attachment');
        if ('refused' in body) return body.refused;
        const attachment = own(context, 'volumeAttachments').put({ ...one, status: 'attaching' });
        return json(200, { attachment });
      }),
    )
    .on('DELETE', '/attachments/*', remove)
    .on('POST', '/attachments/*/action', complete);
}
