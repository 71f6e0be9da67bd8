import { json, type Reply } from '../http/reply.ts';
import type { Item } from '../stock/collection.ts';
import { byFields } from '../wsgi/order.ts';
import { badRequest, missing, neutronError } from './answers.ts';
import { type NetworkContext, visibleItem, visibleItems } from './context.ts';
import type { Kind } from './kinds.ts';

const reserved = 'fields limit marker page_reverse sort_key sort_dir tags tags-any not-tags not-tags-any'.split(' ');
const booleans = 'admin_state_up shared enable_dhcp router:external stateful is_default'.split(' ');

/** A page as Neutron gives it: with a link to the previous one always, to the next one if the page is full. */
export function networkListing(context: NetworkContext, kind: Kind): Reply {
  const { query } = context.exchange;
  const wrong = filterFault(query, kind);
  if (wrong !== undefined) return wrong;
  const asked = query.getAll('limit').at(-1);
  if (asked !== undefined && !/^\d+$/.test(asked)) {
    const message = `Bad limit request: Limit must be an integer 0 or greater and not '${asked}'.`;
    return neutronError(400, 'BadRequest', message);
  }
  const order = orderOf(query);
  if ('status' in order) return order;
  const marker = query.get('marker');
  if (marker !== null && kind.strictMarker && visibleItem(context, kind, marker) === undefined)
    return missing(kind, marker);
  const reverse = query.get('page_reverse')?.toLowerCase() === 'true';
  const sorted = visibleItems(context, kind)
    .filter((item) => fits(item, query))
    .toSorted(order.compare);
  const most = context.cloud.settings.pageSize;
  // 0 is no limit but the service's own.
  const limit = Math.min(Number(asked ?? 0) || most, most);
  const at = marker === null ? -1 : sorted.findIndex(({ id }) => id === marker.toLowerCase());
  const page = reverse ? before(sorted, at, limit) : sorted.slice(at + 1, at + 1 + limit);
  const fields = query.getAll('fields');
  const shown = page.map((item) => pick(item, fields));
  return json(200, { [kind.plural]: shown, [`${kind.plural}_links`]: links(context, kind, page, limit, reverse) });
}

function before(sorted: readonly Item[], at: number, limit: number): readonly Item[] {
  const end = at < 0 ? sorted.length : at;
  return sorted.slice(Math.max(0, end - limit), end);
}

function links(context: NetworkContext, kind: Kind, page: readonly Item[], limit: number, reverse: boolean): unknown[] {
  const { exchange } = context;
  const link = (rel: 'next' | 'previous', marker: string | undefined) => {
    const rest = new URLSearchParams(exchange.query);
    rest.delete('marker');
    rest.delete('page_reverse');
    if (marker !== undefined) rest.append('marker', marker);
    if (rel === 'previous') rest.append('page_reverse', 'True');
    const text = rest.size === 0 ? '' : `?${rest}`;
    return { rel, href: `${exchange.origin}/network/v2.0/${kind.path}${text}` };
  };
  const full = page.length === limit;
  const next = reverse || full ? [link('next', page.at(-1)?.id)] : [];
  const previous = !reverse || full ? [link('previous', page[0]?.id)] : [];
  return [...next, ...previous];
}

/** Parameters that are no field of the type. */
export function filterFault(query: URLSearchParams, kind: Kind): Reply | undefined {
  const unknown = [...new Set(query.keys())].filter((name) => !reserved.includes(name) && !kind.filters.includes(name));
  if (unknown.length > 0)
    return badRequest(`[${unknown.map((name) => `'${name}'`).join(', ')}] is invalid attribute for filtering`);
  for (const name of booleans) {
    const strange = query.getAll(name).find((value) => !/^(true|false|0|1)$/i.test(value));
    if (strange === undefined) continue;
    return neutronError(
      400,
      'InvalidInput',
      `Invalid input for operation: '${strange}' cannot be converted to boolean.`,
    );
  }
  return undefined;
}

function fits(item: Item, query: URLSearchParams): boolean {
  return [...new Set(query.keys())].every((name) => {
    if (name === 'tags') return query.getAll(name).every((tag) => (item.tags as string[]).includes(tag));
    return reserved.includes(name) || query.getAll(name).some((wanted) => same(item[name], wanted));
  });
}

/** As MySQL compares texts: without regard to case. */
function same(value: unknown, wanted: string): boolean {
  if (typeof value === 'boolean') return value === /^(true|1)$/i.test(wanted);
  if (Array.isArray(value)) {
    const [key, part] = wanted.split('=', 2);
    return value.some((one) => (part === undefined ? one === wanted : one?.[key ?? ''] === part));
  }
  return String(value ?? '').toLowerCase() === wanted.toLowerCase();
}

function orderOf(query: URLSearchParams): { compare: (a: Item, b: Item) => number } | Reply {
  const keys = query.getAll('sort_key');
  const directions = query.getAll('sort_dir');
  if (keys.length !== directions.length) return badRequest('The number of sort_keys and sort_dirs must be same');
  const known =
    'id name tenant_id project_id status network_id cidr created_at admin_state_up mac_address device_id'.split(' ');
  const unknown = keys.filter((key) => !known.includes(key));
  if (unknown.length > 0) return badRequest(`['${unknown.join("', '")}'] is invalid attribute for sort_keys`);
  const strange = directions.filter((direction) => direction !== 'asc' && direction !== 'desc');
  if (strange.length > 0) {
    return badRequest(`['${strange.join("', '")}'] is invalid value for sort_dirs, valid value is 'asc' and 'desc'`);
  }
  return { compare: byFields([...keys.map((key, i) => [key, directions[i] ?? 'asc'] as const), ['id', 'asc']]) };
}

/** The fields that were asked for, or all. Unknown ones are left out without a word. */
export function pick(item: Item, fields: readonly string[]): unknown {
  if (fields.length === 0) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name)));
}
