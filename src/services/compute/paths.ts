/** Paths of Compute v2.1 (Nova), as docs.openstack.org/api-ref/compute has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/servers': { type: 'server', words: ['detail'] },
    // Old clients make servers here that start from volumes.
    '/os-volumes_boot': { type: 'server' },
    '/flavors': { type: 'flavor', words: ['detail'] },
    '/os-keypairs': { type: 'keypair' },
    '/os-server-groups': { type: 'server-group' },
    '/os-aggregates': { ids: 'integer' },
    // Numbers below 2.53, where one cloud's is another's, too.
    '/os-hypervisors': { ids: 'chosen', words: ['detail', 'statistics'] },
    '/os-services': {
      get: false,
      words: ['enable', 'disable', 'disable-log-reason', 'force-down'],
    },
    '/os-hosts': { ids: 'name', idFields: ['host'] },
    '/os-agents': { ids: 'integer', idFields: ['agent_id'], get: false },
    '/os-quota-sets': { ids: 'project' },
    '/os-simple-tenant-usage': { ids: 'project' },
    '/os-console-auth-tokens': { idFields: ['token'], get: false },
    '/os-assisted-volume-snapshots': {
      get: false,
      references: [{ pointer: '/snapshot/volume_id', type: 'volume' }],
    },
    '/os-server-external-events': { references: [{ pointer: '/events/*/server_uuid', type: 'server' }], get: false },
    // What Compute passes on to the other services below 2.36.
    '/os-security-groups': {},
    '/os-security-group-rules': {
      get: false,
      references: [{ pointer: '/security_group_rule/parent_group_id', type: 'security-group' }],
    },
    '/os-floating-ips': {},
    '/os-networks': { absence: [{ pointer: '/itemNotFound/message', pattern: '^Network not found' }] },
    '/os-tenant-networks': { absence: [{ pointer: '/itemNotFound/message', pattern: '^Network not found' }] },
    '/images': { words: ['detail'], absence: [{ pointer: '/itemNotFound/message', pattern: '^Image not found' }] },
    '/os-volumes': { words: ['detail'] },
    '/os-snapshots': { words: ['detail'] },
  },
};
