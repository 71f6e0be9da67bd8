/** Paths of Block Storage v3 (Cinder), as docs.openstack.org/api-ref/block-storage has them. */
import type { Collection, PathGrammar } from '../types.ts';

const transfers: Collection = {
  name: 'volume-transfers',
  words: ['detail'],
  references: [{ pointer: '/transfer/volume_id', type: 'volume' }],
  undecided: ['/accept'],
};

export const paths: PathGrammar = {
  collections: {
    '/volumes': { type: 'volume', words: ['detail', 'summary'] },
    '/os-volume-manage': { type: 'volume' },
    '/manageable_volumes': { type: 'volume', words: ['detail'] },
    '/snapshots': { type: 'snapshot', words: ['detail'] },
    '/os-snapshot-manage': { type: 'snapshot', references: [{ pointer: '/snapshot/volume_id', type: 'volume' }] },
    '/manageable_snapshots': {
      type: 'snapshot',
      words: ['detail'],
      references: [{ pointer: '/snapshot/volume_id', type: 'volume' }],
    },
    '/backups': { type: 'backup', words: ['detail', 'import_record'] },
    '/types': { type: 'volume-type', words: ['default'] },
    '/attachments': {
      words: ['detail', 'summary'],
      microversion: '3.27',
      references: [{ pointer: '/attachment/volume_uuid', type: 'volume' }],
    },
    '/os-volume-transfer': transfers,
    '/volume-transfers': transfers,
    '/groups': {
      words: ['detail', 'action'],
      microversion: '3.13',
      references: [{ pointer: '/create-from-src/source_group_id', type: '/groups' }],
    },
    '/group_snapshots': {
      words: ['detail'],
      microversion: '3.14',
      references: [{ pointer: '/group_snapshot/group_id', type: '/groups' }],
    },
    '/group_types': { ids: 'chosen', words: ['default'], microversion: '3.11' },
    '/consistencygroups': { words: ['detail', 'create_from_src'] },
    '/cgsnapshots': {
      words: ['detail'],
      references: [{ pointer: '/cgsnapshot/consistencygroup_id', type: '/consistencygroups' }],
    },
    '/messages': { microversion: '3.3' },
    '/qos-specs': {},
    '/clusters': { ids: 'name', idFields: ['name'], words: ['detail', 'enable', 'disable'], microversion: '3.7' },
    '/os-hosts': { ids: 'name', get: false },
    '/capabilities': { ids: 'name', get: false },
    '/os-quota-sets': { ids: 'project' },
    '/default-types': { ids: 'project' },
  },
};
