import { type Exchange, header, isRecord, jsonBody } from '../http/exchange.ts';
import { json, type Reply, withHeaders } from '../http/reply.ts';
import { decoded } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import type { Item } from '../stock/collection.ts';
import { tokenRefused, webobError } from '../wsgi/answers.ts';
import { scopedToken } from '../wsgi/scope.ts';
import { badRequest, disallowed, methodNotAllowed, missing, notAcceptable, routeMissing } from './answers.ts';
import { type NetworkContext, visibleItem } from './context.ts';
import { create, isReply } from './create.ts';
import { extensions } from './extensions.ts';
import { type Kind, kinds, router } from './kinds.ts';
import { filterFault, networkListing, pick } from './listing.ts';
import { remove } from './remove.ts';
import { routerInterface } from './routers.ts';
import { update } from './update.ts';

/** Network v2.0 as Neutron (Zed) has it. @param path below `/network` */
export async function network(cloud: Cloud, exchange: Exchange, path: string): Promise<Reply> {
  const reply = await answer(cloud, exchange, path);
  return withHeaders(reply, [['X-Openstack-Request-Id', exchange.requestId]]);
}

function answer(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  const self = (rest: string) => ({ rel: 'self', href: `${exchange.origin}/network/v2.0/${rest}` });
  if (path === '' || path === '/') {
    return json(200, { versions: [{ id: 'v2.0', status: 'CURRENT', links: [self('')] }] });
  }
  if (path !== '/v2.0' && !path.startsWith('/v2.0/')) return noVersion(exchange);
  const token = scopedToken(cloud, exchange);
  if (token === undefined) return tokenRefused(cloud);
  // With a slash there is a list of the types, which is no version document.
  if (path === '/v2.0/') {
    const resources = kinds.map(({ path: name, singular }) => ({
      name: singular,
      collection: name,
      links: [self(name)],
    }));
    return json(200, { resources });
  }
  const rest = decoded(path.slice('/v2.0'.length))
    .replace(/\/$/, '')
    .replace(/\.json$/, '');
  const [, first = '', id, action, ...more] = rest.split('/');
  const context: NetworkContext = { cloud, exchange, token };
  const other = extras(context, first, id);
  if (other !== undefined) return other;
  const kind = kinds.find((one) => one.path === first);
  if (kind === undefined || more.length > 0) return routeMissing();
  if (action !== undefined) return act(context, kind, id ?? '', action);
  if (!acceptsJson(exchange)) return notAcceptable();
  return id === undefined ? onCollection(context, kind) : onItem(context, kind, id);
}

function noVersion(exchange: Exchange): Reply {
  const json404 = header(exchange, 'accept')?.includes('application/json') === true;
  return json404
    ? json(404, { code: 404, title: 'Not Found', description: null })
    : webobError(exchange, 404, 'The resource could not be found.');
}

function acceptsJson(exchange: Exchange): boolean {
  const accept = header(exchange, 'accept');
  return accept === undefined || /application\/(json|\*)|\*\/\*/.test(accept);
}

function onCollection(context: NetworkContext, kind: Kind): Reply | Promise<Reply> {
  switch (context.exchange.method) {
    case 'GET':
      return networkListing(context, kind);
    case 'POST':
      return post(context, kind);
    case 'PUT':
    case 'DELETE':
      return missing(kind, 'None');
    default:
      return methodNotAllowed();
  }
}

function onItem(context: NetworkContext, kind: Kind, id: string): Reply | Promise<Reply> {
  switch (context.exchange.method) {
    case 'GET':
      return show(context, kind, id);
    case 'PUT':
      return update(context, kind, id);
    case 'DELETE':
      return remove(context, kind, id);
    default:
      return methodNotAllowed();
  }
}

function show(context: NetworkContext, kind: Kind, id: string): Reply {
  const item = visibleItem(context, kind, id);
  const wrong = kind.core || item !== undefined ? filterFault(context.exchange.query, kind) : undefined;
  if (wrong !== undefined) return wrong;
  if (item === undefined) return missing(kind, id);
  return json(200, { [kind.singular]: pick(item, context.exchange.query.getAll('fields')) });
}

/** One, or several under the plural. */
async function post(context: NetworkContext, kind: Kind): Promise<Reply> {
  const body = await jsonBody(context.exchange);
  if (!isRecord(body)) return badRequest('Body contains invalid data');
  const several = body[kind.plural];
  if (several !== undefined && body[kind.singular] === undefined) {
    if (!Array.isArray(several) || several.length === 0) return badRequest('Resources required');
    const made: Item[] = [];
    for (const given of several) {
      const one = create(context, kind, given);
      if (isReply(one)) return one;
      made.push(one);
    }
    return json(201, { [kind.plural]: made });
  }
  if (body[kind.singular] === undefined) return badRequest(`Unable to find '${kind.singular}' in request body`);
  const made = create(context, kind, body[kind.singular]);
  return isReply(made) ? made : json(201, { [kind.singular]: made });
}

function act(context: NetworkContext, kind: Kind, id: string, action: string): Reply | Promise<Reply> {
  const known = kind === router && (action === 'add_router_interface' || action === 'remove_router_interface');
  if (!known) return routeMissing();
  if (context.exchange.method !== 'PUT') return methodNotAllowed();
  return routerInterface(context, id, action === 'add_router_interface');
}

/** Quotas and extensions. */
function extras(context: NetworkContext, first: string, id: string | undefined): Reply | undefined {
  if (first === 'quotas') {
    if (id !== context.token.project.id) return disallowed('rule:get_quota');
    const quota = {
      network: 100,
      subnet: 100,
      port: 500,
      router: 10,
      floatingip: 50,
      security_group: 10,
      security_group_rule: 100,
    };
    return json(200, { quota });
  }
  if (first !== 'extensions') return undefined;
  const one = extensions.find(({ alias }) => alias === id);
  if (id !== undefined && one === undefined) return routeMissing();
  return json(200, one === undefined ? { extensions } : { extension: one });
}
