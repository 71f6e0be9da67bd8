/** Paths of Image v2 (Glance), as docs.openstack.org/api-ref/image has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  versionsAt: 'versions',
  collections: {
    '/images': { type: 'image' },
    '/cache': { type: 'image' },
    '/tasks': {},
    '/metadefs/namespaces': { ids: 'name', idFields: ['namespace'] },
  },
};
