import type { Seeded } from '../stock/seed.ts';

/** What Neutron knows of a type of resource. */
export interface Kind {
  /** In paths: `security-groups`. */
  readonly path: string;
  /** In bodies: `security_groups`. */
  readonly plural: string;
  readonly singular: string;
  /** Where the sandbox keeps them; rules are kept inside their groups. */
  readonly stock: Seeded | undefined;
  /** The type in `NeutronError` for an id that is not there, and the words. */
  readonly missing: { readonly type: string; readonly message: (id: string) => string };
  /** Whether an unknown marker is an error; others ignore it and begin at the start. */
  readonly strictMarker: boolean;
  /**
   * Whether a PUT looks the id up before the body; the types that plugins bring look at the body first, and take
   * queries on an item for granted.
   */
  readonly core: boolean;
  /** Fields by which a listing can be filtered. */
  readonly filters: readonly string[];
  /** Fields that a client can set at creation, the required ones first. */
  readonly creatable: readonly string[];
  readonly required: readonly string[];
  readonly updatable: readonly string[];
  /** Fields that only operators may set. */
  readonly operators: readonly string[];
}

const common = 'id name tenant_id project_id description revision_number';
const words = (text: string) => text.split(' ');

const couldNotBeFound = (what: string, type: string, dot = '.') => ({
  type,
  message: (id: string) => `${what} ${id} could not be found${dot}`,
});
const doesNotExist = (what: string, type: string) => ({
  type,
  message: (id: string) => `${what} ${id} does not exist`,
});

export const network: Kind = {
  path: 'networks',
  plural: 'networks',
  singular: 'network',
  stock: 'networks',
  missing: couldNotBeFound('Network', 'NetworkNotFound'),
  strictMarker: true,
  core: true,
  filters: words(`${common} admin_state_up mtu status shared router:external provider:network_type is_default`),
  creatable: words(
    'name description admin_state_up mtu shared router:external port_security_enabled availability_zone_hints tenant_id project_id dns_domain is_default',
  ),
  required: [],
  updatable: words('name description admin_state_up mtu shared router:external port_security_enabled'),
  operators: ['shared', 'router:external'],
};

export const subnet: Kind = {
  path: 'subnets',
  plural: 'subnets',
  singular: 'subnet',
  stock: 'subnets',
  missing: couldNotBeFound('Subnet', 'SubnetNotFound'),
  strictMarker: false,
  core: true,
  filters: words(
    `${common} network_id ip_version cidr gateway_ip enable_dhcp subnetpool_id ipv6_ra_mode ipv6_address_mode shared`,
  ),
  creatable: words(
    'ip_version network_id cidr name description enable_dhcp gateway_ip allocation_pools dns_nameservers host_routes subnetpool_id tenant_id project_id',
  ),
  required: ['ip_version', 'network_id', 'cidr'],
  updatable: words('name description enable_dhcp gateway_ip allocation_pools dns_nameservers host_routes'),
  operators: [],
};

export const port: Kind = {
  path: 'ports',
  plural: 'ports',
  singular: 'port',
  stock: 'ports',
  missing: couldNotBeFound('Port', 'PortNotFound'),
  strictMarker: true,
  core: true,
  filters: words(
    `${common} network_id mac_address admin_state_up status device_id device_owner fixed_ips security_groups`,
  ),
  creatable: words(
    'network_id name description admin_state_up mac_address fixed_ips device_id device_owner security_groups allowed_address_pairs extra_dhcp_opts port_security_enabled binding:vnic_type tenant_id project_id',
  ),
  required: ['network_id'],
  updatable: words(
    'name description admin_state_up fixed_ips device_id device_owner security_groups allowed_address_pairs port_security_enabled',
  ),
  operators: [],
};

export const router: Kind = {
  path: 'routers',
  plural: 'routers',
  singular: 'router',
  stock: 'routers',
  missing: couldNotBeFound('Router', 'RouterNotFound', ''),
  strictMarker: true,
  core: false,
  filters: words(`${common} admin_state_up status`),
  creatable: words(
    'name description admin_state_up external_gateway_info availability_zone_hints tenant_id project_id',
  ),
  required: [],
  updatable: words('name description admin_state_up external_gateway_info routes'),
  operators: ['distributed', 'ha'],
};

export const floatingIp: Kind = {
  path: 'floatingips',
  plural: 'floatingips',
  singular: 'floatingip',
  stock: 'floatingIps',
  missing: couldNotBeFound('Floating IP', 'FloatingIPNotFound', ''),
  strictMarker: false,
  core: false,
  filters: words(`${common} floating_ip_address floating_network_id router_id port_id fixed_ip_address status`),
  creatable: words(
    'floating_network_id port_id fixed_ip_address floating_ip_address subnet_id description tenant_id project_id',
  ),
  required: ['floating_network_id'],
  updatable: words('port_id fixed_ip_address description'),
  operators: [],
};

export const securityGroup: Kind = {
  path: 'security-groups',
  plural: 'security_groups',
  singular: 'security_group',
  stock: 'securityGroups',
  missing: doesNotExist('Security group', 'SecurityGroupNotFound'),
  strictMarker: false,
  core: false,
  filters: words(`${common} stateful shared`),
  creatable: words('name description stateful tenant_id project_id'),
  required: [],
  updatable: words('name description stateful'),
  operators: [],
};

export const securityGroupRule: Kind = {
  path: 'security-group-rules',
  plural: 'security_group_rules',
  singular: 'security_group_rule',
  stock: undefined,
  missing: doesNotExist('Security group rule', 'SecurityGroupRuleNotFound'),
  strictMarker: false,
  core: false,
  filters: words(
    'id tenant_id project_id security_group_id direction protocol ethertype port_range_min port_range_max remote_ip_prefix remote_group_id description',
  ),
  creatable: words(
    'security_group_id direction protocol ethertype port_range_min port_range_max remote_ip_prefix remote_group_id description tenant_id project_id',
  ),
  required: ['security_group_id', 'direction'],
  updatable: [],
  operators: [],
};

const subnetPool: Kind = {
  path: 'subnetpools',
  plural: 'subnetpools',
  singular: 'subnetpool',
  stock: undefined,
  missing: couldNotBeFound('Subnet pool', 'SubnetPoolNotFound'),
  strictMarker: false,
  core: false,
  filters: words(`${common} shared ip_version`),
  creatable: [],
  required: [],
  updatable: [],
  operators: [],
};

export const kinds: readonly Kind[] = [
  network,
  subnet,
  port,
  router,
  floatingIp,
  securityGroup,
  securityGroupRule,
  subnetPool,
];
