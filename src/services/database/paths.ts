/** Paths of Database v1.0 (Trove), as docs.openstack.org/api-ref/database has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/instances': {
      words: ['detail'],
      references: [
        { pointer: '/instance/nics/*/net-id', type: 'network' },
        { pointer: '/instance/nics/*/network_id', type: 'network' },
        { pointer: '/instance/nics/*/subnet_id', type: 'subnet' },
        { pointer: '/instance/replica_of', type: '/instances' },
        { pointer: '/instance/restorePoint/backupRef', type: '/backups' },
        { pointer: '/instance/configuration', type: '/configurations' },
      ],
    },
    '/backups': { references: [{ pointer: '/backup/instance', type: '/instances' }] },
    '/backup_strategies': { ids: 'project' },
    '/clusters': {},
    '/configurations': {},
    '/datastores': { ids: 'either', idFields: ['id', 'name'] },
    '/flavors': { ids: 'chosen' },
    '/modules': {},
    '/mgmt/instances': { name: 'instances' },
    '/mgmt/quotas': { ids: 'project' },
  },
};
