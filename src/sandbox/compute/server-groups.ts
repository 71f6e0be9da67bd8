import { randomUUID } from 'node:crypto';
import { empty, json } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { fault } from '../wsgi/answers.ts';
import { bodyUnder, type ComputeContext, own, schemaFault } from './context.ts';
import { computeListing } from './listing.ts';

/** Server groups: one policy from 2.64 on, an array before. Pages by offset, without links. */
export function serverGroupRoutes(routes: Routes<ComputeContext>): void {
  routes
    .on('GET', '/os-server-groups', (context) =>
      computeListing(context, {
        path: '/os-server-groups',
        key: 'server_groups',
        items: own(context, 'serverGroups').all,
        linked: false,
        render: (group) => JSON.stringify(shown(context, group)),
      }),
    )
    .on('POST', '/os-server-groups', create)
    .on('GET', '/os-server-groups/*', (context, [id = '']) => {
      const group = own(context, 'serverGroups').get(id);
      return group === undefined ? missing(id) : json(200, { server_group: shown(context, group) });
    })
    .on('DELETE', '/os-server-groups/*', (context, [id = '']) => {
      if (own(context, 'serverGroups').get(id) === undefined) return missing(id);
      own(context, 'serverGroups').remove(id);
      return empty(204, [['Content-Type', 'application/json']]);
    });
}

function missing(id: string) {
  return fault(404, `Instance group ${id} could not be found.`);
}

function shown({ minor }: ComputeContext, group: Item): Record<string, unknown> {
  const { id, members, name, policy, project_id, rules, user_id } = group;
  const owner = minor >= 13 ? { project_id, user_id } : {};
  return minor >= 64
    ? { id, name, policy, rules, members, ...owner }
    : { id, name, policies: [policy], metadata: {}, members, ...owner };
}

const create: Handler<ComputeContext> = async (context) => {
  const body = await bodyUnder(context, 'server_group');
  if ('refused' in body) return body.refused;
  const { given } = body;
  const field = context.minor >= 64 ? 'policy' : 'policies';
  const wrong = schemaFault('server_group', given, ['name', field], ['name', field, 'rules']);
  if (wrong !== undefined) return wrong;
  const group = own(context, 'serverGroups').put({
    id: randomUUID(),
    name: given.name,
    policy: [given[field]].flat()[0],
    rules: given.rules ?? {},
    members: [],
    project_id: context.token.project.id,
    user_id: context.token.user.id,
  });
  return json(200, { server_group: shown(context, group) });
};
