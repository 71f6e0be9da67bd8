import { json, type Reply } from '../http/reply.ts';
import type { Item } from '../stock/collection.ts';
import { fault } from '../wsgi/answers.ts';
import { pageOnce } from '../wsgi/pages.ts';
import type { ComputeContext } from './context.ts';

export interface ListingOf {
  /** For links: `/servers/detail`. */
  readonly path: string;
  readonly key: string;
  /** In order. */
  readonly items: readonly Item[];
  readonly render: (item: Item) => string;
  /** Whether the query is looked at at all. */
  readonly paged?: boolean;
  /** Whether full pages have a link to the next one. */
  readonly linked?: boolean;
  readonly unknownMarker?: (marker: string) => Reply;
}

/** A page as Nova gives it. */
export function computeListing(context: ComputeContext, listing: ListingOf): Reply {
  const { query } = context.exchange;
  const { paged = true, linked = true } = listing;
  const bad = paged ? numberFault(query, ['limit', ...(linked ? [] : ['offset'])]) : undefined;
  if (bad !== undefined) return bad;
  const asked = paged ? query.get('limit') : null;
  const most = context.cloud.settings.pageSize;
  const limit = paged ? Math.min(asked === null ? most : Number(asked), most) : listing.items.length;
  const marker = paged && linked ? query.get('marker') || null : null;
  const at = marker === null ? -1 : listing.items.findIndex(({ id }) => id.toLowerCase() === marker.toLowerCase());
  if (marker !== null && at < 0) return listing.unknownMarker?.(marker) ?? fault(400, `marker [${marker}] not found`);
  const start = at + 1 + (linked ? 0 : Number(query.get('offset') ?? 0));
  const { origin } = context.exchange;
  const make = () => {
    const page = listing.items.slice(start, start + limit);
    const last = page.at(-1);
    const parts = [`"${listing.key}":[${page.map(listing.render).join(',')}]`];
    if (paged && linked && last !== undefined && page.length === limit) {
      const rest = new URLSearchParams(query);
      rest.set('marker', last.id);
      const next = { rel: 'next', href: `${origin}/compute/v2.1${listing.path}?${rest}` };
      parts.push(`"${listing.key}_links":${JSON.stringify([next])}`);
    }
    return `{${parts.join(',')}}`;
  };
  return json(200, pageOnce(listing.items, `${origin}${listing.path}?${query} ${context.minor}`, make));
}

function numberFault(query: URLSearchParams, names: readonly string[]): Reply | undefined {
  for (const name of names) {
    const wrong = query.getAll(name).find((value) => !/^[0-9]+$/.test(value));
    if (wrong === undefined) continue;
    const why = wrong === '' ? 'is too short' : "does not match '^[0-9]*$'";
    return fault(400, `Invalid input for query parameters ${name}. Value: ${wrong}. '${wrong}' ${why}`);
  }
  return undefined;
}

/** The order that `sort_key` and `sort_dir` ask for, or the answer to a key that is not there. `sort` is ignored. */
export function orderOf(
  query: URLSearchParams,
  known: readonly string[],
  fieldOf: Readonly<Record<string, string>>,
): { readonly fields: readonly (readonly [field: string, direction: string])[] } | Reply {
  const keys = query.getAll('sort_key');
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const list = known.map((name) => `'${name}'`).join(', ');
    return fault(
      400,
      `Invalid input for query parameters sort_key. Value: ${unknown}. '${unknown}' is not one of [${list}]`,
    );
  }
  const directions = query.getAll('sort_dir');
  if (directions.some((direction) => direction !== 'asc' && direction !== 'desc')) {
    return fault(400, "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'");
  }
  return { fields: keys.map((key, i) => [fieldOf[key] ?? key, directions[i] ?? directions.at(-1) ?? 'desc'] as const) };
}

/** A pattern for `?name=`, or the answer to one that is none. Without regard to case, as MySQL has it. */
export function namePattern(name: string): RegExp | Reply {
  try {
    return new RegExp(name, 'i');
  } catch {
    return fault(400, `Invalid input for query parameters name. Value: ${name}. '${name}' is not a 'regex'`);
  }
}
