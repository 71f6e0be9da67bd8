import { dig, type Exchange, jsonBody, text } from '../http/exchange.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import { collection, forbidden, notFound, refusal } from './answers.ts';
import { type IdentityContext, withToken } from './context.ts';
import type { ApplicationCredential } from './directory.ts';

const path = '/v3/users/*/application_credentials';

/** Application credentials of one's own. */
export function applicationCredentialRoutes(routes: Routes<IdentityContext>): void {
  routes.on(
    'GET HEAD',
    path,
    withToken(({ cloud, exchange, token }, [user]) => {
      if (token.user.id !== user) return forbidden('identity:list_application_credentials');
      const name = exchange.query.get('name');
      const own = cloud.directory
        .applicationCredentialsOf(token.user)
        .filter((one) => name === null || one.name === name);
      return collection(
        exchange,
        'application_credentials',
        own.map((one) => body(cloud, exchange, one)),
      );
    }),
  );
  routes.on(
    'POST',
    path,
    withToken(async ({ cloud, exchange, token }, [user]) => {
      const given = dig(await jsonBody(exchange), 'application_credential');
      const name = text(dig(given, 'name'));
      if (token.user.id !== user || token.project === undefined)
        return forbidden('identity:create_application_credential');
      if (name === undefined) return refusal(400, "'name' is a required property");
      if (cloud.directory.applicationCredentialNamed(token.user, name) !== undefined) return duplicate(name);
      const secret = text(dig(given, 'secret'));
      const description = text(dig(given, 'description'));
      const made = cloud.directory.addApplicationCredential(token.user, token.project, {
        name,
        ...(secret === undefined ? {} : { secret }),
        ...(description === undefined ? {} : { description }),
      });
      return json(201, { application_credential: { ...body(cloud, exchange, made), secret: made.secret } });
    }),
  );
  routes.on(
    'GET HEAD',
    `${path}/*`,
    withToken(({ cloud, exchange, token }, [user, id = '']) => {
      if (token.user.id !== user) return forbidden('identity:get_application_credential');
      const found = cloud.directory.applicationCredentials.get(id);
      if (found?.user !== token.user) return notFound('Application Credential', id);
      return json(200, { application_credential: body(cloud, exchange, found) });
    }),
  );
  routes.on(
    'DELETE',
    `${path}/*`,
    withToken(({ cloud, token }, [user, id = '']) => {
      if (token.user.id !== user) return forbidden('identity:delete_application_credential');
      if (cloud.directory.applicationCredentials.get(id)?.user !== token.user)
        return notFound('Application Credential', id);
      cloud.directory.applicationCredentials.delete(id);
      return { status: 204, headers: [] };
    }),
  );
}

function duplicate(name: string): Reply {
  const what = 'Conflict occurred attempting to store application_credential';
  return refusal(409, `${what} - Duplicate entry found with name ${name}.`);
}

function body(cloud: Cloud, exchange: Exchange, one: ApplicationCredential): Record<string, unknown> {
  return {
    id: one.id,
    name: one.name,
    description: one.description,
    user_id: one.user.id,
    project_id: one.project.id,
    system: null,
    expires_at: null,
    unrestricted: null,
    roles: cloud.directory.roles.map((role) => ({ ...role, domain_id: null, description: null })),
    links: { self: `${exchange.origin}/identity/v3/application_credentials/${one.id}` },
  };
}
