/** Paths of Application Container v1 (Zun), as docs.openstack.org/api-ref/application-container has them. */
import type { Collection, PathGrammar } from '../types.ts';

const either: Collection = { ids: 'either', idFields: ['uuid', 'name'] };

export const paths: PathGrammar = {
  collections: {
    '/containers': {
      ...either,
      references: [
        { pointer: '/nets/*/network', type: 'network' },
        { pointer: '/nets/*/port', type: 'port' },
      ],
      below: {
        '/network_attach': [
          { pointer: '/network', type: 'network' },
          { pointer: '/port', type: 'port' },
        ],
      },
    },
    '/capsules': either,
    '/images': either,
    '/networks': either,
    '/hosts': either,
    '/registries': either,
    '/quotas': { ids: 'project' },
  },
};
