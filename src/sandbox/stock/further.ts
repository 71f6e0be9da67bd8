import { microseconds, seconds } from '../data/time.ts';
import { madeAt, type Seed, type SeedContext, type Seeded } from './seed.ts';

/** What the services have from the beginning that a sandbox has only where it is told so. */

const own =
  (make: (context: SeedContext) => ReturnType<Seed>): Seed =>
  (context) =>
    context.shared ? [] : make(context);

const zones = own((context) => {
  const random = context.random('zones');
  return [0, 1].map((i) => ({
    id: random.uuid(),
    name: `${context.projectName}-${i}.${context.cloud}.example.`,
    email: 'hostmaster@example.org',
    ttl: 3600,
    status: 'ACTIVE',
    action: 'NONE',
    type: 'PRIMARY',
    description: null,
    serial: 1_700_000_000 + i,
    version: 1,
    masters: [],
    attributes: {},
    pool_id: '794ccc2c-d751-44fe-b57f-8894c9f5c842',
    project_id: context.projectId,
    created_at: microseconds(madeAt(i)),
    updated_at: null,
  }));
});

const recordsets = own((context) =>
  context.others('zones').map((zone, i) => ({
    id: context.random(`recordset ${i}`).uuid(),
    zone_id: zone.id,
    zone_name: zone.name,
    name: `www.${zone.name}`,
    type: 'A',
    records: [`192.0.2.${i + 1}`],
    ttl: null,
    status: 'ACTIVE',
    action: 'NONE',
    description: null,
    version: 1,
    project_id: context.projectId,
    created_at: microseconds(madeAt(i)),
    updated_at: null,
  })),
);

const secrets = own((context) => {
  const random = context.random('secrets');
  return [0, 1].map((i) => ({
    id: random.uuid(),
    name: `secret-${context.projectName}-${i}`,
    payload: `payload-${i}`,
    created: microseconds(madeAt(i)).slice(0, -7),
    creator_id: context.userId,
  }));
});

const loadBalancers = own((context) => [
  {
    id: context.random('loadBalancers').uuid(),
    name: `lb-${context.projectName}-0`,
    description: '',
    provisioning_status: 'ACTIVE',
    operating_status: 'ONLINE',
    admin_state_up: true,
    project_id: context.projectId,
    vip_address: '10.1.0.200',
    vip_subnet_id: context.others('subnets')[0]?.id ?? null,
    provider: 'amphora',
    listeners: [],
    pools: [{ id: context.random('pools').uuid() }],
    created_at: seconds(madeAt(0)).slice(0, -1),
    updated_at: null,
    tags: [],
  },
]);

const pools = own((context) =>
  context.others('loadBalancers').map(({ id }) => ({
    id: context.random('pools').uuid(),
    name: `pool-${context.projectName}-0`,
    protocol: 'HTTP',
    lb_algorithm: 'ROUND_ROBIN',
    provisioning_status: 'ACTIVE',
    operating_status: 'ONLINE',
    loadbalancers: [{ id }],
    members: [{ id: context.random('members').uuid() }],
    project_id: context.projectId,
  })),
);

const members = own((context) =>
  context.others('pools').map(({ id }) => ({
    id: context.random('members').uuid(),
    name: `member-${context.projectName}-0`,
    pool_id: id,
    address: '10.1.0.10',
    protocol_port: 80,
    provisioning_status: 'ACTIVE',
    operating_status: 'NO_MONITOR',
    project_id: context.projectId,
  })),
);

const stacks = own((context) => [
  {
    id: context.random('stacks').uuid(),
    stack_name: `stack-${context.projectName}`,
    stack_status: 'CREATE_COMPLETE',
    stack_status_reason: 'Stack CREATE completed successfully',
    description: '',
    creation_time: seconds(madeAt(0)),
    updated_time: null,
    stack_owner: null,
    stack_user_project_id: context.random('stack project').hex(32),
    parent: null,
    tags: null,
    parameters: {},
    outputs: [],
  },
]);

const shares = own((context) => {
  const random = context.random('shares');
  return [0, 1].map((i) => ({
    id: random.uuid(),
    name: `share-${context.projectName}-${i}`,
    description: null,
    size: 1,
    status: 'available',
    share_proto: 'NFS',
    share_type_name: 'default',
    is_public: false,
    metadata: {},
    availability_zone: 'nova',
    project_id: context.projectId,
    created_at: microseconds(madeAt(i)),
  }));
});

const metrics = own((context) => [
  {
    id: context.random('metrics').uuid(),
    name: `cpu-${context.projectName}`,
    unit: 'ns',
    creator: context.userId,
    resource_id: null,
  },
]);

export const furtherSeeds = {
  dns: { zones, recordsets },
  'key-manager': { secrets },
  'load-balancer': { loadBalancers, pools, members },
  orchestration: { stacks },
  'shared-file-system': { shares },
  metric: { metrics },
} satisfies Record<string, Partial<Record<Seeded, Seed>>>;
