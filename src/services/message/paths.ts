/** Paths of Messaging v2 (Zaqar), as docs.openstack.org/api-ref/message has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    // Queues come to be when they are used: each cloud shows each name.
    '/queues': { ids: 'name', created: 'PUT', get: false },
    '/pools': { ids: 'name', created: 'PUT' },
    '/flavors': { ids: 'name', created: 'PUT' },
  },
};
