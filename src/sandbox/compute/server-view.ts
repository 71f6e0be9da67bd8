import type { Item } from '../stock/collection.ts';
import { bookmark, type ComputeContext, links, own } from './context.ts';

/** How servers look, which depends on the microversion. */

export function briefServer(context: ComputeContext, server: Item): string {
  return JSON.stringify({
    id: server.id,
    name: server.name,
    links: links(context, `/servers/${server.id}`),
  });
}

export function fullServer(context: ComputeContext, server: Item): string {
  return JSON.stringify({
    ...withoutExtensions(context, server),
    'OS-EXT-AZ:availability_zone': server.availability_zone,
    config_drive: '',
    key_name: server.key_name,
    'OS-SRV-USG:launched_at': server.launched_at,
    'OS-SRV-USG:terminated_at': null,
    'OS-EXT-STS:task_state': server.task_state,
    'OS-EXT-STS:vm_state': server.vm_state,
    'OS-EXT-STS:power_state': server.power_state,
    'os-extended-volumes:volumes_attached': attachedVolumes(context, server).map((id) => ({ id })),
    ...newer(context, server),
  });
}

/** What an update answers. */
export function withoutExtensions(context: ComputeContext, server: Item): Record<string, unknown> {
  const { exchange } = context;
  const image = server.image;
  return {
    id: server.id,
    name: server.name,
    status: server.status,
    tenant_id: server.tenant_id,
    user_id: server.user_id,
    metadata: server.metadata,
    hostId: server.hostId,
    // Empty for a server that booted from a volume.
    image: image === '' ? '' : { id: image, links: [bookmark(exchange, `/images/${image}`)] },
    flavor: flavorOf(context, server),
    created: server.created,
    updated: server.updated,
    addresses: server.addresses,
    accessIPv4: '',
    accessIPv6: '',
    links: links(context, `/servers/${server.id}`),
    'OS-DCF:diskConfig': 'MANUAL',
    progress: 0,
  };
}

/** An id below 2.47, the flavor itself from then on. */
function flavorOf({ cloud, exchange, minor }: ComputeContext, server: Item): unknown {
  const id = String(server.flavor);
  if (minor < 47) return { id, links: [bookmark(exchange, `/flavors/${id}`)] };
  const flavor = cloud.stock.shared('flavors').get(id);
  return {
    vcpus: flavor?.vcpus,
    ram: flavor?.ram,
    disk: flavor?.disk,
    ephemeral: 0,
    swap: 0,
    original_name: flavor?.name,
    extra_specs: {},
  };
}

function newer(context: ComputeContext, server: Item): Record<string, unknown> {
  const { minor } = context;
  return {
    ...(minor >= 9 ? { locked: server.locked === true } : {}),
    ...(minor >= 73 ? { locked_reason: null } : {}),
    ...(minor >= 19 ? { description: server.description } : {}),
    ...(minor >= 26 ? { tags: server.tags } : {}),
    ...(minor >= 63 ? { trusted_image_certificates: null } : {}),
    ...(minor >= 90 ? { 'OS-EXT-SRV-ATTR:hostname': server.name } : {}),
    ...(minor >= 71 ? { server_groups: groupsOf(context, server) } : {}),
  };
}

function groupsOf(context: ComputeContext, server: Item): string[] {
  const groups = own(context, 'serverGroups').all;
  return groups.filter(({ members }) => (members as string[]).includes(server.id)).map(({ id }) => id);
}

/** Ids of the volumes that are attached to a server: the volumes know it. */
export function attachedVolumes(context: ComputeContext, server: Item): string[] {
  if (!context.cloud.offers('block-storage')) return [];
  return own(context, 'volumes')
    .all.filter(({ attachments }) =>
      (attachments as { server_id: string }[]).some((one) => one.server_id === server.id),
    )
    .map(({ id }) => id);
}
