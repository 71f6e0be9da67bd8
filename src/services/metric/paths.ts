/** Paths of Gnocchi v1, as gnocchi.osci.io has them. It is no service of the authority's, and usual beside Telemetry. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/metric': {},
    // `/resource/instance/{id}`: the resource has the id of the server that it is about.
    '/resource/{type}': { name: 'resource', ids: 'chosen', words: ['batch'] },
    '/resource_type': { ids: 'name', idFields: ['name'] },
    '/archive_policy': { ids: 'name', idFields: ['name'] },
    '/archive_policy_rule': { ids: 'name', idFields: ['name'] },
  },
};
