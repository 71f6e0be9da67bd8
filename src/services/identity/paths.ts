/** Paths of Identity v3 (Keystone), as docs.openstack.org/api-ref/identity/v3 has them. */
import type { Collection, PathGrammar } from '../types.ts';

/** Administrators choose these names, and make them with a PUT. */
const named: Collection = { ids: 'name', created: 'PUT' };

export const paths: PathGrammar = {
  collections: {
    '/projects': { type: 'project' },
    '/users': { type: 'user' },
    '/regions': { type: 'region', created: 'PUT' },
    '/services': { type: 'service' },
    '/endpoints': { type: 'endpoint' },
    '/domains': { ids: 'chosen', words: ['config'] },
    '/groups': { ids: 'chosen' },
    '/roles': {},
    '/credentials': { ids: 'chosen' },
    '/policies': {},
    '/limits': { words: ['model'] },
    '/registered_limits': {},
    '/OS-EP-FILTER/endpoint_groups': {},
    '/OS-EP-FILTER/endpoints': { type: 'endpoint' },
    '/OS-EP-FILTER/projects': { type: 'project' },
    '/OS-FEDERATION/identity_providers': named,
    '/OS-FEDERATION/mappings': named,
    '/OS-FEDERATION/service_providers': named,
    '/OS-INHERIT/domains': { ids: 'chosen', name: 'domains' },
    '/OS-INHERIT/projects': { type: 'project' },
    '/OS-OAUTH1/consumers': {},
    '/OS-TRUST/trusts': {},
  },
};
