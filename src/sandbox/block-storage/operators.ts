import { isRecord, jsonBody } from '../http/exchange.ts';
import { json } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import { fault, notInThisVersion } from '../wsgi/answers.ts';
import { missing } from './body.ts';
import type { VolumeContext } from './context.ts';

/** Collections of which the sandbox has nothing: some are for operators, some need a newer microversion. */
export function operatorRoutes(routes: Routes<VolumeContext>): void {
  const forbidden =
    (verb: string): Handler<VolumeContext> =>
    () =>
      fault(403, `Policy doesn't allow volume_extension:qos_specs_manage:${verb} to be performed.`);
  routes
    .on('GET', '/qos-specs', forbidden('get_all'))
    .on('GET', '/qos-specs/*', forbidden('get'))
    .on('DELETE', '/qos-specs/*', forbidden('delete'))
    .on('PUT', '/qos-specs/*', async ({ exchange }) => {
      const body = await jsonBody(exchange);
      const complete = isRecord(body) && body.qos_specs !== undefined;
      return complete
        ? fault(403, "Policy doesn't allow volume_extension:qos_specs_manage:update to be performed.")
        : fault(400, "'qos_specs' is a required property");
    });
  since(routes, 3, 'messages', 'Message');
}

function since(routes: Routes<VolumeContext>, minor: number, plural: string, singular: string): void {
  routes
    .on('GET', `/${plural}`, (context) => (context.minor < minor ? notInThisVersion() : json(200, { [plural]: [] })))
    .on('GET DELETE PUT', `/${plural}/*`, (context, [id = '']) =>
      context.minor < minor ? notInThisVersion() : missing(singular, id),
    );
}
