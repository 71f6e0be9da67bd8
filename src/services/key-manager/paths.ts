/** Paths of Key Manager v1 (Barbican), as docs.openstack.org/api-guide/key-manager has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/secrets': { ids: 'href', idFields: ['secret_ref'] },
    '/containers': {
      ids: 'href',
      idFields: ['container_ref'],
      references: [{ pointer: '/secret_refs/*/secret_ref', type: '/secrets' }],
      below: { '/secrets': [{ pointer: '/secret_ref', type: '/secrets' }] },
    },
    '/orders': { ids: 'href', idFields: ['order_ref'] },
    '/secret-stores': { ids: 'href', idFields: ['secret_store_ref'], words: ['global-default', 'preferred'] },
    '/project-quotas': { ids: 'project' },
  },
  absence: [
    { pointer: '/description', pattern: '(?:Secret|container|Order|Secret store) not found\\.$' },
    { pointer: '/description', pattern: 'another castle|Provided \\w+ id is invalid' },
  ],
};
