import { randomUUID } from 'node:crypto';
import { text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { ruleOf } from '../stock/network.ts';
import { fault, notInThisVersion } from '../wsgi/answers.ts';
import { bodyUnder, type ComputeContext, own } from './context.ts';

/** Nova's own way to Neutron's security groups, until 2.36. Rules can be made and deleted, and never asked for. */
const LAST = 35;

const until =
  (handle: Handler<ComputeContext>): Handler<ComputeContext> =>
  (context, parameters) =>
    context.minor > LAST ? notInThisVersion() : handle(context, parameters);

const rulesOf = (group: Item) => group.security_group_rules as readonly Item[];

function missing({ exchange }: ComputeContext, what: string): Reply {
  return fault(404, `${what} does not exist\nNeutron server returns request_ids: ['${exchange.requestId}']`);
}

function ruleBody(rule: Item): unknown {
  return {
    id: rule.id,
    parent_group_id: rule.security_group_id,
    ip_protocol: rule.protocol,
    from_port: rule.port_range_min,
    to_port: rule.port_range_max,
    ip_range: rule.remote_ip_prefix === null ? {} : { cidr: rule.remote_ip_prefix },
    group: {},
  };
}

function groupBody(group: Item): unknown {
  const { id, name, description, tenant_id } = group;
  const rules = rulesOf(group).filter((rule) => rule.direction === 'ingress');
  return { id, name, description, tenant_id, rules: rules.map(ruleBody) };
}

const createRule: Handler<ComputeContext> = async (context) => {
  const body = await bodyUnder(context, 'security_group_rule');
  if ('refused' in body) return body.refused;
  const { parent_group_id, ip_protocol, from_port, to_port, cidr } = body.given;
  const id = text(parent_group_id) ?? '';
  const group = own(context, 'securityGroups').get(id);
  if (group === undefined) return missing(context, `Security group ${id}`);
  const { security_group_rules, ...base } = group;
  const rule: Item = {
    ...ruleOf({ ...base, id: randomUUID() }, group.id, 'IPv4', 'ingress'),
    protocol: ip_protocol ?? null,
    port_range_min: from_port ?? null,
    port_range_max: to_port ?? null,
    remote_ip_prefix: cidr ?? null,
  };
  own(context, 'securityGroups').put({ ...group, security_group_rules: [...rulesOf(group), rule] });
  return json(200, { security_group_rule: ruleBody(rule) });
};

const removeRule: Handler<ComputeContext> = (context, [id = '']) => {
  const group = own(context, 'securityGroups').all.find((one) => rulesOf(one).some((rule) => rule.id === id));
  if (group === undefined) return missing(context, `Security group rule ${id}`);
  const kept = rulesOf(group).filter((rule) => rule.id !== id);
  own(context, 'securityGroups').put({ ...group, security_group_rules: kept });
  return empty(202, [['Content-Type', 'application/json']]);
};

export function securityGroupRoutes(routes: Routes<ComputeContext>): void {
  routes
    .on(
      'GET',
      '/os-security-groups',
      until((context) => json(200, { security_groups: own(context, 'securityGroups').all.map(groupBody) })),
    )
    .on(
      'GET',
      '/os-security-groups/*',
      until((context, [id = '']) => {
        const group = own(context, 'securityGroups').get(id);
        return group === undefined
          ? missing(context, `Security group ${id}`)
          : json(200, { security_group: groupBody(group) });
      }),
    )
    .on('POST', '/os-security-group-rules', until(createRule))
    .on('DELETE', '/os-security-group-rules/*', until(removeRule));
}
