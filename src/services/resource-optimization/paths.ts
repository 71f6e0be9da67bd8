/** Paths of Resource Optimization v1 (Watcher), as docs.openstack.org/api-ref/resource-optimization has them. */
import type { Collection, PathGrammar } from '../types.ts';

const either: Collection = { ids: 'either', idFields: ['uuid', 'name'], words: ['detail'] };

export const paths: PathGrammar = {
  collections: {
    '/goals': either,
    '/strategies': either,
    '/audit_templates': { ...either, references: [{ pointer: '/goal', type: '/goals' }] },
    '/audits': { ...either, references: [{ pointer: '/audit_template_uuid', type: '/audit_templates' }] },
    '/action_plans': { ...either, references: [{ pointer: '/audit_uuid', type: '/audits' }] },
    '/actions': either,
    '/scoring_engines': either,
    '/services': { ids: 'either', words: ['detail'] },
  },
};
