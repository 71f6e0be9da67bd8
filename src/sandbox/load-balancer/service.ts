import { randomUUID } from 'node:crypto';
import { seconds } from '../data/time.ts';
import {
  type FurtherContext,
  type FurtherRoutes,
  furtherService,
  given,
  own,
  pageByMarker,
  withItem,
} from '../further/api.ts';
import type { Exchange } from '../http/exchange.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import type { Item } from '../stock/collection.ts';
import type { Seeded } from '../stock/seed.ts';

interface Kind {
  readonly path: string;
  readonly one: string;
  readonly many: string;
  readonly type: Seeded;
  /** As messages have it. */
  readonly name: string;
}

const loadBalancers: Kind = {
  path: '/v2/lbaas/loadbalancers',
  one: 'loadbalancer',
  many: 'loadbalancers',
  type: 'loadBalancers',
  name: 'LoadBalancer',
};
const pools: Kind = { path: '/v2/lbaas/pools', one: 'pool', many: 'pools', type: 'pools', name: 'Pool' };
const members: Kind = {
  path: '/v2/lbaas/pools/*/members',
  one: 'member',
  many: 'members',
  type: 'members',
  name: 'Member',
};

function refusal(status: number, faultstring: string): Reply {
  return json(status, { faultcode: 'Client', faultstring, debuginfo: null });
}

const missing =
  ({ name }: Kind) =>
  (_: FurtherContext, id: string) =>
    refusal(404, `${name} ${id} not found.`);

function list(context: FurtherContext, kind: Kind, all: readonly Item[]): Reply {
  const { exchange } = context;
  const name = exchange.query.get('name');
  const { items, next } = pageByMarker(context, name === null ? all : all.filter((item) => item.name === name));
  const href = `${exchange.origin}${exchange.path}?${next}`;
  return json(200, { [kind.many]: items, [`${kind.many}_links`]: next === undefined ? [] : [{ rel: 'next', href }] });
}

async function create(context: FurtherContext, kind: Kind, fields: object): Promise<Reply> {
  const made = own(context, kind.type).put({
    ...{ description: '', admin_state_up: true, provider: 'amphora', tags: [] },
    ...(await given(context, kind.one)),
    ...fields,
    id: randomUUID(),
    provisioning_status: 'ACTIVE',
    operating_status: 'ONLINE',
    project_id: context.token.project.id,
    created_at: seconds(context.cloud.clock.now()).slice(0, -1),
    updated_at: null,
  });
  return json(201, { [kind.one]: { ...made, provisioning_status: 'PENDING_CREATE' } });
}

const remove = (kind: Kind) => (context: FurtherContext, id: string) => {
  own(context, kind.type).remove(id);
  return { status: 204, headers: [] };
};

async function update(context: FurtherContext, kind: Kind, item: Item): Promise<Reply> {
  const changed = own(context, kind.type).put({ ...item, ...(await given(context, kind.one)), id: item.id });
  return json(200, { [kind.one]: changed });
}

function routes(on: FurtherRoutes): void {
  for (const kind of [loadBalancers, pools]) {
    on.on('GET', kind.path, (context) => list(context, kind, own(context, kind.type).all))
      .on('POST', kind.path, (context) => create(context, kind, {}))
      .on(
        'GET',
        `${kind.path}/*`,
        withItem(kind.type, missing(kind), (_, item) => json(200, { [kind.one]: item })),
      )
      .on(
        'PUT',
        `${kind.path}/*`,
        withItem(kind.type, missing(kind), (context, item) => update(context, kind, item)),
      )
      .on(
        'DELETE',
        `${kind.path}/*`,
        withItem(kind.type, missing(kind), (context, { id }) => remove(kind)(context, id)),
      );
  }
  on.on(
    'GET',
    `${loadBalancers.path}/*/status`,
    withItem(loadBalancers.type, missing(loadBalancers), (_, { id, name, provisioning_status, operating_status }) =>
      json(200, { statuses: { loadbalancer: { id, name, provisioning_status, operating_status, listeners: [] } } }),
    ),
  );
  // Members are their pool's.
  const inPool = (handle: (context: FurtherContext, member: Item) => Reply | Promise<Reply>) =>
    withItem(pools.type, missing(pools), (context, pool, [, id = '']) => {
      const member = own(context, members.type).get(id);
      return member?.pool_id === pool.id ? handle(context, member as Item) : missing(members)(context, id);
    });
  on.on(
    'GET',
    members.path,
    withItem(pools.type, missing(pools), (context, { id }) =>
      list(
        context,
        members,
        own(context, members.type).all.filter((member) => member.pool_id === id),
      ),
    ),
  )
    .on(
      'POST',
      members.path,
      withItem(pools.type, missing(pools), (context, { id }) => create(context, members, { pool_id: id })),
    )
    .on(
      'GET',
      `${members.path}/*`,
      inPool((_, member) => json(200, { member })),
    )
    .on(
      'PUT',
      `${members.path}/*`,
      inPool((context, member) => update(context, members, member)),
    )
    .on(
      'DELETE',
      `${members.path}/*`,
      inPool((context, { id }) => remove(members)(context, id)),
    );
}

const answer = furtherService(routes, () => refusal(404, 'The resource could not be found.'));

/** Load Balancer v2 as Octavia has it. @param path below `/load-balancer` */
export function loadBalancer(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  if (path !== '' && path !== '/') return answer(cloud, exchange, path);
  const links = [{ rel: 'self', href: `${exchange.origin}/load-balancer/v2` }];
  return json(200, { versions: [{ id: 'v2.26', status: 'CURRENT', links }] });
}
