import { json, type Reply } from '../http/reply.ts';
import type { Collection, Item } from '../stock/collection.ts';
import { fault } from '../wsgi/answers.ts';
import { byFields, type Compare, createdLast } from '../wsgi/order.ts';
import { pageOnce } from '../wsgi/pages.ts';
import type { VolumeContext } from './context.ts';

export interface ListingOf {
  /** The path below the project, for links: `/volumes/detail`. */
  readonly path: string;
  readonly key: string;
  readonly collection: Collection;
  readonly sortKeys: readonly string[];
  /** Query parameters by which a plain user may filter, exactly. Others are ignored. */
  readonly filters: readonly string[];
  /** What an unknown marker gets; undefined: it is ignored. */
  readonly unknownMarker?: (marker: string) => Reply;
  readonly render: (item: Item) => string;
  /** The key of the links, where it is not made from the key of the array. */
  readonly linksKey?: string;
  /** Whether `with_count` is understood. Default: it is. */
  readonly counted?: boolean;
}

/** The microversion from which a listing can say how many items there are on all its pages. */
const SUPPORT_COUNT = 45;

/** A page as Cinder gives it. A page that is exactly full has a link to the next one, even if that is empty. */
export function volumeListing(context: VolumeContext, listing: ListingOf): Reply {
  const { query } = context.exchange;
  const numbers = { limit: whole('limit', query.get('limit')), offset: whole('offset', query.get('offset')) };
  for (const number of Object.values(numbers)) if (typeof number === 'object') return number;
  const limit = Math.min(
    (numbers.limit as number | undefined) ?? Number.POSITIVE_INFINITY,
    context.cloud.settings.pageSize,
  );
  const order = orderOf(query, listing.sortKeys);
  if ('status' in order) return order;
  const sorted = listing.collection.sorted(order.name, order.compare);
  const wanted = listing.filters.filter((name) => query.has(name));
  const found =
    wanted.length === 0 ? sorted : sorted.filter((item) => wanted.every((name) => fits(item, name, query.get(name))));
  const marker = query.get('marker');
  const at = marker === null ? -1 : found.findIndex(({ id }) => id === marker.toLowerCase());
  if (marker !== null && at < 0 && listing.unknownMarker !== undefined) return listing.unknownMarker(marker);
  const start = at + 1 + ((numbers.offset as number | undefined) ?? 0);
  const { linkBase, minor } = context;
  const withCount = listing.counted === false || minor < SUPPORT_COUNT ? null : query.get('with_count');
  if (withCount !== null && !/^(true|false|t|f|yes|no|y|n|on|off|1|0)$/i.test(withCount)) {
    return fault(400, `Value '${withCount}' for 'with_count' is not a boolean.`);
  }
  const counted = withCount !== null && /^(true|t|yes|y|on|1)$/i.test(withCount);
  const make = () => {
    const page = found.slice(start, start + limit);
    const last = page.at(-1);
    const parts = [`"${listing.key}":[${page.map(listing.render).join(',')}]`];
    if (last !== undefined && page.length === limit) {
      const rest = new URLSearchParams(query);
      rest.delete('offset');
      rest.set('marker', last.id);
      const next = { rel: 'next', href: `${linkBase}${listing.path}?${rest}` };
      parts.push(`"${listing.linksKey ?? `${listing.key}_links`}":${JSON.stringify([next])}`);
    }
    if (counted) parts.push(`"count":${found.length}`);
    return `{${parts.join(',')}}`;
  };
  return json(200, pageOnce(found, `${linkBase}${listing.path}?${query} ${minor}`, make));
}

function whole(name: string, value: string | null): number | undefined | Reply {
  if (value === null) return undefined;
  if (!/^-?\d+$/.test(value))
    return fault(400, name === 'limit' ? 'limit param must be an integer' : `${name} must be an integer`);
  if (Number(value) >= 0) return Number(value);
  return fault(400, name === 'limit' ? 'limit param must be positive' : `${name} must be >= 0`);
}

function fits(item: Item, name: string, wanted: string | null): boolean {
  return wanted === null || String(item[name] ?? '').toLowerCase() === wanted.toLowerCase();
}

function orderOf(
  query: URLSearchParams,
  known: readonly string[],
): { readonly name: string; readonly compare: Compare } | Reply {
  const sort = query.get('sort');
  if (sort !== null && query.has('sort_key')) {
    const message =
      "The 'sort_key' and 'sort_dir' parameters are deprecated and cannot be used with the 'sort' parameter.";
    return fault(400, message);
  }
  const given =
    sort === null
      ? query.getAll('sort_key').map((key, i) => [key, query.getAll('sort_dir')[i] ?? 'desc'] as const)
      : sort.split(',').map((part) => [part.split(':')[0] ?? '', part.split(':')[1] ?? 'desc'] as const);
  if (given.some(([key]) => !known.includes(key))) return fault(400, 'Invalid input received: Invalid sort key');
  if (given.some(([, direction]) => direction !== 'asc' && direction !== 'desc')) {
    return fault(400, "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'.");
  }
  return { name: JSON.stringify(given), compare: given.length === 0 ? createdLast : byFields(given) };
}
