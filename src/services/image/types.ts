/** Image v2 (Glance). Columns as `openstack` 6.0 shows them; fields as docs.openstack.org/api-ref/image has them. */
import type { ResourceType, Service } from '../types.ts';

export const image: Service = {
  type: 'image',
  aliases: [],
  version: 'v2',
  outdated: { versions: ['v1', 'v1.0', 'v1.1'] },
  projectInPath: false,
  listing: { sort: true, severalIds: 'in' },
};

const imageType: ResourceType = {
  name: 'image',
  plural: 'images',
  alsoCalled: [],
  service: 'image',
  paths: { list: '/images', item: '/images/{id}' },
  listKey: 'images',
  itemKey: null,
  idField: 'id',
  // `POST /v2/images` takes an `id`, and people who copy an image between clouds use it.
  ids: 'chosen',
  visibility: 'shared',
  ownerPointer: '/owner',
  paging: 'next',
  nameFilter: 'exact',
  statusFilter: { letters: 'lower' },
  sorting: { key: 'created_at', direction: 'desc', pointers: {} },
  references: [],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Status', pointer: '/status', kind: 'status' },
  ],
  longColumns: [
    { title: 'Disk Format', pointer: '/disk_format', kind: 'text', after: 'Name' },
    { title: 'Container Format', pointer: '/container_format', kind: 'text', after: 'Disk Format' },
    { title: 'Size', pointer: '/size', kind: 'bytes', after: 'Container Format' },
    { title: 'Checksum', pointer: '/checksum', kind: 'text', after: 'Size' },
    { title: 'Visibility', pointer: '/visibility', kind: 'text' },
    { title: 'Protected', pointer: '/protected', kind: 'boolean' },
    { title: 'Project', pointer: '/owner', kind: 'id' },
    { title: 'Tags', pointer: '/tags', kind: 'list' },
  ],
};

export const imageTypes: readonly ResourceType[] = [imageType];
