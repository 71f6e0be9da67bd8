/** What Neutron says it has beside its core. No trunks, no QoS, no load balancers: their paths are not there. */
export const extensions = [
  ['router', 'Neutron L3 Router'],
  ['external-net', 'Neutron external network'],
  ['security-group', 'security-group'],
  ['pagination', 'Pagination support'],
  ['sorting', 'Sorting support'],
  ['project-id', 'project_id field enabled'],
  ['quotas', 'Quota management support'],
  ['standard-attr-tag', 'Tag support for resources with standard attribute'],
].map(([alias, name]) => ({ name, alias, description: name, updated: '2020-01-01T00:00:00-00:00', links: [] }));
