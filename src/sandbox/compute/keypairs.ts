import { randomBytes } from 'node:crypto';
import { text } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Collection, Item } from '../stock/collection.ts';
import { keypairOf } from '../stock/compute.ts';
import { fault } from '../wsgi/answers.ts';
import { byFields } from '../wsgi/order.ts';
import { bodyUnder, type ComputeContext, schemaFault } from './context.ts';
import { computeListing } from './listing.ts';

const byName = byFields([['name', 'asc']]);

/** Key pairs belong to the user, whatever the project, and have a name for an id. */
export function keypairRoutes(routes: Routes<ComputeContext>): void {
  routes
    .on('GET', '/os-keypairs', (context) =>
      computeListing(context, {
        path: '/os-keypairs',
        key: 'keypairs',
        items: keypairs(context).sorted('name', byName),
        // Below 2.35 there are no pages, and the query is not looked at.
        paged: context.minor >= 35,
        unknownMarker: (marker) => fault(400, `Marker ${marker} could not be found.`),
        render: (keypair) => JSON.stringify({ keypair: brief(context, keypair) }),
      }),
    )
    .on('POST', '/os-keypairs', create)
    .on(
      'GET',
      '/os-keypairs/*',
      withKeypair((context, keypair) => json(200, { keypair: full(context, keypair) })),
    )
    .on(
      'DELETE',
      '/os-keypairs/*',
      withKeypair((context, keypair) => {
        keypairs(context).remove(keypair.id);
        return empty(context.minor < 2 ? 202 : 204, [['Content-Type', 'application/json']]);
      }),
    );
}

function keypairs({ cloud, token }: ComputeContext): Collection {
  return cloud.stock.keypairs(token.user.id);
}

function withKeypair(handle: (context: ComputeContext, keypair: Item) => Reply): Handler<ComputeContext> {
  return (context, [name = '']) => {
    const keypair = keypairs(context).get(name);
    return keypair === undefined
      ? fault(404, `Keypair ${name} not found for user ${context.token.user.id}`)
      : handle(context, keypair);
  };
}

function brief({ minor }: ComputeContext, { name, public_key, fingerprint, type }: Item): Record<string, unknown> {
  return { name, public_key, fingerprint, ...(minor >= 2 ? { type } : {}) };
}

function full(context: ComputeContext, keypair: Item): Record<string, unknown> {
  const { created_at, user_id } = keypair;
  const rest = { user_id, created_at, deleted: false, deleted_at: null, id: 1, updated_at: null };
  return { ...brief(context, keypair), ...rest };
}

const create: Handler<ComputeContext> = async (context) => {
  const body = await bodyUnder(context, 'keypair');
  if ('refused' in body) return body.refused;
  const { given } = body;
  const required = ['name', ...(context.minor >= 92 ? ['public_key'] : [])];
  const wrong = schemaFault('keypair', given, required, ['name', 'public_key', 'type', 'user_id']);
  if (wrong !== undefined) return wrong;
  const name = String(given.name);
  if (keypairs(context).get(name) !== undefined) return fault(409, `Key pair '${name}' already exists.`);
  const made = keypairOf(name, context.token.user.id, randomBytes(256).toString('hex'), context.cloud.clock.now());
  const publicKey = text(given.public_key);
  const keypair = keypairs(context).put(publicKey === undefined ? made : { ...made, public_key: publicKey });
  const pem = `-----BEGIN RSA PRIVATE KEY-----\n${randomBytes(600).toString('base64')}\n-----END RSA PRIVATE KEY-----\n`;
  const answer = { ...brief(context, keypair), user_id: context.token.user.id };
  const body200 = publicKey === undefined ? { private_key: pem, ...answer } : answer;
  return json(context.minor < 2 ? 200 : 201, { keypair: body200 });
};
