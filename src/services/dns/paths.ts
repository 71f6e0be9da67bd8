/** Paths of DNS v2 (Designate), as docs.openstack.org/api-ref/dns has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/zones': { words: ['tasks'] },
    // The transfer is of another project, and of the cloud that its key is of.
    '/zones/tasks/transfer_accepts': { undecided: [''] },
    '/zones/tasks/transfer_requests': {},
    '/zones/tasks/imports': {},
    '/zones/tasks/exports': {},
    // `{region}:{floating ip}`
    '/reverse/floatingips': { ids: 'name' },
    '/tlds': {},
    '/tsigkeys': {},
    '/blacklists': {},
    '/pools': {},
    '/service_statuses': {},
    '/quotas': { ids: 'project' },
  },
  // `zone_not_found`, `recordset_not_found`…; a path that is not there is `not_found`.
  absence: [{ pointer: '/type', pattern: '^\\w+_not_found$' }],
};
