/** Network v2.0 (Neutron). Columns as `openstack` 6.0 shows them; fields as docs.openstack.org/api-ref/network has them. */
import type { Reference, ResourceType, Service, Sorting } from '../types.ts';

export const network: Service = {
  type: 'network',
  aliases: [],
  version: 'v2.0',
  projectInPath: false,
  listing: { zeroIsAll: true, fields: true },
  errors: 'NeutronError',
};

const owner = ['/project_id', '/tenant_id'] as const;

/** Neutron refuses a key without a direction, and a direction without a key. */
const sorting: Sorting = { key: 'id', direction: 'asc', pointers: {} };

/** A field of one item and, because Neutron makes many in one request too, of each of several. */
function inEach(itemKey: string, listKey: string, field: string, type: string): Reference[] {
  return [
    { pointer: `/${itemKey}/${field}`, type },
    { pointer: `/${listKey}/*/${field}`, type },
  ];
}

const networkType: ResourceType = {
  name: 'network',
  plural: 'networks',
  alsoCalled: [],
  service: 'network',
  paths: { list: '/networks', item: '/networks/{id}' },
  listKey: 'networks',
  itemKey: 'network',
  idField: 'id',
  ids: 'uuid',
  visibility: 'shared',
  ownerPointer: owner,
  paging: 'links',
  nameFilter: 'exact',
  statusFilter: { letters: 'upper' },
  sorting,
  references: [],
  fieldNames: { subnet_ids: 'subnets', is_vlan_transparent: 'vlan_transparent' },
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Subnets', pointer: '/subnets', kind: 'list' },
  ],
  longColumns: [
    { title: 'Status', pointer: '/status', kind: 'status', after: 'Name' },
    { title: 'Project', pointer: owner, kind: 'id', after: 'Status' },
    { title: 'State', pointer: '/admin_state_up', kind: 'admin_state', after: 'Project' },
    { title: 'Shared', pointer: '/shared', kind: 'boolean', after: 'State' },
    { title: 'Network Type', pointer: '/provider:network_type', kind: 'text' },
    { title: 'Router Type', pointer: '/router:external', kind: 'router_type' },
    { title: 'Availability Zones', pointer: '/availability_zones', kind: 'list' },
    { title: 'Tags', pointer: '/tags', kind: 'list' },
  ],
};

const subnet: ResourceType = {
  name: 'subnet',
  plural: 'subnets',
  alsoCalled: [],
  service: 'network',
  paths: { list: '/subnets', item: '/subnets/{id}' },
  listKey: 'subnets',
  itemKey: 'subnet',
  idField: 'id',
  ids: 'uuid',
  visibility: 'shared',
  ownerPointer: owner,
  paging: 'links',
  nameFilter: 'exact',
  statusFilter: 'none',
  sorting,
  references: inEach('subnet', 'subnets', 'network_id', 'network'),
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Network', pointer: '/network_id', kind: 'id' },
    { title: 'Subnet', pointer: '/cidr', kind: 'text' },
  ],
  longColumns: [
    { title: 'Project', pointer: owner, kind: 'id' },
    { title: 'DHCP', pointer: '/enable_dhcp', kind: 'boolean' },
    { title: 'Name Servers', pointer: '/dns_nameservers', kind: 'list' },
    { title: 'Allocation Pools', pointer: '/allocation_pools', kind: 'pools' },
    { title: 'Host Routes', pointer: '/host_routes', kind: 'maps' },
    { title: 'IP Version', pointer: '/ip_version', kind: 'number' },
    { title: 'Gateway', pointer: '/gateway_ip', kind: 'text' },
    { title: 'Service Types', pointer: '/service_types', kind: 'list' },
    { title: 'Tags', pointer: '/tags', kind: 'list' },
  ],
};

const port: ResourceType = {
  name: 'port',
  plural: 'ports',
  alsoCalled: [],
  service: 'network',
  paths: { list: '/ports', item: '/ports/{id}' },
  listKey: 'ports',
  itemKey: 'port',
  idField: 'id',
  ids: 'uuid',
  // The owner of a network sees the ports that other projects have on it.
  visibility: 'shared',
  ownerPointer: owner,
  paging: 'links',
  nameFilter: 'exact',
  statusFilter: { letters: 'upper' },
  sorting,
  references: [
    ...inEach('port', 'ports', 'network_id', 'network'),
    ...inEach('port', 'ports', 'fixed_ips/*/subnet_id', 'subnet'),
    ...inEach('port', 'ports', 'security_groups/*', 'security-group'),
  ],
  subresources: [
    {
      path: '/ports/{id}',
      references: [
        { pointer: '/port/fixed_ips/*/subnet_id', type: 'subnet' },
        { pointer: '/port/security_groups/*', type: 'security-group' },
      ],
    },
  ],
  fieldNames: { security_group_ids: 'security_groups' },
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'MAC Address', pointer: '/mac_address', kind: 'text' },
    { title: 'Fixed IP Addresses', pointer: '/fixed_ips', kind: 'fixed_ips' },
    { title: 'Status', pointer: '/status', kind: 'status' },
  ],
  longColumns: [
    { title: 'Security Groups', pointer: '/security_groups', kind: 'list' },
    { title: 'Device Owner', pointer: '/device_owner', kind: 'text' },
    { title: 'Tags', pointer: '/tags', kind: 'list' },
  ],
};

