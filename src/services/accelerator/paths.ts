/** Paths of Accelerator v2 (Cyborg), as docs.openstack.org/api-ref/accelerator has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/accelerator_requests': {},
    '/attributes': {},
    '/deployables': {},
    '/device_profiles': { ids: 'either', idFields: ['uuid', 'name'] },
    '/devices': {},
  },
};
