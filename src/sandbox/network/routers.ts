import { randomBytes, randomUUID } from 'node:crypto';
import { dig, jsonBody, text } from '../http/exchange.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Item } from '../stock/collection.ts';
import { neutronBase, portOf } from '../stock/network.ts';
import { missing, neutronError } from './answers.ts';
import { type NetworkContext, put, visibleItem, visibleItems } from './context.ts';
import * as kinds from './kinds.ts';

/** `PUT /routers/{id}/add_router_interface` and `remove_router_interface`. */
export async function routerInterface(context: NetworkContext, id: string, add: boolean): Promise<Reply> {
  const router = visibleItem(context, kinds.router, id);
  if (router === undefined) return missing(kinds.router, id);
  const body = await jsonBody(context.exchange);
  const subnetId = text(dig(body, 'subnet_id'));
  const portId = text(dig(body, 'port_id'));
  if (subnetId === undefined && portId === undefined) {
    return neutronError(400, 'BadRequest', 'Bad router request: Either subnet_id or port_id must be specified.');
  }
  const found = add ? joined(context, router, subnetId, portId) : left(context, router, subnetId, portId);
  if ('headers' in found) return found as Reply;
  const port = found as Item;
  const subnet = (port.fixed_ips as { subnet_id: string }[])[0]?.subnet_id;
  return json(200, {
    id: router.id,
    tenant_id: router.tenant_id,
    port_id: port.id,
    network_id: port.network_id,
    subnet_id: subnet,
    subnet_ids: [subnet],
  });
}

function joined(context: NetworkContext, router: Item, subnetId?: string, portId?: string): Item | Reply {
  if (portId !== undefined) {
    const port = visibleItem(context, kinds.port, portId);
    if (port === undefined) return missing(kinds.port, portId);
    return put(context, kinds.port, { ...port, device_id: router.id, device_owner: 'network:router_interface' });
  }
  const subnet = visibleItem(context, kinds.subnet, subnetId ?? '');
  if (subnet === undefined) return missing(kinds.subnet, subnetId ?? '');
  const base = neutronBase(randomUUID(), context.token.project.id, context.cloud.clock.now());
  const mac = `fa:16:3e:${randomBytes(3).toString('hex').match(/../g)?.join(':')}`;
  const fixed = [{ subnet_id: subnet.id, ip_address: subnet.gateway_ip }];
  const port = portOf(base, String(subnet.network_id), mac, fixed);
  return put(context, kinds.port, { ...port, device_id: router.id, device_owner: 'network:router_interface' });
}

function left(context: NetworkContext, router: Item, subnetId?: string, portId?: string): Item | Reply {
  const port = visibleItems(context, kinds.port).find(
    (one) =>
      one.device_id === router.id &&
      (one.id === portId || (one.fixed_ips as { subnet_id: string }[]).some((ip) => ip.subnet_id === subnetId)),
  );
  if (port === undefined) {
    const message = `Router ${router.id} has no interface on subnet ${subnetId ?? portId}`;
    return neutronError(404, 'RouterInterfaceNotFoundForSubnet', message);
  }
  context.cloud.stock.of(context.token.project, 'ports').remove(port.id);
  return port;
}
