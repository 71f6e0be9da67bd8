/** Listings as the services of a cloud give them: sorted, filtered, paged, each in its own style. */
import { type CloudAnswer, type CloudRequest, notFound } from './fake-federation.ts';

export interface FakeItem {
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface FakeServiceOptions {
  /** `provider/project` → what it lists, in the service's own order. */
  readonly items: Readonly<Record<string, readonly FakeItem[]>>;
  /** The most that a page holds. Default 25. */
  readonly most?: number;
  /** How texts are compared. Default: without regard to case. */
  readonly spelling?: (text: string, request: CloudRequest) => string;
}

const styles: Readonly<Record<string, { marker: number; sort: 'sort' | 'keys'; wrap?: string }>> = {
  volumes: { marker: 404, sort: 'sort' },
  snapshots: { marker: 404, sort: 'sort' },
  servers: { marker: 400, sort: 'keys' },
  flavors: { marker: 400, sort: 'keys' },
  keypairs: { marker: 400, sort: 'keys', wrap: 'keypair' },
  images: { marker: 400, sort: 'sort' },
  networks: { marker: 404, sort: 'keys' },
  ports: { marker: 404, sort: 'keys' },
  server_groups: { marker: 400, sort: 'keys' },
};

const reserved = new Set('limit marker sort sort_key sort_dir offset fields with_count'.split(' '));

export function fakeService(options: FakeServiceOptions): (request: CloudRequest) => CloudAnswer {
  return (request) => {
    const { pathname, searchParams: query } = new URL(request.path, 'http://x');
    const [collection = '', rest] = pathname.slice(1).split('/');
    const key = collection.replace(/^os-/, '').replaceAll('-', '_');
    const style = styles[key];
    if (style === undefined) throw new Error(`no fake service has ${pathname}`);
    const all = options.items[`${request.provider}/${request.project}`] ?? [];
    const idOf = (item: FakeItem) => (key === 'keypairs' ? item.name : item.id);
    if (rest !== undefined && rest !== 'detail') {
      const found = all.find((item) => idOf(item) === decodeURIComponent(rest));
      if (found === undefined) return notFound(rest);
      return { json: key === 'images' ? found : { [key.slice(0, -1)]: found } };
    }
    const asked = query.get('limit');
    if (asked !== null && !/^\d+$/.test(asked)) return refusal('limit param must be an integer');
    if (asked === '0' && !['networks', 'ports'].includes(key)) return { json: { [key]: [] } };
    const limit = Math.min(Number(asked) || Number.POSITIVE_INFINITY, options.most ?? 25);
    const sorted = sort(all, query, style.sort, (text) => (options.spelling ?? upper)(text, request));
    if (sorted === undefined) return refusal('Invalid sort key');
    const marker = query.get('marker');
    if (marker !== null && !all.some((item) => idOf(item) === marker)) {
      return style.marker === 404 ? notFound(marker) : refusal(`marker [${marker}] not found`);
    }
    const behind = sorted.slice(marker === null ? 0 : sorted.findIndex((item) => idOf(item) === marker) + 1);
    const fitting = behind.filter((item) => fits(item, query));
    const page = fitting.slice(0, limit);
    const last = page.at(-1);
    query.delete('offset');
    if (last !== undefined) query.set('marker', String(idOf(last)));
    // As services do, with a link that may lead to an empty page, and to a host that only they know.
    const next = page.length === limit ? `?${query}` : undefined;
    const shown = page.map((item) => shape(item, pathname, query)).map((item) => wrapped(item, style.wrap));
    const count = query.has('with_count') ? { count: all.length } : {};
    if (key === 'images') {
      const link = next && { next: `/v2/images${next}` };
      return { json: { images: shown, ...link, first: '/v2/images', schema: '/v2/schemas/images' } };
    }
    if (key === 'server_groups') return { json: { server_groups: shown } };
    const links = next && { [`${key}_links`]: [{ rel: 'next', href: `http://internal.invalid/${key}${next}` }] };
    return { json: { [key]: shown, ...links, ...count } };
  };
}

function refusal(message: string): CloudAnswer {
  return { status: 400, json: { badRequest: { code: 400, message } } };
}

function wrapped(item: unknown, key: string | undefined): unknown {
  return key === undefined ? item : { [key]: item };
}

function shape(item: FakeItem, pathname: string, query: URLSearchParams): unknown {
  const brief = ['/volumes', '/servers', '/flavors'].includes(pathname) ? ['id', 'name', 'links'] : undefined;
  const fields = query.getAll('fields');
  const wanted = brief ?? (fields.length > 0 ? fields : undefined);
  return wanted === undefined
    ? item
    : Object.fromEntries(Object.entries(item).filter(([field]) => wanted.includes(field)));
}

function fits(item: FakeItem, query: URLSearchParams): boolean {
  return [...new Set(query.keys())].every((name) => {
    if (reserved.has(name) || !(name in item)) return true;
    const wanted = query
      .getAll(name)
      .flatMap((value) => (value.startsWith('in:') ? value.slice(3).split(',') : [value]));
    return wanted.includes(String(item[name]));
  });
}

function upper(text: string): string {
  return text.toUpperCase();
}

function sort(
  items: readonly FakeItem[],
  query: URLSearchParams,
  style: 'sort' | 'keys',
  spelling: (text: string) => string,
): readonly FakeItem[] | undefined {
  const text = style === 'sort' ? query.get('sort') : null;
  const directions = query.getAll('sort_dir');
  const keys =
    text === null
      ? query.getAll('sort_key').map((key, at) => [key, directions[at] ?? directions[0] ?? 'desc'] as const)
      : text.split(',').map((part) => [part.split(':')[0] ?? '', part.split(':')[1] ?? 'desc'] as const);
  if (keys.some(([key]) => key === 'bogus')) return undefined;
  if (keys.length === 0) return items;
  const field: Record<string, string> = { display_name: 'name', created_at: 'created_at' };
  return items.toSorted((a, b) => {
    for (const [key, direction] of [...keys, ['id', 'asc'] as const]) {
      const order = compareValues(a[field[key] ?? key], b[field[key] ?? key], spelling);
      if (order !== 0) return direction === 'desc' ? -order : order;
    }
    return 0;
  });
}

function compareValues(a: unknown, b: unknown, spelling: (text: string) => string): number {
  const [none, other] = [a === undefined || a === null, b === undefined || b === null];
  if (none || other) return Number(other) - Number(none);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [one, two] = [spelling(String(a)), spelling(String(b))];
  return one === two ? 0 : one < two ? -1 : 1;
}
