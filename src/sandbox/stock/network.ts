import { seconds } from '../data/time.ts';
import type { Item } from './collection.ts';
import { addressOf, macOf } from './compute.ts';
import { madeAt, type Seed, type SeedContext, type Seeded } from './seed.ts';

/** Networks and what belongs to them, there from the beginning. */

/** Fields that everything in Neutron has. */
export function neutronBase(id: string, projectId: string, at: number): Item {
  return {
    id,
    tenant_id: projectId,
    project_id: projectId,
    description: '',
    tags: [],
    created_at: seconds(at),
    updated_at: seconds(at),
    revision_number: 1,
  };
}

export function networkOf(base: Item, name: string): Item {
  return {
    ...base,
    name,
    admin_state_up: true,
    mtu: 1450,
    status: 'ACTIVE',
    subnets: [],
    shared: false,
    availability_zone_hints: [],
    availability_zones: [],
    ipv4_address_scope: null,
    ipv6_address_scope: null,
    'router:external': false,
    port_security_enabled: true,
  };
}

export function subnetOf(base: Item, name: string, networkId: string, cidr: string): Item {
  const prefix = cidr.split('.').slice(0, 3).join('.');
  return {
    ...base,
    name,
    network_id: networkId,
    ip_version: 4,
    subnetpool_id: null,
    enable_dhcp: true,
    ipv6_ra_mode: null,
    ipv6_address_mode: null,
    gateway_ip: `${prefix}.1`,
    cidr,
    allocation_pools: [{ start: `${prefix}.2`, end: `${prefix}.254` }],
    host_routes: [],
    dns_nameservers: [],
    service_types: [],
  };
}

export function portOf(base: Item, networkId: string, mac: string, fixedIps: readonly unknown[]): Item {
  return {
    ...base,
    name: '',
    network_id: networkId,
    mac_address: mac,
    admin_state_up: true,
    status: 'DOWN',
    device_id: '',
    device_owner: '',
    fixed_ips: fixedIps,
    allowed_address_pairs: [],
    extra_dhcp_opts: [],
    security_groups: [],
    'binding:vnic_type': 'normal',
    port_security_enabled: true,
  };
}

export function routerOf(base: Item, name: string): Item {
  return {
    ...base,
    name,
    admin_state_up: true,
    status: 'ACTIVE',
    external_gateway_info: null,
    availability_zones: [],
    availability_zone_hints: [],
    routes: [],
    flavor_id: null,
  };
}

export function securityGroupOf(base: Item, name: string, ruleIds: readonly string[]): Item {
  const rules = ruleIds.map((id, i) => ruleOf({ ...base, id }, base.id, i === 0 ? 'IPv4' : 'IPv6', 'egress'));
  return { ...base, name, stateful: true, shared: false, security_group_rules: rules };
}

export function ruleOf(base: Item, groupId: string, ethertype: string, direction: string): Item {
  return {
    ...base,
    security_group_id: groupId,
    ethertype,
    direction,
    protocol: null,
    port_range_min: null,
    port_range_max: null,
    remote_ip_prefix: null,
    remote_address_group_id: null,
    normalized_cidr: null,
    remote_group_id: null,
    description: null,
  };
}

const base = (context: SeedContext, type: string, index = 0) =>
  neutronBase(context.random(`${type} ${index}`).uuid(), context.projectId, madeAt(index));

const subnetId = (context: SeedContext) => context.random('subnets 0').uuid();

const networks: Seed = (context) => {
  if (!context.shared)
    return [{ ...networkOf(base(context, 'networks'), `net-${context.projectName}`), subnets: [subnetId(context)] }];
  return [
    {
      ...networkOf(base(context, 'networks'), `shared-net${context.suffix}`),
      shared: true,
      subnets: [subnetId(context)],
    },
    { ...networkOf(base(context, 'networks', 1), `public${context.suffix}`), 'router:external': true },
  ];
};

const subnets: Seed = (context) => {
  const name = context.shared ? `shared-subnet${context.suffix}` : `sub-${context.projectName}`;
  const cidr = context.shared ? '10.254.0.0/24' : context.settings.servers > 230 ? '10.1.0.0/16' : '10.1.0.0/24';
  return [subnetOf(base(context, 'subnets'), name, context.random('networks 0').uuid(), cidr)];
};

/** The router's, and one for each server. */
const ports: Seed = function* (context) {
  if (context.shared) return;
  const network = context.random('networks 0').uuid();
  const ip = (address: string) => [{ subnet_id: subnetId(context), ip_address: address }];
  const router = portOf(base(context, 'ports', -1), network, macOf(context, 0xffff), ip('10.1.0.1'));
  yield {
    ...router,
    device_id: context.random('routers 0').uuid(),
    device_owner: 'network:router_interface',
    port_security_enabled: false,
  };
  const random = context.random('ports');
  for (const [i, server] of context.others('servers').entries()) {
    const own = neutronBase(random.uuid(), context.projectId, madeAt(i));
    yield {
      ...portOf(own, network, macOf(context, i), ip(addressOf(i))),
      status: 'ACTIVE',
      device_id: server.id,
      device_owner: 'compute:nova',
      security_groups: [context.random('securityGroups 0').uuid()],
    };
  }
};

const routers: Seed = (context) =>
  context.shared ? [] : [routerOf(base(context, 'routers'), `router-${context.projectName}`)];

const securityGroups: Seed = (context) => {
  if (context.shared) return [];
  const random = context.random('rules');
  return ['default', `sg-${context.projectName}`].map((name, i) =>
    securityGroupOf(base(context, 'securityGroups', i), name, [random.uuid(), random.uuid()]),
  );
};

const floatingIps: Seed = (context) => {
  if (context.shared) return [];
  const external = context.common('networks').find((network) => network['router:external'] === true);
  return external === undefined ? [] : [floatingIpOf(base(context, 'floatingIps'), external.id, '203.0.113.10')];
};

export function floatingIpOf(own: Item, networkId: string, address: string): Item {
  return {
    ...own,
    floating_ip_address: address,
    floating_network_id: networkId,
    router_id: null,
    port_id: null,
    fixed_ip_address: null,
    status: 'DOWN',
    port_details: null,
    port_forwardings: [],
  };
}

export const networkSeeds = {
  networks,
  subnets,
  ports,
  routers,
  securityGroups,
  floatingIps,
} satisfies Partial<Record<Seeded, Seed>>;
