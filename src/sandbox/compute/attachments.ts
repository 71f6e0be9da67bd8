import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import { text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault } from '../wsgi/answers.ts';
import { bodyUnder, type ComputeContext, forbidden, own } from './context.ts';
import { attachedVolumes } from './server-view.ts';
import { withServer } from './servers.ts';

const volumes = '/servers/*/os-volume_attachments';

/** What belongs to a server: its volumes, interfaces, metadata. */
export function attachmentRoutes(routes: Routes<ComputeContext>): void {
  routes
    .on(
      'GET',
      volumes,
      withServer((context, server) =>
        json(200, { volumeAttachments: attachedVolumes(context, server).map((id) => attachment(server, id)) }),
      ),
    )
    .on('POST', volumes, withServer(attach))
    .on(
      'GET',
      `${volumes}/*`,
      withServer((context, server, [, id = '']) =>
        attachedVolumes(context, server).includes(id)
          ? json(200, { volumeAttachment: attachment(server, id) })
          : notAttached(server, id),
      ),
    )
    .on(
      'DELETE',
      `${volumes}/*`,
      withServer((context, server, [, id = '']) => detach(context, server, id)),
    )
    .on(
      'GET',
      '/servers/*/os-interface',
      withServer((context, server) => {
        const ports = own(context, 'ports').all.filter((port) => port.device_id === server.id);
        return json(200, { interfaceAttachments: ports.map(interfaceOf) });
      }),
    )
    .on(
      'GET',
      '/servers/*/metadata',
      withServer((_, { metadata }) => json(200, { metadata })),
    )
    .on('POST', '/servers/*/metadata', withServer(addMetadata))
    .on(
      'GET',
      '/servers/*/ips',
      withServer((_, { addresses }) => json(200, { addresses })),
    )
    .on(
      'GET',
      '/servers/*/os-security-groups',
      withServer(() => json(200, { security_groups: [{ name: 'default' }] })),
    )
    .on(
      'GET',
      '/servers/*/os-instance-actions',
      withServer(() => json(200, { instanceActions: [] })),
    )
    .on(
      'GET',
      '/servers/*/diagnostics',
      withServer(() => forbidden('os-server-diagnostics')),
    );
}

function attachment(server: Item, volumeId: string): unknown {
  return { id: volumeId, volumeId, serverId: server.id, device: '/dev/vdb' };
}

async function attach(context: ComputeContext, server: Item): Promise<Reply> {
  const body = await bodyUnder(context, 'volumeAttachment');
  if ('refused' in body) return body.refused;
  const id = text(body.given.volumeId) ?? '';
  const volume = own(context, 'volumes').get(id);
  if (volume === undefined) return fault(404, `Volume ${id} could not be found.`);
  if (volume.status !== 'available') {
    return fault(400, `Invalid volume: volume ${id} status must be available. Currently in '${volume.status}'`);
  }
  const attached = {
    id: volume.id,
    attachment_id: randomUUID(),
    volume_id: volume.id,
    server_id: server.id,
    host_name: null,
    device: '/dev/vdb',
    attached_at: microseconds(context.cloud.clock.now()),
  };
  own(context, 'volumes').put({ ...volume, status: 'in-use', attachments: [attached] });
  touch(context, server);
  return json(200, { volumeAttachment: attachment(server, volume.id) });
}

function detach(context: ComputeContext, server: Item, id: string): Reply {
  const volume = own(context, 'volumes').get(id);
  if (volume === undefined || !attachedVolumes(context, server).includes(volume.id)) return notAttached(server, id);
  own(context, 'volumes').put({ ...volume, status: 'available', attachments: [] });
  touch(context, server);
  return empty(202, [['Content-Type', 'application/json']]);
}

function notAttached(server: Item, id: string): Reply {
  return fault(404, `Volume ${id} is not attached to instance ${server.id}.`);
}

/** How a server looks depends on its volumes. */
function touch(context: ComputeContext, server: Item): void {
  own(context, 'servers').put({ ...server });
}

function interfaceOf(port: Item): unknown {
  const { fixed_ips, id, mac_address, network_id } = port;
  return { net_id: network_id, port_id: id, mac_addr: mac_address, port_state: port.status, fixed_ips };
}

async function addMetadata(context: ComputeContext, server: Item): Promise<Reply> {
  const body = await bodyUnder(context, 'metadata');
  if ('refused' in body) return body.refused;
  const metadata = { ...(server.metadata as object), ...body.given };
  own(context, 'servers').put({ ...server, metadata });
  return json(200, { metadata });
}