const router: ResourceType = {
  name: 'router',
  plural: 'routers',
  alsoCalled: [],
  service: 'network',
  paths: { list: '/routers', item: '/routers/{id}' },
  listKey: 'routers',
  itemKey: 'router',
  idField: 'id',
  ids: 'uuid',
  visibility: 'project',
  ownerPointer: owner,
  paging: 'links',
  nameFilter: 'exact',
  // Neutron refuses `?status=` for routers with 400.
  statusFilter: 'none',
  sorting,
  references: [
    ...inEach('router', 'routers', 'external_gateway_info/network_id', 'network'),
    ...inEach('router', 'routers', 'external_gateway_info/external_fixed_ips/*/subnet_id', 'subnet'),
  ],
  subresources: [
    {
      path: '/routers/{id}',
      references: [
        { pointer: '/router/external_gateway_info/network_id', type: 'network' },
        { pointer: '/router/external_gateway_info/external_fixed_ips/*/subnet_id', type: 'subnet' },
      ],
    },
    {
      path: '/routers/{id}/add_router_interface',
      references: [
        { pointer: '/subnet_id', type: 'subnet' },
        { pointer: '/port_id', type: 'port' },
      ],
    },
    {
      path: '/routers/{id}/remove_router_interface',
      references: [
        { pointer: '/subnet_id', type: 'subnet' },
        { pointer: '/port_id', type: 'port' },
      ],
    },
  ],
  // `openstack` adds Distributed and HA where the answer has them, which it has for operators only: -c gives them.
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Status', pointer: '/status', kind: 'status' },
    { title: 'State', pointer: '/admin_state_up', kind: 'admin_state' },
    { title: 'Project', pointer: owner, kind: 'id' },
  ],
  longColumns: [
    { title: 'Routes', pointer: '/routes', kind: 'maps' },
    { title: 'External gateway info', pointer: '/external_gateway_info', kind: 'json' },
    { title: 'Availability zones', pointer: '/availability_zones', kind: 'list' },
    { title: 'Tags', pointer: '/tags', kind: 'list' },
  ],
};

const securityGroup: ResourceType = {
  name: 'security-group',
  plural: 'security-groups',
  alsoCalled: [],
  service: 'network',
  paths: { list: '/security-groups', item: '/security-groups/{id}' },
  listKey: 'security_groups',
  itemKey: 'security_group',
  idField: 'id',
  ids: 'uuid',
  visibility: 'shared',
  ownerPointer: owner,
  paging: 'links',
  nameFilter: 'exact',
  statusFilter: 'none',
  sorting,
  references: [],
  fieldNames: { rules: 'security_group_rules' },
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Description', pointer: '/description', kind: 'text' },
    { title: 'Project', pointer: owner, kind: 'id' },
    { title: 'Tags', pointer: '/tags', kind: 'list' },
  ],
  longColumns: [],
};

const floatingIp: ResourceType = {
  name: 'floating-ip',
  plural: 'floating-ips',
  alsoCalled: ['floatingip', 'floatingips'],
  service: 'network',
  paths: { list: '/floatingips', item: '/floatingips/{id}' },
  listKey: 'floatingips',
  itemKey: 'floatingip',
  idField: 'id',
  nameField: 'floating_ip_address',
  ids: 'uuid',
  visibility: 'project',
  ownerPointer: owner,
  paging: 'links',
  nameFilter: 'exact',
  statusFilter: { letters: 'upper' },
  sorting,
  references: [
    ...inEach('floatingip', 'floatingips', 'floating_network_id', 'network'),
    ...inEach('floatingip', 'floatingips', 'subnet_id', 'subnet'),
    ...inEach('floatingip', 'floatingips', 'port_id', 'port'),
  ],
  subresources: [{ path: '/floatingips/{id}', references: [{ pointer: '/floatingip/port_id', type: 'port' }] }],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Floating IP Address', pointer: '/floating_ip_address', kind: 'text' },
    { title: 'Fixed IP Address', pointer: '/fixed_ip_address', kind: 'text' },
    { title: 'Port', pointer: '/port_id', kind: 'id' },
    { title: 'Floating Network', pointer: '/floating_network_id', kind: 'id' },
    { title: 'Project', pointer: owner, kind: 'id' },
  ],
  longColumns: [
    { title: 'Router', pointer: '/router_id', kind: 'id' },
    { title: 'Status', pointer: '/status', kind: 'status' },
    { title: 'Description', pointer: '/description', kind: 'text' },
    { title: 'Tags', pointer: '/tags', kind: 'list' },
    { title: 'DNS Name', pointer: '/dns_name', kind: 'text' },
    { title: 'DNS Domain', pointer: '/dns_domain', kind: 'text' },
  ],
};

export const networkTypes: readonly ResourceType[] = [networkType, subnet, port, router, securityGroup, floatingIp];
