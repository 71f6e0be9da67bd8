/** Paths of Container Infrastructure Management v1 (Magnum), as docs.openstack.org/api-ref has them. */
import type { Collection, PathGrammar } from '../types.ts';

const either: Collection = { ids: 'either', idFields: ['uuid', 'name'] };

export const paths: PathGrammar = {
  collections: {
    '/clusters': {
      ...either,
      words: ['detail'],
      references: [
        { pointer: '/cluster_template_id', type: '/clustertemplates' },
        { pointer: '/fixed_network', type: 'network' },
        { pointer: '/fixed_subnet', type: 'subnet' },
      ],
    },
    '/clustertemplates': { ...either, words: ['detail'] },
    '/federations': either,
    // A certificate is a cluster's.
    '/certificates': {
      ...either,
      idFields: ['cluster_uuid'],
      references: [{ pointer: '/cluster_uuid', type: '/clusters' }],
    },
    '/quotas': { ids: 'project' },
  },
};
