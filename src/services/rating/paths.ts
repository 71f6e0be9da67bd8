/** Paths of Rating v1 and v2 (CloudKitty), as docs.openstack.org/cloudkitty has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/rating/modules': { ids: 'name', idFields: ['module_id'] },
    '/rating/module_config/hashmap/services': { idFields: ['service_id'] },
    '/rating/module_config/hashmap/fields': {
      idFields: ['field_id'],
      references: [{ pointer: '/service_id', type: '/rating/module_config/hashmap/services' }],
    },
    '/rating/module_config/hashmap/mappings': { idFields: ['mapping_id'], words: ['group'] },
    '/rating/module_config/hashmap/thresholds': { idFields: ['threshold_id'], words: ['group'] },
    '/rating/module_config/hashmap/groups': { idFields: ['group_id'], words: ['mappings', 'thresholds'] },
    '/rating/module_config/pyscripts/scripts': { idFields: ['script_id'] },
  },
};
