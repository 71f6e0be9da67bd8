/** Paths of Shared File Systems v2 (Manila), as docs.openstack.org/api-ref/shared-file-system has them. */
import type { AbsenceSign, Collection, PathGrammar, Reference } from '../types.ts';

function reference(pointer: string, type: string): Reference {
  return { pointer, type };
}

/**
 * These do not name what they do not have. Nor does a microversion that lacks a path, so it counts only where every
 * microversion has it.
 */
const bare: readonly AbsenceSign[] = [
  { pointer: '/itemNotFound/message', pattern: '^The resource could not be found\\.$' },
];

const shares: Collection = {
  words: ['detail'],
  absence: bare,
  references: [
    reference('/share/snapshot_id', '/snapshots'),
    reference('/share/share_network_id', '/share-networks'),
    reference('/share/share_group_id', '/share-groups'),
  ],
};

export const paths: PathGrammar = {
  collections: {
    '/shares': shares,
    '/snapshots': {
      words: ['detail', 'manage'],
      absence: bare,
      references: [reference('/snapshot/share_id', '/shares')],
    },
    '/share-networks': {
      words: ['detail'],
      references: [
        reference('/share_network/neutron_net_id', 'network'),
        reference('/share_network/neutron_subnet_id', 'subnet'),
      ],
      below: {
        '/subnets': [
          reference('/share-network-subnet/neutron_net_id', 'network'),
          reference('/share-network-subnet/neutron_subnet_id', 'subnet'),
        ],
        '/action': [reference('/add_security_service/security_service_id', '/security-services')],
      },
    },
    '/security-services': { words: ['detail'], absence: bare },
    '/types': { ids: 'chosen', words: ['default'] },
    '/share-access-rules': { microversion: '2.45' },
    '/share-backups': { words: ['detail'], references: [reference('/share_backup/share_id', '/shares')] },
    '/share-groups': {
      words: ['detail'],
      references: [
        reference('/share_group/share_network_id', '/share-networks'),
        reference('/share_group/source_share_group_snapshot_id', '/share-group-snapshots'),
      ],
    },
    '/share-group-snapshots': {
      words: ['detail'],
      references: [reference('/share_group_snapshot/share_group_id', '/share-groups')],
    },
    '/share-group-types': { ids: 'chosen', words: ['default'] },
    '/share-replicas': {
      words: ['detail'],
      references: [reference('/share_replica/share_id', '/shares')],
    },
    '/share-transfers': {
      words: ['detail'],
      microversion: '2.77',
      references: [reference('/transfer/share_id', '/shares')],
      undecided: ['/accept'],
    },
    '/share-servers': { words: ['manage'] },
    '/share_instances': { microversion: '2.3' },
    '/snapshot-instances': { words: ['detail'], microversion: '2.19' },
    '/messages': { microversion: '2.37' },
    '/resource-locks': { microversion: '2.81' },
    '/qos-types': {},
    '/quota-sets': { ids: 'project' },
    '/os-quota-sets': { ids: 'project' },
  },
};
