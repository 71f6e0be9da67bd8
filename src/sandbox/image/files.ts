import { header } from '../http/exchange.ts';
import { empty, type Reply } from '../http/reply.ts';
import type { Routes } from '../http/routes.ts';
import type { Item } from '../stock/collection.ts';
import { webobError } from '../wsgi/answers.ts';
import { type ImageContext, withImage, withOwnImage } from './context.ts';
import { change, unsupported } from './images.ts';

const BYTES = 'application/octet-stream';

export function fileRoutes(routes: Routes<ImageContext>): void {
  routes
    .on('PUT', '/images/*/file', withOwnImage('upload_image', upload))
    .on('GET', '/images/*/file', withImage(download));
}

async function upload(context: ImageContext, image: Item): Promise<Reply> {
  const { exchange } = context;
  const type = header(exchange, 'content-type') ?? '';
  if (type !== BYTES) return unsupported(context, type);
  if (image.status !== 'queued') {
    return webobError(exchange, 409, `Image status transition from ${image.status} to saving is not allowed`);
  }
  change(context, image, { status: 'saving' });
  const digest = await context.cloud.federation.contents.save(image.id, exchange.stream).catch(() => undefined);
  if (digest === undefined) {
    // The client went away in the middle.
    change(context, image, { status: 'queued' });
    return webobError(exchange, 400, 'The upload was not complete.');
  }
  change(context, image, {
    status: 'active',
    size: digest.size,
    virtual_size: digest.size,
    checksum: digest.md5,
    os_hash_algo: 'sha512',
    os_hash_value: digest.sha512,
    stores: 'files',
  });
  return empty(204, [['Content-Type', 'text/html; charset=UTF-8']]);
}

function download(context: ImageContext, image: Item): Reply {
  const { cloud, exchange } = context;
  if (image.status === 'deactivated') {
    return webobError(exchange, 403, 'The requested image has been deactivated. Image data download is forbidden.');
  }
  if (image.status !== 'active') return empty(204);
  const size = Number(image.size);
  const line = header(exchange, 'range');
  const range = line === undefined ? { start: 0, end: size - 1 } : rangeOf(line, size);
  if (range === undefined) {
    const why = `Invalid start position in Range header. Start position MUST be in the inclusive range [0, ${size - 1}].`;
    return webobError(exchange, 416, `The Range requested is not available.<br /><br />\n${why}`);
  }
  const { start, end } = range;
  return {
    status: line === undefined ? 200 : 206,
    headers: [
      ['Content-Type', BYTES],
      ['Content-Md5', String(image.checksum)],
      ...(line === undefined ? [] : ([['Content-Range', `bytes ${start}-${end}/${size}`]] as const)),
    ],
    body: cloud.federation.contents.read(image.id, start, end),
    length: end - start + 1,
  };
}

/** The first and the last byte of a single range; undefined if it is not in the image. */
function rangeOf(line: string, size: number): { readonly start: number; readonly end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(line) ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start < size && start <= end ? { start, end } : undefined;
}
