import { randomBytes } from 'node:crypto';
import { dig, type Exchange, jsonBody, text } from '../http/exchange.ts';
import { json } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import { collection, forbidden, refusal } from './answers.ts';
import { type IdentityContext, withToken } from './context.ts';
import type { StoredCredential } from './directory.ts';

/** `/credentials`: a plain user may keep secrets for one-time passwords there, and sees only the own ones. */
export function credentialRoutes(routes: Routes<IdentityContext>): void {
  routes.on(
    'GET HEAD',
    '/v3/credentials',
    withToken(({ cloud, exchange, token }) => {
      const own = [...cloud.directory.credentials.values()].filter(({ userId }) => userId === token.user.id);
      return collection(
        exchange,
        'credentials',
        own.map((one) => body(exchange, one)),
      );
    }),
  );
  routes.on(
    'POST',
    '/v3/credentials',
    withToken(async ({ cloud, exchange, token }) => {
      const given = dig(await jsonBody(exchange), 'credential');
      const type = text(dig(given, 'type'));
      const blob = text(dig(given, 'blob'));
      if (type === undefined || blob === undefined) return refusal(400, "'blob' is a required property");
      if (text(dig(given, 'user_id')) !== token.user.id) return forbidden('identity:create_credential');
      const made = { id: randomBytes(16).toString('hex'), userId: token.user.id, type, blob };
      cloud.directory.credentials.set(made.id, made);
      return json(201, { credential: body(exchange, made) });
    }),
  );
  const own = (verb: string, act: (context: IdentityContext, one: StoredCredential) => ReturnType<typeof json>) =>
    withToken((context, [id = '']) => {
      const found = context.cloud.directory.credentials.get(id);
      return found?.userId === context.token.user.id ? act(context, found) : forbidden(`identity:${verb}_credential`);
    });
  routes.on(
    'GET HEAD',
    '/v3/credentials/*',
    own('get', ({ exchange }, one) => json(200, { credential: body(exchange, one) })),
  );
  routes.on(
    'PATCH',
    '/v3/credentials/*',
    own('update', ({ exchange }, one) => json(200, { credential: body(exchange, one) })),
  );
  routes.on(
    'DELETE',
    '/v3/credentials/*',
    own('delete', ({ cloud }, one) => {
      cloud.directory.credentials.delete(one.id);
      return { status: 204, headers: [] };
    }),
  );
}

function body(exchange: Exchange, { id, userId, type, blob }: StoredCredential): unknown {
  const links = { self: `${exchange.origin}/identity/v3/credentials/${id}` };
  return { id, user_id: userId, project_id: null, type, blob, links };
}
