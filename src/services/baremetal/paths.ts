/** Paths of Bare Metal v1 (Ironic), as docs.openstack.org/api-ref/baremetal has them. */
import type { Collection, PathGrammar, Reference } from '../types.ts';

const either: Collection = { ids: 'either', idFields: ['uuid', 'name'] };

function ofNode(pointer: string): readonly Reference[] {
  return [{ pointer, type: '/nodes' }];
}

export const paths: PathGrammar = {
  collections: {
    '/nodes': { ...either, words: ['detail', 'validate'], below: { '/vifs': [{ pointer: '/id', type: 'port' }] } },
    '/ports': { ...either, words: ['detail'], references: ofNode('/node_uuid') },
    '/portgroups': { ...either, words: ['detail'], microversion: '1.23', references: ofNode('/node_uuid') },
    '/chassis': { words: ['detail'] },
    '/allocations': { ...either, microversion: '1.52', references: ofNode('/node') },
    '/deploy_templates': { ...either, microversion: '1.55' },
    '/runbooks': { ...either, microversion: '1.92' },
    '/inspection_rules': { microversion: '1.96' },
    '/volume/connectors': { microversion: '1.32', references: ofNode('/node_uuid') },
    '/volume/targets': { microversion: '1.32', references: ofNode('/node_uuid') },
    '/conductors': { ids: 'name', idFields: ['hostname'], microversion: '1.49' },
  },
};
