/** Paths of Workflow v2 (Mistral), as docs.openstack.org/mistral has them. */
import type { Collection, PathGrammar } from '../types.ts';

const either: Collection = { ids: 'either', idFields: ['id', 'name'] };
const byName: Collection = { ids: 'name', idFields: ['name'] };

export const paths: PathGrammar = {
  collections: {
    '/workbooks': byName,
    '/workflows': { ...either, words: ['validate'] },
    '/actions': { ...either, words: ['validate'] },
    '/dynamic_actions': either,
    '/code_sources': either,
    '/executions': { references: [{ pointer: '/workflow_id', type: '/workflows' }] },
    '/tasks': {},
    '/action_executions': {},
    '/environments': byName,
    '/cron_triggers': { ...either, references: [{ pointer: '/workflow_id', type: '/workflows' }] },
    '/event_triggers': { references: [{ pointer: '/workflow_id', type: '/workflows' }] },
  },
};
