/** Identity v3 (Keystone). Columns as `openstack` 6.0 shows them; fields as docs.openstack.org/api-ref/identity/v3 has them. */
import type { ResourceType, Service } from '../types.ts';

export const identity: Service = {
  type: 'identity',
  aliases: [],
  version: 'v3',
  outdated: { versions: ['v2.0', 'v2'], sibling: true },
  projectInPath: false,
  isIdentity: true,
  hidesExistence: true,
};

const project: ResourceType = {
  name: 'project',
  plural: 'projects',
  alsoCalled: [],
  service: 'identity',
  paths: { list: '/projects', item: '/projects/{id}' },
  listKey: 'projects',
  itemKey: 'project',
  idField: 'id',
  // A domain is a project too, and `default` is one in most clouds.
  ids: 'chosen',
  isScope: true,
  visibility: 'provider',
  paging: 'keystone',
  nameFilter: 'exact',
  statusFilter: 'none',
  references: [],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
  ],
  longColumns: [
    { title: 'Domain ID', pointer: '/domain_id', kind: 'id' },
    { title: 'Description', pointer: '/description', kind: 'text' },
    { title: 'Enabled', pointer: '/enabled', kind: 'boolean' },
  ],
};

const user: ResourceType = {
  name: 'user',
  plural: 'users',
  alsoCalled: [],
  service: 'identity',
  paths: { list: '/users', item: '/users/{id}' },
  listKey: 'users',
  itemKey: 'user',
  idField: 'id',
  // A federated user's id is made from its name and domain: the same person has the same one at several providers.
  ids: 'chosen',
  visibility: 'provider',
  paging: 'keystone',
  nameFilter: 'exact',
  statusFilter: 'none',
  references: [],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
  ],
  longColumns: [
    { title: 'Project', pointer: '/default_project_id', kind: 'id' },
    { title: 'Domain', pointer: '/domain_id', kind: 'id' },
    { title: 'Description', pointer: '/description', kind: 'text' },
    { title: 'Email', pointer: '/email', kind: 'text' },
    { title: 'Enabled', pointer: '/enabled', kind: 'boolean' },
  ],
};

const region: ResourceType = {
  name: 'region',
  plural: 'regions',
  alsoCalled: [],
  service: 'identity',
  paths: { list: '/regions', item: '/regions/{id}' },
  listKey: 'regions',
  itemKey: 'region',
  idField: 'id',
  nameField: 'id',
  ids: 'name',
  visibility: 'provider',
  paging: 'keystone',
  nameFilter: 'none',
  statusFilter: 'none',
  references: [],
  columns: [
    { title: 'Region', pointer: '/id', kind: 'id' },
    { title: 'Parent Region', pointer: '/parent_region_id', kind: 'id' },
    { title: 'Description', pointer: '/description', kind: 'text' },
  ],
  longColumns: [],
};

const service: ResourceType = {
  name: 'service',
  plural: 'services',
  alsoCalled: [],
  service: 'identity',
  paths: { list: '/services', item: '/services/{id}' },
  listKey: 'services',
  itemKey: 'service',
  idField: 'id',
  ids: 'uuid',
  visibility: 'provider',
  paging: 'keystone',
  nameFilter: 'exact',
  statusFilter: 'none',
  references: [],
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Name', pointer: '/name', kind: 'text' },
    { title: 'Type', pointer: '/type', kind: 'text' },
  ],
  longColumns: [
    { title: 'Description', pointer: '/description', kind: 'text' },
    { title: 'Enabled', pointer: '/enabled', kind: 'boolean' },
  ],
};

const endpoint: ResourceType = {
  name: 'endpoint',
  plural: 'endpoints',
  alsoCalled: [],
  service: 'identity',
  paths: { list: '/endpoints', item: '/endpoints/{id}' },
  listKey: 'endpoints',
  itemKey: 'endpoint',
  idField: 'id',
  nameField: 'id',
  ids: 'uuid',
  visibility: 'provider',
  paging: 'keystone',
  nameFilter: 'none',
  statusFilter: 'none',
  references: [{ pointer: '/endpoint/service_id', type: 'service' }],
  // `openstack` has Service Name and Service Type in the place of Service ID, from a listing of all services.
  columns: [
    { title: 'ID', pointer: '/id', kind: 'id' },
    { title: 'Region', pointer: ['/region', '/region_id'], kind: 'text' },
    { title: 'Service ID', pointer: '/service_id', kind: 'id' },
    { title: 'Enabled', pointer: '/enabled', kind: 'boolean' },
    { title: 'Interface', pointer: '/interface', kind: 'text' },
    { title: 'URL', pointer: '/url', kind: 'text' },
  ],
  longColumns: [],
};

export const identityTypes: readonly ResourceType[] = [project, user, region, service, endpoint];
