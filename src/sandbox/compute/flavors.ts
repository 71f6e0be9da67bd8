import { json } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault, notInThisVersion } from '../wsgi/answers.ts';
import { byFields } from '../wsgi/order.ts';
import { type ComputeContext, forbidden, links } from './context.ts';
import { computeListing, orderOf } from './listing.ts';

const sortKeys =
  'created_at description disabled ephemeral_gb flavorid id is_public memory_mb name root_gb rxtx_factor swap updated_at vcpu_weight vcpus';
const fieldOf = { flavorid: 'id', memory_mb: 'ram', root_gb: 'disk' };

/** Flavors: everybody sees them, operators change them. */
export function flavorRoutes(routes: Routes<ComputeContext>): void {
  routes
    .on('GET', '/flavors', (context) => list(context, '/flavors', brief))
    .on('GET', '/flavors/detail', (context) => list(context, '/flavors/detail', full))
    .on('POST', '/flavors', () => forbidden('os-flavor-manage:create'))
    .on('GET', '/flavors/*', (context, [id = '']) => {
      const found = context.cloud.stock.shared('flavors').get(id);
      return found === undefined
        ? fault(404, `Flavor ${id} could not be found.`)
        : json(200, `{"flavor":${full(context, found)}}`);
    })
    .on('GET', '/flavors/*/os-extra_specs', (context, [id = '']) =>
      context.cloud.stock.shared('flavors').get(id) === undefined
        ? fault(404, `Flavor ${id} could not be found.`)
        : json(200, { extra_specs: {} }),
    )
    .on('PUT', '/flavors/*', (context) =>
      context.minor < 55 ? notInThisVersion() : forbidden('os-flavor-manage:update'),
    )
    .on('DELETE', '/flavors/*', () => forbidden('os-flavor-manage:delete'));
}

function list(context: ComputeContext, path: string, render: (context: ComputeContext, flavor: Item) => string) {
  const order = orderOf(context.exchange.query, sortKeys.split(' '), fieldOf);
  if ('status' in order) return order;
  const fields = order.fields.length > 0 ? order.fields : ([['id', 'asc']] as const);
  const items = context.cloud.stock.shared('flavors').sorted(JSON.stringify(fields), byFields(fields));
  return computeListing(context, { path, key: 'flavors', items, render: (flavor) => render(context, flavor) });
}

function brief(context: ComputeContext, flavor: Item): string {
  return JSON.stringify({
    id: flavor.id,
    name: flavor.name,
    ...(context.minor >= 55 ? { description: null } : {}),
    links: links(context, `/flavors/${flavor.id}`),
  });
}

function full(context: ComputeContext, flavor: Item): string {
  const { minor } = context;
  return JSON.stringify({
    id: flavor.id,
    name: flavor.name,
    ram: flavor.ram,
    disk: flavor.disk,
    swap: minor >= 75 ? 0 : '',
    'OS-FLV-EXT-DATA:ephemeral': 0,
    'OS-FLV-DISABLED:disabled': false,
    vcpus: flavor.vcpus,
    'os-flavor-access:is_public': true,
    rxtx_factor: 1,
    links: links(context, `/flavors/${flavor.id}`),
    ...(minor >= 55 ? { description: null } : {}),
    ...(minor >= 61 ? { extra_specs: {} } : {}),
  });
}
