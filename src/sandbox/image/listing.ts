import { json, type Reply } from '../http/reply.ts';
import type { Item } from '../stock/collection.ts';
import { lentImages } from '../stock/images.ts';
import { webobError } from '../wsgi/answers.ts';
import { byFields, createdLast } from '../wsgi/order.ts';
import { type ImageContext, imageJson } from './context.ts';

const sortKeys = 'name status container_format disk_format size id created_at updated_at'.split(' ');
const special = 'limit marker sort sort_key sort_dir visibility tag size_min size_max member_status'.split(' ');
const once = ['limit', 'marker', 'visibility', 'member_status'];
const visibilities = ['public', 'private', 'shared', 'community', 'all'];

/** `GET /v2/images`: a default page of 25, the link to the next one relative to the server. */
export function imageListing(context: ImageContext): Reply {
  const query = new Map(context.exchange.query);
  const wrong = queryFault(context, query);
  if (wrong !== undefined) return wrong;
  const order = orderOf(context);
  if ('status' in order) return order;
  const most = context.cloud.settings.pageSize;
  const limit = Math.min(Number(query.get('limit') ?? 25), most);
  const sorted = candidates(context)
    .filter((image) => fits(context, image, query))
    .toSorted(order.compare);
  const marker = query.get('marker');
  const at = marker === undefined ? -1 : sorted.findIndex(({ id }) => id === marker.toLowerCase());
  if (marker !== undefined && at < 0) return unknownMarker(context, marker);
  const page = sorted.slice(at + 1, at + 1 + limit);
  const last = page.at(-1);
  const link = (rest: ReadonlyMap<string, string>) => {
    const text = new URLSearchParams([...rest]).toString();
    return text === '' ? '/v2/images' : `/v2/images?${text}`;
  };
  const first = new Map([...query].filter(([name]) => name !== 'marker'));
  const parts = [
    `"images":[${page.map(imageJson).join(',')}]`,
    `"first":${JSON.stringify(link(first))}`,
    '"schema":"/v2/schemas/images"',
  ];
  if (last !== undefined && page.length === limit) {
    parts.push(`"next":${JSON.stringify(link(new Map([...first, ['marker', last.id]])))}`);
  }
  return json(200, `{${parts.join(',')}}`);
}

function unknownMarker({ exchange }: ImageContext, marker: string): Reply {
  return webobError(exchange, 400, `No image found with ID ${marker}`);
}

/** Own images, public ones, and those of others that the project accepted. */
function candidates(context: ImageContext): readonly Item[] {
  const { cloud, token } = context;
  const accepted = lentImages(cloud, token.project).filter(
    ({ id }) => cloud.stock.imageMembers.get(id)?.get(token.project.id) === 'accepted',
  );
  return [...cloud.stock.of(token.project, 'images').all, ...cloud.stock.shared('images').all, ...accepted];
}

function queryFault({ exchange }: ImageContext, query: ReadonlyMap<string, string>): Reply | undefined {
  const bad = (message: string) => webobError(exchange, 400, message);
  const limit = query.get('limit');
  if (limit !== undefined && !/^-?\d+$/.test(limit)) return bad('limit param must be an integer');
  if (Number(limit ?? 0) < 0) return bad('limit param must be positive');
  if (query.has('changes-since')) return bad('The "changes-since" filter is no longer available on v2.');
  const visibility = query.get('visibility');
  if (visibility !== undefined && !visibilities.includes(visibility))
    return bad(`Invalid visibility value: ${visibility}`);
  const numbers = [query.get('size_min'), query.get('size_max')];
  if (numbers.some((value) => value !== undefined && !/^\d+$/.test(value))) {
    return bad('Unable to filter on a range with a non-numeric value.');
  }
  const protectedOnly = query.get('protected');
  if (protectedOnly !== undefined && !/^(true|false)$/i.test(protectedOnly)) {
    return bad(`Invalid value '${protectedOnly}' for 'protected' filter. Valid values are 'true' or 'false'.`);
  }
  return undefined;
}

/** Everything that is no parameter of the listing itself is a property that has to be there. */
function fits(context: ImageContext, image: Item, query: ReadonlyMap<string, string>): boolean {
  const visibility = query.get('visibility');
  if (visibility !== undefined && visibility !== 'all' && image.visibility !== visibility) return false;
  if (Number(image.size) < Number(query.get('size_min') ?? 0)) return false;
  if (Number(image.size) > Number(query.get('size_max') ?? Number.POSITIVE_INFINITY)) return false;
  // Only the last of several is taken out; the others are properties, which no image has.
  if (once.some((name) => context.exchange.query.getAll(name).length > 1)) return false;
  const tags = context.exchange.query.getAll('tag');
  if (!tags.every((tag) => (image.tags as string[]).includes(tag))) return false;
  const properties = [...query].filter(([name]) => !special.includes(name));
  return properties.every(([name, wanted]) => {
    const options = wanted.startsWith('in:') ? wanted.slice('in:'.length).split(',') : [wanted];
    return options.some(
      (option) => image[name] !== undefined && String(image[name]).toLowerCase() === option.toLowerCase(),
    );
  });
}

function orderOf({ exchange }: ImageContext): { compare: (a: Item, b: Item) => number } | Reply {
  const bad = (message: string) => webobError(exchange, 400, message);
  const sort = exchange.query.get('sort');
  const keys =
    sort === null ? exchange.query.getAll('sort_key') : sort.split(',').map((part) => part.split(':')[0] ?? '');
  const directions =
    sort === null ? exchange.query.getAll('sort_dir') : sort.split(',').map((part) => part.split(':')[1] ?? 'desc');
  if (directions.length > Math.max(keys.length, 1))
    return bad('Number of sort dirs does not match the number of sort keys');
  const unknown = keys.find((key) => !sortKeys.includes(key));
  if (unknown !== undefined) {
    return bad(`Invalid sort key: ${unknown}. It must be one of the following: ${sortKeys.join(', ')}.`);
  }
  const strange = directions.find((direction) => direction !== 'asc' && direction !== 'desc');
  if (strange !== undefined) return bad(`Invalid sort direction: ${strange}`);
  if (keys.length === 0) return { compare: createdLast };
  return { compare: byFields(keys.map((key, i) => [key, directions[i] ?? directions[0] ?? 'desc'] as const)) };
}
