/** Compute (Nova). Columns as `openstack` 6.0 (Zed) shows them; fields as docs.openstack.org/api-ref/compute has them. */
import type { ResourceType, Service } from '../types.ts';

export const compute: Service = {
  type: 'compute',
  aliases: [],
  version: 'v2.1',
  projectInPath: false,
  microversion: 'compute',
  microversionHeader: 'X-OpenStack-Nova-API-Version',
  errors: 'fault',
};

const server: ResourceType = {
  name: 'server',
  plural: 'servers',
  alsoCalled: [],
  service: 'compute',
  paths: { list: '/servers', detail: '/servers/detail', item: '/servers/{id}' },
  listKey: 'servers',
  itemKey: 'server',
  idField: 'id',
  ids: 'uuid',
  visibility: 'project',
  ownerPointer: '/tenant_id',
  paging: 'links',
  nameFilter: 'pattern',
  // UNKNOWN is what no state of a server is called; from 2.38 on Nova refuses what is none.
  statusFilter: { letters: 'upper', standIns: ['UNKNOWN'] },
  brief: ['id', 'name', 'links'],
  sorting: {
    key: 'created_at',
    direction: 'desc',
    pointers: {
      uuid: '/id',
      display_name: '/name',
      display_description: '/description',
      created_at: '/created',
      updated_at: '/updated',
      launched_at: '/OS-SRV-USG:launched_at',
      terminated_at: '/OS-SRV-USG:terminated_at',
      vm_state: '/OS-EXT-STS:vm_state',
      task_state: '/OS-EXT-STS:task_state',
      power_state: '/OS-EXT-STS:power_state',
      availability_zone: '/OS-EXT-AZ:availability_zone',
      image_ref: '/image/id',
      project_id: '/tenant_id',
      access_ip_v4: '/accessIPv4',
      access_ip_v6: '/accessIPv6',
      host: '/OS-EXT-SRV-ATTR:host',
      hostname: '/OS-EXT-SRV-ATTR:hostname',
      node: '/OS-EXT-SRV-ATTR:hypervisor_hostname',
      root_device_name: '/OS-EXT-SRV-ATTR:root_device_name',
      launch_index: '/OS-EXT-SRV-ATTR:launch_index',
      kernel_id: '/OS-EXT-SRV-ATTR:kernel_id',
      ramdisk_id: '/OS-EXT-SRV-ATTR:ramdisk_id',
    },
  },
  // Below 2.47 a server only has its flavor's id, and the name would cost a listing of all flavors.
  microversion: '2.47',
  // flavorRef is left out: a flavor's id is chosen, and often the same in clouds that know nothing of each other
  // (`1`, `m1.small`), so it cannot say where a server is to be made. key_name and security_groups are names.
  references: [
    { pointer: '/server/imageRef', type: 'image' },
    { pointer: '/server/networks/*/uuid', type: 'network' },
    { pointer: '/server/networks/*/port', type: 'port' },
    { pointer: '/server/block_device_mapping_v2/*/uuid', type: 'volume', when: { source_type: 'volume' } },
    { pointer: '/server/block_device_mapping_v2/*/uuid', type: 'snapshot', when: { source_type: 'snapshot' } },
    { pointer: '/server/block_device_mapping_v2/*/uuid', type: 'image', when: { source_type: 'image' } },
    { pointer: '/server/block_device_mapping/*/volume_id', type: 'volume' },
    { pointer: '/server/block_device_mapping/*/snapshot_id', type: 'snapshot' },
    { pointer: '/os:scheduler_hints/group', type: 'server-group' },
    { pointer: '/os:scheduler_hints/same_host', type: 'server' },
    { pointer: '/os:scheduler_hints/same_host/*', type: 'server' },
    { pointer: '/os:scheduler_hints/different_host', type: 'server' },
    { pointer: '/os:scheduler_hints/different_host/*', type: 'server' },
  ],
  subresources: [
    {
      path: '/servers/{id}/os-volume_attachments',
      references: [{ pointer: '/volumeAttachment/volumeId', type: 'volume' }],
    },
    {
      path: '/servers/{id}/os-interface',
      references: [
        { pointer: '/interfaceAttachment/port_id', type: 'port' },
        { pointer: '/interfaceAttachment/net_id', type: 'network' },
      ],
    },
    {
      path: '/servers/{id}/action',
      references: [
        { pointer: '/rebuild/imageRef', type: 'image' },
        { pointer: '/rescue/rescue_image_ref', type: 'image' },
      ],
    },
  ],
  fieldNames: {
    created_at: 'created',
    updated_at: 'updated',
    project_id: 'tenant_id',
    volumes_attached: 'os-extended-volumes:volumes_attached',
    image_id: 'image',
    image_name: 'image',
    flavor_name: 'flavor',
  },
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Status', pointer: '/status', kind: 'status' },
    { title: 'Networks', pointer: '/addresses', kind: 'addresses' },
    // `openstack` looks the name up in a listing of all images; the id is what a server has. A server that booted
    // from a volume has an empty text here.
    { title: 'Image', pointer: ['/image/id', '/image'], kind: 'id' },
    { title: 'Flavor', pointer: ['/flavor/original_name', '/flavor/id'], kind: 'text' },
  ],
  longColumns: [
    { title: 'Task State', pointer: '/OS-EXT-STS:task_state', kind: 'text', after: 'Status' },
    { title: 'Power State', pointer: '/OS-EXT-STS:power_state', kind: 'power_state', after: 'Task State' },
    { title: 'Availability Zone', pointer: '/OS-EXT-AZ:availability_zone', kind: 'text' },
    // Operators only, like Network Type of a network: empty for others, as in `openstack`.
    { title: 'Host', pointer: '/OS-EXT-SRV-ATTR:host', kind: 'text' },
    { title: 'Properties', pointer: '/metadata', kind: 'map' },
  ],
};

