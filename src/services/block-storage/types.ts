/** Block Storage v3 (Cinder). Columns as `openstack` 6.0 shows them; fields as docs.openstack.org/api-ref/block-storage has them. */
import type { ResourceType, Service, Sorting } from '../types.ts';

export const blockStorage: Service = {
  type: 'block-storage',
  aliases: ['volumev3', 'volumev2', 'volume', 'block-store'],
  version: 'v3',
  projectInPath: true,
  // Not the service's type: Cinder answers 400 to `block-storage 3.50`.
  microversion: 'volume',
  listing: { offset: true, counts: true, sort: true },
  errors: 'fault',
};

const created: Sorting = { key: 'created_at', direction: 'desc', pointers: { display_name: '/name' } };

const volume: ResourceType = {
  name: 'volume',
  plural: 'volumes',
  alsoCalled: [],
  service: 'block-storage',
  paths: { list: '/volumes', detail: '/volumes/detail', item: '/volumes/{id}' },
  listKey: 'volumes',
  itemKey: 'volume',
  idField: 'id',
  ids: 'uuid',
  visibility: 'project',
  ownerPointer: '/os-vol-tenant-attr:tenant_id',
  paging: 'links',
  nameFilter: 'exact',
  // Volumes that are being managed are stored as managing, error_managing and error_managing_deleting.
  statusFilter: { letters: 'lower', standIns: ['creating', 'error', 'deleting'] },
  brief: ['id', 'name', 'links'],
  sorting: created,
  references: [
    { pointer: '/volume/snapshot_id', type: 'snapshot' },
    { pointer: '/volume/source_volid', type: 'volume' },
    { pointer: '/volume/imageRef', type: 'image' },
    { pointer: '/volume/backup_id', type: 'backup' },
  ],
  subresources: [
    {
      path: '/volumes/{id}/action',
      references: [
        { pointer: '/os-attach/instance_uuid', type: 'server' },
        { pointer: '/revert/snapshot_id', type: 'snapshot' },
      ],
    },
  ],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Status', pointer: '/status', kind: 'status' },
    { title: 'Size', pointer: '/size', kind: 'number' },
    { title: 'Attached to', pointer: '/attachments', kind: 'attachments' },
  ],
  longColumns: [
    { title: 'Type', pointer: '/volume_type', kind: 'text', after: 'Size' },
    { title: 'Bootable', pointer: '/bootable', kind: 'text', after: 'Type' },
    { title: 'Properties', pointer: '/metadata', kind: 'map' },
  ],
};

const snapshot: ResourceType = {
  name: 'snapshot',
  plural: 'snapshots',
  alsoCalled: ['volume-snapshot', 'volume-snapshots'],
  service: 'block-storage',
  paths: { list: '/snapshots', detail: '/snapshots/detail', item: '/snapshots/{id}' },
  listKey: 'snapshots',
  itemKey: 'snapshot',
  idField: 'id',
  ids: 'uuid',
  visibility: 'project',
  ownerPointer: '/os-extended-snapshot-attributes:project_id',
  paging: 'links',
  nameFilter: 'exact',
  statusFilter: { letters: 'lower' },
  brief: [
    'id',
    'name',
    'description',
    'created_at',
    'updated_at',
    'volume_id',
    'status',
    'size',
    'metadata',
    'user_id',
  ],
  sorting: created,
  references: [{ pointer: '/snapshot/volume_id', type: 'volume' }],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Description', pointer: '/description', kind: 'text' },
    { title: 'Status', pointer: '/status', kind: 'status' },
    { title: 'Size', pointer: '/size', kind: 'number' },
  ],
  longColumns: [
    { title: 'Created At', pointer: '/created_at', kind: 'time' },
    { title: 'Volume', pointer: '/volume_id', kind: 'id' },
    { title: 'Properties', pointer: '/metadata', kind: 'map' },
  ],
};

const backup: ResourceType = {
  name: 'backup',
  plural: 'backups',
  alsoCalled: ['volume-backup', 'volume-backups'],
  service: 'block-storage',
  paths: { list: '/backups', detail: '/backups/detail', item: '/backups/{id}' },
  listKey: 'backups',
  itemKey: 'backup',
  idField: 'id',
  // A backup record that is imported into another cloud keeps its id (Cinder, `POST /backups/{id}/import_record`).
  ids: 'chosen',
  visibility: 'project',
  ownerPointer: '/os-backup-project-attr:project_id',
  paging: 'links',
  nameFilter: 'exact',
  statusFilter: { letters: 'lower' },
  brief: ['id', 'name', 'links'],
  sorting: created,
  references: [
    { pointer: '/backup/volume_id', type: 'volume' },
    { pointer: '/backup/snapshot_id', type: 'snapshot' },
  ],
  subresources: [{ path: '/backups/{id}/restore', references: [{ pointer: '/restore/volume_id', type: 'volume' }] }],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Description', pointer: '/description', kind: 'text' },
    { title: 'Status', pointer: '/status', kind: 'status' },
    { title: 'Size', pointer: '/size', kind: 'number' },
  ],
  longColumns: [
    { title: 'Availability Zone', pointer: '/availability_zone', kind: 'text' },
    { title: 'Volume', pointer: '/volume_id', kind: 'id' },
    { title: 'Container', pointer: '/container', kind: 'text' },
  ],
};

const volumeType: ResourceType = {
  name: 'volume-type',
  plural: 'volume-types',
  alsoCalled: [],
  service: 'block-storage',
  paths: { list: '/types', item: '/types/{id}' },
  listKey: 'volume_types',
  linksKey: 'volume_type_links',
  itemKey: 'volume_type',
  idField: 'id',
  // Made by the server, but clouds that began as copies of one database share the id of `__DEFAULT__`.
  ids: 'chosen',
  visibility: 'provider',
  paging: 'links',
  // Cinder honours it for operators and drops it for everybody else.
  nameFilter: 'none',
  statusFilter: 'none',
  sorting: created,
  // Private types that the project may use, too.
  listQuery: { is_public: 'None' },
  references: [],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Is Public', pointer: ['/is_public', '/os-volume-type-access:is_public'], kind: 'boolean' },
  ],
  longColumns: [
    { title: 'Description', pointer: '/description', kind: 'text' },
    { title: 'Properties', pointer: '/extra_specs', kind: 'map' },
  ],
};

export const blockStorageTypes: readonly ResourceType[] = [volume, snapshot, backup, volumeType];
