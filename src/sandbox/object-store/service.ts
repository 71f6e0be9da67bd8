import { type Exchange, header } from '../http/exchange.ts';
import { type HeaderLine, json, type Reply, withHeaders } from '../http/reply.ts';
import { decoded } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import { scopedToken } from '../wsgi/scope.ts';
import { type Account, accountOf, type Container, type StoredObject, stored } from './accounts.ts';
import { badUrl, metadataIn, metadataLines, page } from './answers.ts';

/** Object Store v1 as Swift has it. @param path below `/object-store` */
export async function objectStore(cloud: Cloud, exchange: Exchange, path: string): Promise<Reply> {
  const reply = await answer(cloud, exchange, path);
  const id = `tx${exchange.requestId.slice('req-'.length).replaceAll('-', '')}`;
  return withHeaders(reply, [
    ['X-Trans-Id', id],
    ['X-Openstack-Request-Id', id],
  ]);
}

function answer(cloud: Cloud, exchange: Exchange, path: string): Reply | Promise<Reply> {
  if (path === '/info') return json(200, { swift: { version: '2.30.1', account_listing_limit: 10_000 } });
  if (path === '/healthcheck') return { status: 200, headers: [['Content-Type', 'text/plain']], body: 'OK' };
  if (!path.startsWith('/v1')) return page(path === '' || path === '/' ? 404 : 400);
  const [, accountId, container, object] = /^\/v1\/([^/]+)(?:\/([^/]+)(?:\/(.+))?)?\/?$/.exec(path) ?? [];
  if (accountId === undefined) return badUrl();
  const token = scopedToken(cloud, exchange);
  if (token === undefined) return page(401);
  // Another project's account, and one that is not there, are the same.
  if (accountId !== `AUTH_${token.project.id}`) return page(403);
  const account = accountOf(cloud, token.project);
  if (container === undefined) return onAccount(cloud, exchange, account);
  const name = decoded(container);
  if (object === undefined) return onContainer(cloud, exchange, account, name);
  const found = account.get(name);
  return found === undefined ? page(404) : onObject(cloud, exchange, found, decoded(object));
}

function onAccount(cloud: Cloud, exchange: Exchange, account: Account): Reply {
  const { method } = exchange;
  if (method === 'POST') return page(204);
  if (method !== 'GET' && method !== 'HEAD') return page(method === 'DELETE' || method === 'PUT' ? 403 : 405);
  const counts: HeaderLine[] = [
    ['X-Account-Container-Count', String(account.size)],
    ['X-Account-Object-Count', String([...account.values()].reduce((sum, { objects }) => sum + objects.size, 0))],
    ['X-Account-Bytes-Used', String([...account.values()].reduce((sum, one) => sum + bytesOf(one), 0))],
  ];
  if (method === 'HEAD') return withHeaders(page(204), counts);
  const rows = [...account].map(([name, one]) => ({ name, count: one.objects.size, bytes: bytesOf(one) }));
  return listing(cloud, exchange, rows, counts);
}

function onContainer(cloud: Cloud, exchange: Exchange, account: Account, name: string): Reply {
  const container = account.get(name);
  if (exchange.method === 'PUT') {
    const metadata = { ...container?.metadata, ...metadataIn(exchange.headers, 'x-container-meta-') };
    account.set(name, { objects: container?.objects ?? new Map(), metadata });
    return page(container === undefined ? 201 : 202);
  }
  if (container === undefined) return page(404);
  const lines: HeaderLine[] = [
    ['X-Container-Object-Count', String(container.objects.size)],
    ['X-Container-Bytes-Used', String(bytesOf(container))],
    ...metadataLines(container.metadata, 'X-Container-Meta-'),
  ];
  switch (exchange.method) {
    case 'HEAD':
      return withHeaders(page(204), lines);
    case 'GET':
      return listing(cloud, exchange, [...container.objects].map(objectRow), lines);
    case 'POST':
      container.metadata = { ...container.metadata, ...metadataIn(exchange.headers, 'x-container-meta-') };
      return page(204);
    case 'DELETE':
      if (container.objects.size > 0) return page(409);
      account.delete(name);
      return page(204);
    default:
      return page(405);
  }
}

async function onObject(cloud: Cloud, exchange: Exchange, { objects }: Container, name: string): Promise<Reply> {
  const object = objects.get(name);
  const metadata = metadataIn(exchange.headers, 'x-object-meta-');
  if (exchange.method === 'PUT') {
    const contentType = header(exchange, 'content-type') ?? 'application/octet-stream';
    const made = stored(await exchange.body(), { contentType, metadata, modifiedAt: cloud.clock.now() });
    objects.set(name, made);
    return withHeaders(page(201), [
      ['Etag', made.etag],
      ['Last-Modified', new Date(made.modifiedAt).toUTCString()],
    ]);
  }
  if (object === undefined) return page(404);
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      return {
        status: 200,
        headers: [
          ['Content-Type', object.contentType],
          ['Etag', object.etag],
          ['Last-Modified', new Date(object.modifiedAt).toUTCString()],
          ['Accept-Ranges', 'bytes'],
          ...metadataLines(object.metadata, 'X-Object-Meta-'),
        ],
        body: object.bytes,
      };
    case 'POST':
      objects.set(name, { ...object, metadata });
      return page(202);
    case 'DELETE':
      objects.delete(name);
      return page(204);
    default:
      return page(405);
  }
}

function bytesOf({ objects }: Container): number {
  return [...objects.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}

function objectRow([name, object]: readonly [string, StoredObject]) {
  const last_modified = new Date(object.modifiedAt).toISOString().replace('Z', '000');
  return { name, bytes: object.bytes.byteLength, hash: object.etag, content_type: object.contentType, last_modified };
}

/** Names in the order of their bytes, page by page: as JSON where that is asked for, else a name a line. */
function listing(
  cloud: Cloud,
  exchange: Exchange,
  rows: readonly { readonly name: string }[],
  lines: readonly HeaderLine[],
): Reply {
  const { query } = exchange;
  const [marker, end, prefix] = [query.get('marker') ?? '', query.get('end_marker'), query.get('prefix') ?? ''];
  const limit = Math.min(Number(query.get('limit') ?? cloud.settings.pageSize), cloud.settings.pageSize);
  const found = rows
    .filter(({ name }) => name > marker && (end === null || name < end) && name.startsWith(prefix))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, limit);
  const headers: HeaderLine[] = [...lines, ['Vary', 'Accept']];
  const format = query.get('format');
  const asJson =
    format === null ? header(exchange, 'accept')?.includes('application/json') === true : format === 'json';
  if (asJson) {
    return {
      status: 200,
      headers: [['Content-Type', 'application/json; charset=utf-8'], ...headers],
      body: JSON.stringify(found),
    };
  }
  const body = found.map(({ name }) => `${name}\n`).join('');
  return {
    status: body === '' ? 204 : 200,
    headers: [['Content-Type', 'text/plain; charset=utf-8'], ...headers],
    body,
  };
}
