import { randomUUID } from 'node:crypto';
import { seconds } from '../data/time.ts';
import { header, isRecord, jsonBody } from '../http/exchange.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import type { Handler, Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { visibleImage } from '../stock/images.ts';
import { webobError } from '../wsgi/answers.ts';
import { type ImageContext, imageJson, notAuthorized, withImage, withOwnImage } from './context.ts';
import { imageListing } from './listing.ts';

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const readOnly =
  'size virtual_size status checksum owner os_hash_algo os_hash_value created_at updated_at self file schema direct_url stores id';
const formats = [null, 'ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'];
const HTML: readonly [string, string] = ['Content-Type', 'text/html; charset=UTF-8'];

export function imageRoutes(routes: Routes<ImageContext>): void {
  routes
    .on('GET', '/images', imageListing)
    .on('POST', '/images', create)
    .on(
      'GET',
      '/images/*',
      withImage((_, image) => json(200, imageJson(image))),
    )
    .on('PATCH', '/images/*', patch)
    .on('DELETE', '/images/*', remove)
    .on(
      'PUT',
      '/images/*/tags/*',
      withOwnImage('modify_image', (context, image, [, tag = '']) => {
        change(context, image, { tags: [...new Set([...(image.tags as string[]), tag])] });
        return empty(204, [HTML]);
      }),
    )
    .on(
      'DELETE',
      '/images/*/tags/*',
      withOwnImage('modify_image', (context, image, [, tag = '']) => {
        change(context, image, { tags: (image.tags as string[]).filter((one) => one !== tag) });
        return empty(204, [HTML]);
      }),
    )
    .on('POST', '/images/*/actions/deactivate', setActive('deactivate', 'deactivated'))
    .on('POST', '/images/*/actions/reactivate', setActive('reactivate', 'active'));
}

/** Replace an image of the project's. */
export function change({ cloud, token }: ImageContext, image: Item, fields: Readonly<Record<string, unknown>>): Item {
  const updated = { ...image, ...fields, updated_at: seconds(cloud.clock.now()) };
  return cloud.stock.of(token.project, 'images').put(updated);
}

const create: Handler<ImageContext> = async (context) => {
  const { cloud, exchange, token } = context;
  const given = await jsonBody(exchange);
  if (given === undefined) return webobError(exchange, 400, 'Malformed JSON in request body.');
  if (!isRecord(given)) {
    return webobError(
      exchange,
      500,
      'The server has either erred or is incapable of performing the requested operation.',
    );
  }
  const wrong = schemaFault(given);
  if (wrong !== undefined) return webobError(exchange, 400, `Provided object does not match schema 'image': ${wrong}`);
  if (given.visibility === 'public') return notAuthorized(context, 'publicize_image');
  const id = String(given.id ?? randomUUID()).toLowerCase();
  if (visibleImage(cloud, token.project, id) !== undefined) {
    return webobError(exchange, 409, `Image ID ${id} already exists!`);
  }
  const now = seconds(cloud.clock.now());
  const image = cloud.stock.of(token.project, 'images').put({
    name: null,
    disk_format: null,
    container_format: null,
    visibility: 'shared',
    protected: false,
    min_ram: 0,
    min_disk: 0,
    os_hidden: false,
    tags: [],
    ...given,
    size: null,
    virtual_size: null,
    status: 'queued',
    checksum: null,
    owner: token.project.id,
    os_hash_algo: null,
    os_hash_value: null,
    id,
    created_at: now,
    updated_at: now,
  });
  return json(201, imageJson(image), [['Location', `${exchange.origin}/image/v2/images/${id}`]]);
};

function schemaFault(given: Record<string, unknown>): string | undefined {
  const { disk_format: format = null, id, name = null } = given;
  if (id !== undefined && !UUID.test(String(id)))
    return `'${id}' does not match '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$'`;
  if (name !== null && typeof name !== 'string') return `${JSON.stringify(name)} is not of type 'null', 'string'`;
  if (!formats.includes(format as string | null)) {
    const known = formats.map((one) => (one === null ? 'None' : `'${one}'`)).join(', ');
    return `'${String(format)}' is not one of [${known}]`;
  }
  return undefined;
}

const patch: Handler<ImageContext> = async (context, parameters) => {
  const { exchange } = context;
  const type = header(exchange, 'content-type') ?? '';
  if (!/^application\/openstack-images-v2\.[01]-json-patch/.test(type)) return unsupported(context, type);
  const operations = await jsonBody(exchange);
  if (!Array.isArray(operations)) {
    return webobError(exchange, 400, 'Request body must be a JSON array of operation objects.');
  }
  return withOwnImage('modify_image', (_, image) => {
    const fields: Record<string, unknown> = { ...image };
    for (const { op, path, value } of operations.filter(isRecord)) {
      const field = String(path).slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
      if (readOnly.split(' ').includes(field)) return webobError(exchange, 403, `Attribute '${field}' is read-only.`);
      if (field === 'visibility' && value === 'public') return notAuthorized(context, 'publicize_image');
      if (op === 'remove') delete fields[field];
      else fields[field] = value;
    }
    const patched = { ...fields, id: image.id, updated_at: seconds(context.cloud.clock.now()) };
    return json(200, imageJson(context.cloud.stock.of(context.token.project, 'images').put(patched)));
  })(context, parameters);
};

export function unsupported({ exchange }: ImageContext, type: string): Reply {
  const message = `The request media type ${type} is not supported by this server.`;
  return webobError(exchange, 415, message);
}

const remove: Handler<ImageContext> = (context, parameters) => {
  const { cloud, exchange, token } = context;
  const id = parameters[0] ?? '';
  if (visibleImage(cloud, token.project, id) === undefined) {
    return webobError(exchange, 404, `Failed to find image ${id} to delete`);
  }
  return withOwnImage('delete_image', async (_, image) => {
    if (image.protected === true) {
      return webobError(exchange, 403, `Image ${image.id} is protected and cannot be deleted.`);
    }
    cloud.stock.of(token.project, 'images').remove(image.id);
    cloud.stock.imageMembers.delete(image.id);
    await cloud.federation.contents.forget(image.id);
    return empty(204, [HTML]);
  })(context, parameters);
};

function setActive(action: string, status: string): Handler<ImageContext> {
  return async (context, parameters) => {
    const body = await context.exchange.body();
    if (body.length > 0) return webobError(context.exchange, 400, 'A body is not expected with this request.');
    return withOwnImage(action, (_, image) => {
      if (image.status !== 'active' && image.status !== 'deactivated') {
        return webobError(context.exchange, 403, `Not allowed to ${action} image in status '${image.status}'`);
      }
      change(context, image, { status });
      return empty(204, [HTML]);
    })(context, parameters);
  };
}
