/** Paths of Backup v2 (Freezer), as docs.openstack.org/freezer-api has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/backups': { idFields: ['backup_id'] },
    '/clients': { ids: 'chosen', idFields: ['client_id', 'uuid'] },
    '/jobs': { ids: 'chosen', idFields: ['job_id'] },
    '/sessions': { ids: 'chosen', idFields: ['session_id'] },
    '/actions': { ids: 'chosen', idFields: ['action_id'] },
  },
};
