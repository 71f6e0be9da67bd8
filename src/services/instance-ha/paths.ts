/** Paths of Instance High Availability v1 (Masakari), as docs.openstack.org/api-ref/instance-ha has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/segments': { idFields: ['uuid'] },
    '/notifications': { idFields: ['notification_uuid'] },
  },
};
