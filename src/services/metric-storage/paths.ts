/** Paths of Metric Storage (Aetos): Prometheus' interface, where a path names a label at most. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  collections: {
    '/label': { ids: 'name', get: false },
  },
};
