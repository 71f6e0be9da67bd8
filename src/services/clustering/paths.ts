/** Paths of Clustering v1 (Senlin), as docs.openstack.org/api-ref/clustering has them. */
import type { Collection, PathGrammar } from '../types.ts';

const either: Collection = { ids: 'either', idFields: ['id', 'name'] };

export const paths: PathGrammar = {
  collections: {
    '/clusters': { ...either, references: [{ pointer: '/cluster/profile_id', type: '/profiles' }] },
    '/nodes': {
      ...either,
      words: ['adopt', 'adopt-preview'],
      references: [
        { pointer: '/node/profile_id', type: '/profiles' },
        { pointer: '/node/cluster_id', type: '/clusters' },
      ],
    },
    '/profiles': { ...either, words: ['validate'] },
    '/policies': { ...either, words: ['validate'] },
    '/receivers': { ...either, references: [{ pointer: '/receiver/cluster_id', type: '/clusters' }] },
    '/actions': either,
    '/events': either,
  },
};
