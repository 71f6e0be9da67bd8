/** Paths of Bare Metal Introspection v1 (Ironic Inspector): what is looked into are nodes of Bare Metal's. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/introspection': { ids: 'either', idFields: ['uuid'] },
    '/rules': {},
  },
};
