import { randomUUID } from 'node:crypto';
import { microseconds } from '../data/time.ts';
import {
  accepts,
  type FurtherContext,
  type FurtherRoutes,
  furtherService,
  given,
  own,
  pageByOffset,
  withItem,
} from '../further/api.ts';
import { type Exchange, header } from '../http/exchange.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import type { Item } from '../stock/collection.ts';

function refusal(code: number, title: string, description: string): Reply {
  return json(code, { code, title, description });
}

/** It names no id. */
const missing = () => refusal(404, 'Not Found', 'Not Found. Sorry but your secret is in another castle.');

/** Secrets have no id: they have an address, which names the cloud's host. */
const refOf = ({ origin }: Exchange, id: string) => `${origin}/key-manager/v1/secrets/${id}`;

function body({ exchange }: FurtherContext, { id, payload, ...secret }: Item): unknown {
  return {
    ...{
      algorithm: null,
      bit_length: null,
      mode: null,
      expiration: null,
      secret_type: 'opaque',
      updated: secret.created,
    },
    ...secret,
    status: 'ACTIVE',
    ...(payload !== undefined && { content_types: { default: 'text/plain' } }),
    secret_ref: refOf(exchange, id),
  };
}

function list(context: FurtherContext): Reply {
  const { exchange } = context;
  const name = exchange.query.get('name');
  const all = own(context, 'secrets').all.filter((secret) => name === null || secret.name === name);
  const { items, next } = pageByOffset(context, all);
  const more = next === undefined ? {} : { next: `${exchange.origin}/key-manager/v1/secrets?${next}` };
  return json(200, { secrets: items.map((secret) => body(context, secret)), total: all.length, ...more });
}

/** The answer to a create has the address and nothing else. */
async function create(context: FurtherContext): Promise<Reply> {
  const id = randomUUID();
  const { name, payload, ...rest } = await given(context);
  const created = microseconds(context.cloud.clock.now()).slice(0, -7);
  own(context, 'secrets').put({ ...rest, id, name: name ?? null, payload, created, creator_id: context.token.user.id });
  const ref = refOf(context.exchange, id);
  return json(201, { secret_ref: ref }, [['Location', ref]]);
}

const payloadOf = ({ payload }: Item): Reply =>
  payload === undefined
    ? missing()
    : { status: 200, headers: [['Content-Type', 'text/plain; charset=UTF-8']], body: String(payload) };

async function setPayload(context: FurtherContext, secret: Item): Promise<Reply> {
  if (secret.payload !== undefined) return refusal(409, 'Conflict', 'Secret already has data, cannot modify it.');
  own(context, 'secrets').put({ ...secret, payload: (await context.exchange.body()).toString('utf8') });
  return { status: 204, headers: [] };
}

function routes(on: FurtherRoutes): void {
  on.on('GET', '/v1/secrets', list)
    .on('POST', '/v1/secrets', create)
    .on(
      'GET',
      '/v1/secrets/*',
      // With any other type the payload is meant, as old clients ask for it.
      withItem('secrets', missing, (context, secret) =>
        accepts(context.exchange, 'text/plain') ? payloadOf(secret) : json(200, body(context, secret)),
      ),
    )
    .on(
      'GET',
      '/v1/secrets/*/payload',
      withItem('secrets', missing, (_, secret) => payloadOf(secret)),
    )
    .on('PUT', '/v1/secrets/*', withItem('secrets', missing, setPayload))
    .on(
      'DELETE',
      '/v1/secrets/*',
      withItem('secrets', missing, (context, { id }) => {
        own(context, 'secrets').remove(id);
        return { status: 204, headers: [] };
      }),
    );
}

const answer = furtherService(routes, missing);

/** Key Manager v1 as Barbican has it. @param path below `/key-manager` */
export async function keyManager(cloud: Cloud, exchange: Exchange, path: string): Promise<Reply> {
  if (path === '' || path === '/') {
    const links = [{ rel: 'self', href: `${exchange.origin}/key-manager/v1/` }];
    return json(300, { versions: [{ id: 'v1.1', status: 'CURRENT', min_version: '1.0', max_version: '1.1', links }] });
  }
  const reply = await answer(cloud, exchange, path);
  const id = header(exchange, 'x-openstack-request-id') ?? exchange.requestId;
  return { ...reply, headers: [...reply.headers, ['X-Openstack-Request-Id', id]] };
}
