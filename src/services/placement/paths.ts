/** Paths of Placement, as docs.openstack.org/api-ref/placement has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/resource_providers': {},
    // Of what has no allocations, the same empty answer comes from everywhere.
    '/allocations': { get: false },
    '/resource_classes': { ids: 'name', created: 'PUT', microversion: '1.2' },
    '/traits': { ids: 'name', created: 'PUT', microversion: '1.6', get: false },
  },
};
