/** Paths of Reservation v1 (Blazar), as docs.openstack.org/api-ref/reservation has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/leases': { references: [{ pointer: '/reservations/*/network_id', type: 'network' }] },
    '/os-hosts': { ids: 'integer', words: ['properties', 'allocations'] },
    '/os-hosts/properties': { ids: 'name', get: false },
    '/floatingips': {},
  },
};
