import { microseconds } from '../data/time.ts';
import type { Item } from './collection.ts';
import { madeAt, type Seed, type SeedContext, type Seeded } from './seed.ts';

/** Volumes, snapshots, backups and volume types that are there from the beginning. */

const MANY = { cloud: 'sp-a', project: 'research-one', volumes: 70 };

function volumeCount({ settings, cloud, projectName }: SeedContext): number {
  if (settings.volumes !== undefined) return settings.volumes;
  return cloud === MANY.cloud && projectName === MANY.project ? MANY.volumes : 4;
}

const volumes: Seed = function* (context) {
  const random = context.random('volumes');
  const user = context.userId;
  const type = context.common('volumeTypes')[0]?.name;
  const server = context.compute ? context.others('servers')[0] : undefined;
  for (let i = 0; i < volumeCount(context); i++) {
    const id = random.uuid();
    const attached = i === 1 ? server : undefined;
    const at = microseconds(madeAt(i));
    yield {
      id,
      status: attached === undefined ? 'available' : 'in-use',
      size: 1 + random.integer(8),
      availability_zone: 'nova',
      created_at: at,
      updated_at: at,
      name: `vol-${context.projectName}-${i}`,
      description: null,
      volume_type: type,
      snapshot_id: null,
      source_volid: null,
      metadata: {},
      user_id: user,
      bootable: 'false',
      encrypted: false,
      replication_status: null,
      consistencygroup_id: null,
      multiattach: false,
      attachments: attached === undefined ? [] : [attachment(context, id, attached.id, at)],
      'os-vol-tenant-attr:tenant_id': context.projectId,
    };
  }
};

function attachment(context: SeedContext, volume: string, server: string, at: string): unknown {
  return {
    id: volume,
    attachment_id: context.random('attachment').uuid(),
    volume_id: volume,
    server_id: server,
    host_name: null,
    device: '/dev/vdb',
    attached_at: at,
  };
}

const snapshots: Seed = (context) => {
  const volume = context.others('volumes')[0];
  if (volume === undefined) return [];
  const at = microseconds(madeAt(200));
  return [
    {
      id: context.random('snapshots').uuid(),
      name: `snap-${context.projectName}-0`,
      description: null,
      volume_id: volume.id,
      status: 'available',
      size: volume.size,
      created_at: at,
      updated_at: at,
      metadata: {},
      'os-extended-snapshot-attributes:project_id': context.projectId,
      'os-extended-snapshot-attributes:progress': '100%',
    },
  ];
};

const backups: Seed = (context) => {
  const volume = context.others('volumes')[0];
  return volume === undefined
    ? []
    : [backupOf(context.random('backups').uuid(), `backup-${context.projectName}-0`, volume)];
};

/** A finished backup of a volume. */
export function backupOf(id: string, name: string | null, volume: Item, at = microseconds(madeAt(300))): Item {
  return {
    id,
    status: 'available',
    size: volume.size,
    object_count: 22,
    availability_zone: 'nova',
    container: 'volumebackups',
    created_at: at,
    updated_at: at,
    name,
    description: null,
    fail_reason: null,
    volume_id: volume.id,
    is_incremental: false,
    has_dependent_backups: false,
    snapshot_id: null,
    data_timestamp: at,
  };
}

const volumeTypes: Seed = (context) => {
  const random = context.random('volumeTypes');
  return [
    { name: 'standard', description: null },
    { name: '__DEFAULT__', description: 'Default Volume Type' },
  ].map(({ name, description }) => ({
    id: random.uuid(),
    name,
    is_public: true,
    description,
    extra_specs: {},
    'os-volume-type-access:is_public': true,
  }));
};

export const blockStorageSeeds = { volumes, snapshots, backups, volumeTypes } satisfies Partial<Record<Seeded, Seed>>;
