/** Paths of Object Storage v1 (Swift), as docs.openstack.org/api-ref/object-store has them: `/{container}/{object}`. */
import type { PathGrammar } from '../types.ts';

export const paths: PathGrammar = {
  accounts: true,
  collections: {
    // An object is where its container is, whatever it is called.
    '': {
      name: 'containers',
      ids: 'name',
      created: 'PUT',
      showQuery: 'limit=1&format=json',
      shownBy: 'X-Container-Object-Count',
      absence: [{ header: 'X-Trans-Id' }],
    },
  },
};
