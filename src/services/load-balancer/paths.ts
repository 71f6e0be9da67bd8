/** Paths of Load Balancer v2 (Octavia), as docs.openstack.org/api-ref/load-balancer has them. */
import type { PathGrammar } from '../types.ts';
import { loadBalancing } from './collections.ts';

export const paths: PathGrammar = {
  collections: {
    ...loadBalancing,
    '/lbaas/flavors': { references: [{ pointer: '/flavor/flavor_profile_id', type: '/lbaas/flavorprofiles' }] },
    '/lbaas/flavorprofiles': {},
    '/lbaas/availabilityzones': { ids: 'name', idFields: ['name'] },
    '/lbaas/availabilityzoneprofiles': {},
    '/lbaas/quotas': { ids: 'project', words: ['defaults'] },
    '/octavia/amphorae': {},
  },
};
