import { randomBytes, randomUUID } from 'node:crypto';
import { seconds } from '../data/time.ts';
import { isRecord, text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { visibleImage } from '../stock/images.ts';
import { visible } from '../stock/networks.ts';
import { fault } from '../wsgi/answers.ts';
import { byFields } from '../wsgi/order.ts';
import { bodyUnder, type ComputeContext, forbidden, links, own, schemaFault } from './context.ts';
import { computeListing, namePattern, orderOf } from './listing.ts';
import { briefServer, fullServer, withoutExtensions } from './server-view.ts';

const sortKeys =
  'access_ip_v4 access_ip_v6 auto_disk_config availability_zone config_drive created_at display_description display_name ' +
  'host hostname image_ref instance_type_id kernel_id key_name launch_index launched_at locked_by node power_state ' +
  'progress project_id ramdisk_id root_device_name task_state terminated_at updated_at user_id uuid vm_state';
const fieldOf = {
  created_at: 'created',
  display_name: 'name',
  image_ref: 'image',
  project_id: 'tenant_id',
  updated_at: 'updated',
  uuid: 'id',
};
const creatable =
  'name flavorRef imageRef networks metadata key_name availability_zone description tags min_count max_count ' +
  'security_groups user_data config_drive block_device_mapping block_device_mapping_v2 adminPass personality hostname ' +
  'return_reservation_id accessIPv4 accessIPv6 trusted_image_certificates host hypervisor_hostname';
/** What a server's states can be called; UNKNOWN is none of them. */
const statuses =
  'ACTIVE BUILD DELETED ERROR HARD_REBOOT MIGRATING PASSWORD PAUSED REBOOT REBUILD RESCUE RESIZE REVERT_RESIZE SHELVED ' +
  'SHELVED_OFFLOADED SHUTOFF SOFT_DELETED SUSPENDED VERIFY_RESIZE';

/** What needs a server of the project. */
export type WithServer = (
  handle: (context: ComputeContext, server: Item, parameters: readonly string[]) => Reply | Promise<Reply>,
) => Handler<ComputeContext>;

export const withServer: WithServer = (handle) => (context, parameters) => {
  const id = parameters[0] ?? '';
  // A space at the end makes another server name, although MySQL would not tell them apart.
  const server = id.endsWith(' ') ? undefined : own(context, 'servers').get(id);
  return server === undefined ? missingServer(id) : handle(context, server, parameters);
};

export function missingServer(id: string): Reply {
  return fault(404, `Instance ${id} could not be found.`);
}

export function serverRoutes(routes: Routes<ComputeContext>): void {
  routes
    .on('GET', '/servers', (context) => list(context, '/servers', briefServer))
    .on('GET', '/servers/detail', (context) => list(context, '/servers/detail', fullServer))
    .on('POST', '/servers', create)
    .on(
      'GET',
      '/servers/*',
      withServer((context, server) => json(200, `{"server":${fullServer(context, server)}}`)),
    )
    .on('PUT', '/servers/*', update)
    .on('DELETE', '/servers/*', withServer(remove));
}

function list(context: ComputeContext, path: string, render: (context: ComputeContext, server: Item) => string): Reply {
  const { query } = context.exchange;
  const since = query.get('changes-since');
  if (since !== null && Number.isNaN(Date.parse(since))) {
    return fault(
      400,
      `Invalid input for query parameters changes-since. Value: ${since}. '${since}' is not a 'date-time'`,
    );
  }
  const pattern = query.has('name') ? namePattern(query.get('name') ?? '') : undefined;
  if (pattern !== undefined && 'status' in pattern) return pattern;
  const order = orderOf(query, sortKeys.split(' '), fieldOf);
  if ('status' in order) return order;
  const all = query.get('all_tenants') ?? '0';
  if (!['0', 'f', 'false', 'n', 'no', 'off'].includes(all)) {
    return forbidden(`servers:${path === '/servers' ? 'index' : 'detail'}:get_all_tenants`);
  }
  const status = query.get('status')?.toUpperCase();
  if (status !== undefined && context.minor >= 38 && !statuses.split(' ').includes(status)) {
    return fault(400, 'Invalid status value');
  }
  const fields =
    order.fields.length > 0
      ? order.fields
      : ([
          ['created', 'desc'],
          ['id', 'desc'],
        ] as const);
  const sorted =
    since === null
      ? own(context, 'servers').sorted(JSON.stringify(fields), byFields(fields))
      : changedSince(context, Date.parse(since)).toSorted(byFields(fields));
  const wanted = ['status', 'image', 'flavor'].filter((name) => query.has(name));
  const fits = (server: Item) =>
    (pattern?.test(String(server.name)) ?? true) &&
    wanted.every((name) => String(server[name]).toLowerCase() === query.get(name)?.toLowerCase());
  const items = pattern === undefined && wanted.length === 0 ? sorted : sorted.filter(fits);
  return computeListing(context, { path, key: 'servers', items, render: (server) => render(context, server) });
}

/** Who asks for changes is shown the deleted ones, too. */
function changedSince(context: ComputeContext, since: number): Item[] {
  const all = [...own(context, 'servers').all, ...own(context, 'deletedServers').all];
  return all.filter(({ updated }) => Date.parse(String(updated)) >= since);
}

const create: Handler<ComputeContext> = async (context) => {
  const body = await bodyUnder(context, 'server');
  if ('refused' in body) return body.refused;
  const { given } = body;
  const required = ['name', 'flavorRef', ...(context.minor >= 37 ? ['networks'] : [])];
  const wrong = schemaFault('server', given, required, creatable.split(' ')) ?? (await partsFault(context, given));
  if (wrong !== undefined) return wrong;
  const id = randomUUID();
  const now = seconds(context.cloud.clock.now());
  const server: Item = {
    id,
    name: String(given.name),
    status: 'BUILD',
    vm_state: 'building',
    power_state: 0,
    tenant_id: context.token.project.id,
    user_id: context.token.user.id,
    metadata: isRecord(given.metadata) ? given.metadata : {},
    hostId: '',
    image: text(given.imageRef) ?? '',
    flavor: String(given.flavorRef),
    created: now,
    updated: now,
    addresses: {},
    availability_zone: text(given.availability_zone) ?? 'nova',
    key_name: text(given.key_name) ?? null,
    launched_at: null,
    task_state: 'scheduling',
    description: text(given.description) ?? null,
    tags: Array.isArray(given.tags) ? given.tags : [],
  };
  const running: Item = {
    ...server,
    status: 'ACTIVE',
    vm_state: 'active',
    power_state: 1,
    hostId: randomBytes(28).toString('hex'),
    launched_at: `${now.slice(0, -1)}.000000`,
    task_state: null,
  };
  own(context, 'servers').putFor(context.cloud.settings.settleMs, server, running);
  const answer = {
    id,
    links: links(context, `/servers/${id}`),
    'OS-DCF:diskConfig': 'MANUAL',
    security_groups: [{ name: 'default' }],
    adminPass: randomBytes(9).toString('base64url'),
  };
  return json(202, { server: answer }, [['Location', `${context.exchange.origin}/compute/v2.1/servers/${id}`]]);
};

/** What the new server is made from: all of it has to be in this cloud. */
function partsFault(context: ComputeContext, given: Record<string, unknown>): Reply | undefined {
  const { cloud, token } = context;
  const { networks } = given;
  if (networks !== undefined && !Array.isArray(networks)) {
    if (context.minor < 37 || (networks !== 'none' && networks !== 'auto')) {
      return fault(
        400,
        `Invalid input for field/attribute networks. Value: ${networks}. '${networks}' is not of type 'array'`,
      );
    }
  }
  const image = text(given.imageRef);
  if (image !== undefined && image !== '' && visibleImage(cloud, token.project, image) === undefined) {
    return fault(400, 'Can not find requested image');
  }
  if (cloud.stock.shared('flavors').get(String(given.flavorRef)) === undefined) {
    return fault(400, `Flavor ${given.flavorRef} could not be found.`);
  }
  for (const wanted of Array.isArray(networks) ? networks.filter(isRecord) : []) {
    const network = text(wanted.uuid);
    if (network !== undefined && visible(cloud, token.project, 'networks', network) === undefined) {
      return fault(400, `Network ${network} could not be found.`);
    }
    const port = text(wanted.port);
    if (port !== undefined && own(context, 'ports').get(port) === undefined) {
      return fault(400, `Port id ${port} could not be found.`);
    }
  }
  return undefined;
}

const update: Handler<ComputeContext> = async (context, parameters) => {
  const body = await bodyUnder(context, 'server');
  if ('refused' in body) return body.refused;
  const known = ['name', 'accessIPv4', 'accessIPv6', 'description', 'hostname', 'OS-DCF:diskConfig'];
  const wrong = schemaFault('server', body.given, [], known);
  if (wrong !== undefined) return wrong;
  return withServer((_, server) => {
    const updated = seconds(context.cloud.clock.now());
    const changed = own(context, 'servers').put({ ...server, ...body.given, updated });
    return json(200, { server: withoutExtensions(context, changed) });
  })(context, parameters);
};

function remove(context: ComputeContext, server: Item): Reply {
  const going = { ...server, task_state: 'deleting' };
  own(context, 'servers').putFor(context.cloud.settings.settleMs, going, undefined);
  const updated = seconds(context.cloud.clock.now());
  own(context, 'deletedServers').put({ ...server, status: 'DELETED', vm_state: 'deleted', power_state: 0, updated });
  for (const volume of own(context, 'volumes').all) {
    const left = (volume.attachments as { server_id: string }[]).filter((one) => one.server_id !== server.id);
    if (left.length === (volume.attachments as unknown[]).length) continue;
    own(context, 'volumes').put({ ...volume, attachments: left, status: 'available' });
  }
  return empty(204, [['Content-Type', 'application/json']]);
}
