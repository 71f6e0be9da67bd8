/** Paths of Orchestration v1 (Heat), as docs.openstack.org/api-ref/orchestration has them. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/stacks': { ids: 'pair', idFields: ['id', 'stack_name'], words: ['detail', 'preview'] },
    '/software_configs': {},
    '/software_deployments': {
      words: ['metadata'],
      references: [
        { pointer: '/server_id', type: 'server' },
        { pointer: '/config_id', type: '/software_configs' },
      ],
    },
  },
  // "The Stack (NAME) could not be found.": of a name and an id it says one. Paths that are not there have another type.
  absence: [{ pointer: '/error/type', pattern: '^(EntityNotFound|StackNotFound)$' }],
};
