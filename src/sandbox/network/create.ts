import { randomBytes, randomUUID } from 'node:crypto';
import { isRecord, text } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import type { Item } from '../stock/collection.ts';
import {
  floatingIpOf,
  networkOf,
  neutronBase,
  portOf,
  routerOf,
  ruleOf,
  securityGroupOf,
  subnetOf,
} from '../stock/network.ts';
import { badRequest, disallowed, missing, neutronError } from './answers.ts';
import { type NetworkContext, put, visibleItem, visibleItems } from './context.ts';
import type { Kind } from './kinds.ts';
import * as kinds from './kinds.ts';

type Given = Readonly<Record<string, unknown>>;
type Made = Item | Reply;

export const isReply = (made: Made): made is Reply => 'headers' in made;

/** Make one resource, or say why not. */
export function create(context: NetworkContext, kind: Kind, given: unknown): Made {
  if (!isRecord(given)) return badRequest(`Object '${kind.singular}' contains invalid data`);
  const absent = kind.required.find((name) => given[name] === undefined);
  if (absent !== undefined) return badRequest(`Failed to parse request. Required attribute '${absent}' not specified`);
  const wrong = fieldFault(given, kind.creatable);
  if (wrong !== undefined) return wrong;
  const reserved = kind.operators.find((name) => given[name] !== undefined && given[name] !== false);
  if (reserved !== undefined) {
    return disallowed(`(rule:create_${kind.singular} and rule:create_${kind.singular}:${reserved})`);
  }
  const made = makers[kind.singular]?.(
    context,
    neutronBase(randomUUID(), context.token.project.id, context.cloud.clock.now()),
    given,
  );
  if (made === undefined) return badRequest('Invalid input for operation: the sandbox makes none of these.');
  if (isReply(made)) return made;
  const settable = kind.creatable.filter((name) => given[name] !== undefined && made[name] !== undefined);
  return put(context, kind, { ...made, ...Object.fromEntries(settable.map((name) => [name, given[name]])) });
}

/** Fields that the type does not have, or that are not texts where texts are wanted. */
export function fieldFault(given: Given, known: readonly string[]): Reply | undefined {
  const strange = Object.keys(given).filter((name) => !known.includes(name));
  if (strange.length > 0) return badRequest(`Unrecognized attribute(s) '${strange.join(', ')}'`);
  if (given.name !== undefined && typeof given.name !== 'string') {
    return badRequest(`Invalid input for name. Reason: '${String(given.name)}' is not a valid string.`);
  }
  return undefined;
}

const makers: Readonly<Record<string, (context: NetworkContext, base: Item, given: Given) => Made>> = {
  network: (_, base) => networkOf(base, ''),
  subnet: makeSubnet,
  port: makePort,
  router: (_, base) => routerOf(base, ''),
  floatingip: makeFloatingIp,
  security_group: (_, base) => securityGroupOf(base, '', [randomUUID(), randomUUID()]),
  security_group_rule: makeRule,
};

function makeSubnet(context: NetworkContext, base: Item, given: Given): Made {
  const id = String(given.network_id);
  const network = visibleItem(context, kinds.network, id);
  if (network === undefined) return missing(kinds.network, id);
  const cidr = String(given.cidr);
  if (!/^\d+(\.\d+){3}\/\d+$/.test(cidr)) {
    return neutronError(400, 'InvalidInput', `Invalid input for operation: ${cidr} is not in a CIDR format.`);
  }
  if (network.project_id === context.token.project.id) {
    put(context, kinds.network, { ...network, subnets: [...(network.subnets as string[]), base.id] });
  }
  return subnetOf(base, '', network.id, cidr);
}

function makePort(context: NetworkContext, base: Item, given: Given): Made {
  const id = String(given.network_id);
  const network = visibleItem(context, kinds.network, id);
  if (network === undefined) return missing(kinds.network, id);
  const mac = `fa:16:3e:${randomBytes(3).toString('hex').match(/../g)?.join(':')}`;
  const subnet = visibleItems(context, kinds.subnet).find((one) => one.network_id === network.id);
  const prefix = String(subnet?.cidr ?? '')
    .split('.')
    .slice(0, 3)
    .join('.');
  const fixed =
    subnet === undefined
      ? []
      : [{ subnet_id: subnet.id, ip_address: `${prefix}.${2 + ((randomBytes(1)[0] ?? 0) % 250)}` }];
  const group = visibleItems(context, kinds.securityGroup).find(({ name }) => name === 'default');
  return { ...portOf(base, network.id, mac, fixed), security_groups: group === undefined ? [] : [group.id] };
}

function makeFloatingIp(context: NetworkContext, base: Item, given: Given): Made {
  const id = String(given.floating_network_id);
  const network = visibleItem(context, kinds.network, id);
  if (network === undefined) return missing(kinds.network, id);
  if (network['router:external'] !== true) {
    const message = `Bad floatingip request: Network ${network.id} is not a valid external network.`;
    return neutronError(400, 'BadRequest', message);
  }
  const portId = text(given.port_id);
  const port = portId === undefined ? undefined : visibleItem(context, kinds.port, portId);
  if (portId !== undefined && port === undefined) return missing(kinds.port, portId);
  const fixed = (port?.fixed_ips as { ip_address: string }[] | undefined)?.[0]?.ip_address ?? null;
  const made = floatingIpOf(base, network.id, `203.0.113.${11 + visibleItems(context, kinds.floatingIp).length}`);
  return {
    ...made,
    port_id: port?.id ?? null,
    fixed_ip_address: fixed,
    status: port === undefined ? 'DOWN' : 'ACTIVE',
  };
}

/** Rules are kept in their group. */
function makeRule(context: NetworkContext, base: Item, given: Given): Made {
  const id = String(given.security_group_id);
  const group = visibleItem(context, kinds.securityGroup, id);
  if (group === undefined) return missing(kinds.securityGroup, id);
  const made = ruleOf(base, group.id, text(given.ethertype) ?? 'IPv4', String(given.direction));
  const settable = kinds.securityGroupRule.creatable.filter((name) => given[name] !== undefined);
  const rule = { ...made, ...Object.fromEntries(settable.map((name) => [name, given[name]])) };
  put(context, kinds.securityGroup, {
    ...group,
    security_group_rules: [...(group.security_group_rules as Item[]), rule],
  });
  return rule;
}
