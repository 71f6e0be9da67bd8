import { empty, type Reply } from '../http/reply.ts';
import type { Item } from '../stock/collection.ts';
import { disallowed, missing, neutronError } from './answers.ts';
import { type NetworkContext, put, visibleItem, visibleItems } from './context.ts';
import type { Kind } from './kinds.ts';
import * as kinds from './kinds.ts';

/** Delete one resource, unless others still need it. */
export function remove(context: NetworkContext, kind: Kind, id: string): Reply {
  const item = visibleItem(context, kind, id);
  if (item === undefined) return missing(kind, id);
  if (item.project_id !== context.token.project.id) return disallowed(`rule:delete_${kind.singular}`);
  const needed = stillNeeded(context, kind, item);
  if (needed !== undefined) return needed;
  if (kind === kinds.securityGroupRule) removeRule(context, item);
  if (kind === kinds.network) {
    for (const subnet of subnetsOf(context, item))
      context.cloud.stock.of(context.token.project, 'subnets').remove(subnet.id);
  }
  if (kind === kinds.subnet) leaveNetwork(context, item);
  if (kind.stock !== undefined) context.cloud.stock.of(context.token.project, kind.stock).remove(item.id);
  return empty(204);
}

function stillNeeded(context: NetworkContext, kind: Kind, item: Item): Reply | undefined {
  const ports = visibleItems(context, kinds.port);
  if (kind === kinds.network) {
    const users = ports.filter((port) => port.network_id === item.id).map(({ id }) => id);
    if (users.length === 0) return undefined;
    const why = `There are one or more ports still in use on the network, id for these ports is: ${users.join(',')}.`;
    return neutronError(409, 'NetworkInUse', `Unable to complete operation on network ${item.id}. ${why}`);
  }
  if (kind === kinds.subnet) {
    const used = ports.some((port) =>
      (port.fixed_ips as { subnet_id: string }[]).some((ip) => ip.subnet_id === item.id),
    );
    const why = 'One or more ports have an IP allocation from this subnet.';
    return used
      ? neutronError(409, 'SubnetInUse', `Unable to complete operation on subnet ${item.id}: ${why}`)
      : undefined;
  }
  if (kind === kinds.router) {
    const attached = ports.filter((port) => port.device_id === item.id).map(({ id }) => id);
    const message = `Router ${item.id} has ports still attached: ${attached.join(', ')}`;
    return attached.length > 0 ? neutronError(409, 'RouterInUse', message) : undefined;
  }
  if (kind === kinds.securityGroup) {
    const used = ports.some((port) => (port.security_groups as string[]).includes(item.id));
    if (item.name === 'default')
      return neutronError(409, 'SecurityGroupCannotRemoveDefault', 'Removing default security group is not allowed.');
    return used ? neutronError(409, 'SecurityGroupInUse', `Security Group ${item.id} in use.`) : undefined;
  }
  return undefined;
}

function removeRule(context: NetworkContext, rule: Item): void {
  const group = visibleItem(context, kinds.securityGroup, String(rule.security_group_id));
  if (group === undefined) return;
  const left = (group.security_group_rules as Item[]).filter(({ id }) => id !== rule.id);
  put(context, kinds.securityGroup, { ...group, security_group_rules: left });
}

function subnetsOf(context: NetworkContext, network: Item): Item[] {
  return visibleItems(context, kinds.subnet).filter((subnet) => subnet.network_id === network.id);
}

function leaveNetwork(context: NetworkContext, subnet: Item): void {
  const network = visibleItem(context, kinds.network, String(subnet.network_id));
  if (network === undefined || network.project_id !== context.token.project.id) return;
  put(context, kinds.network, { ...network, subnets: (network.subnets as string[]).filter((id) => id !== subnet.id) });
}
