/** Paths of Alarming v2 (Aodh), as docs.openstack.org/aodh has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/alarms': { idFields: ['alarm_id'] },
    '/quotas': { ids: 'project' },
  },
};