const flavor: ResourceType = {
  name: 'flavor',
  plural: 'flavors',
  alsoCalled: [],
  service: 'compute',
  paths: { list: '/flavors', detail: '/flavors/detail', item: '/flavors/{id}' },
  listKey: 'flavors',
  itemKey: 'flavor',
  idField: 'id',
  ids: 'chosen',
  visibility: 'provider',
  paging: 'links',
  nameFilter: 'none',
  statusFilter: 'none',
  // The description from 2.55 on.
  brief: ['id', 'name', 'links', 'description'],
  sorting: {
    key: 'flavorid',
    direction: 'asc',
    pointers: {
      flavorid: '/id',
      memory_mb: '/ram',
      root_gb: '/disk',
      ephemeral_gb: '/OS-FLV-EXT-DATA:ephemeral',
      is_public: '/os-flavor-access:is_public',
      disabled: '/OS-FLV-DISABLED:disabled',
    },
  },
  // From 2.61 a listing has the extra specs.
  microversion: '2.61',
  references: [],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'RAM', pointer: '/ram', kind: 'number' },
    { title: 'Disk', pointer: '/disk', kind: 'number' },
    { title: 'Ephemeral', pointer: '/OS-FLV-EXT-DATA:ephemeral', kind: 'number' },
    { title: 'VCPUs', pointer: '/vcpus', kind: 'number' },
    { title: 'Is Public', pointer: '/os-flavor-access:is_public', kind: 'boolean' },
  ],
  longColumns: [
    { title: 'Swap', pointer: '/swap', kind: 'number' },
    { title: 'RXTX Factor', pointer: '/rxtx_factor', kind: 'number' },
    { title: 'Properties', pointer: '/extra_specs', kind: 'map' },
  ],
};

const keypair: ResourceType = {
  name: 'keypair',
  plural: 'keypairs',
  alsoCalled: ['key-pair', 'key-pairs'],
  service: 'compute',
  paths: { list: '/os-keypairs', item: '/os-keypairs/{id}' },
  listKey: 'keypairs',
  elementKey: 'keypair',
  itemKey: 'keypair',
  idField: 'name',
  ids: 'name',
  visibility: 'user',
  paging: 'links',
  nameFilter: 'none',
  statusFilter: 'none',
  // From 2.2 a key pair has a type.
  microversion: '2.2',
  references: [],
  columns: [
    { title: 'Name', pointer: '/name', kind: 'id' },
    { title: 'Fingerprint', pointer: '/fingerprint', kind: 'text' },
    { title: 'Type', pointer: '/type', kind: 'text' },
  ],
  longColumns: [],
};

const serverGroup: ResourceType = {
  name: 'server-group',
  plural: 'server-groups',
  alsoCalled: [],
  service: 'compute',
  paths: { list: '/os-server-groups', item: '/os-server-groups/{id}' },
  listKey: 'server_groups',
  itemKey: 'server_group',
  idField: 'id',
  ids: 'uuid',
  visibility: 'project',
  ownerPointer: '/project_id',
  paging: 'none',
  nameFilter: 'none',
  statusFilter: 'none',
  // From 2.64 there is one policy instead of an array, from 2.13 the owner.
  microversion: '2.64',
  references: [],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Policy', pointer: ['/policy', '/policies/0'], kind: 'text' },
  ],
  longColumns: [
    { title: 'Members', pointer: '/members', kind: 'list' },
    { title: 'Project Id', pointer: '/project_id', kind: 'id' },
    { title: 'User Id', pointer: '/user_id', kind: 'id' },
  ],
};

export const computeTypes: readonly ResourceType[] = [server, flavor, keypair, serverGroup];
