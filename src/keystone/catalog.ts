import type { Interface } from '../ports/account.ts';
import type { Service } from '../services/types.ts';
import { arrayIn, textIn } from './shape.ts';

export interface CatalogEndpoint {
  /** `public`, `internal` or `admin`. */
  readonly interface: string;
  readonly region: string;
  readonly url: string;
}

/** A service in a token's catalog, reduced to what choosing an endpoint needs. */
export interface CatalogEntry {
  /** As the cloud spells it: `volumev3` and `block-storage` can both be there. */
  readonly type: string;
  readonly endpoints: readonly CatalogEndpoint[];
}

export type Catalog = readonly CatalogEntry[];

/** The catalog in a token's body, or one of ours that was kept as JSON. Entries without type or URL are left out. */
export function catalogFrom(value: unknown): Catalog {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const type = textIn(entry, 'type');
    return type === undefined ? [] : [{ type, endpoints: arrayIn(entry, 'endpoints').flatMap(endpointFrom) }];
  });
}

function endpointFrom(value: unknown): CatalogEndpoint[] {
  const url = textIn(value, 'url');
  if (url === undefined) return [];
  // `region` is deprecated in favour of `region_id`, and clouds have the one, the other, or both.
  return [
    {
      interface: textIn(value, 'interface') ?? '',
      region: textIn(value, 'region_id') ?? textIn(value, 'region') ?? '',
      url,
    },
  ];
}

/**
 * The URL of a service, without a trailing slash; undefined where the catalog does not offer it.
 *
 * The canonical type is looked for first, then the aliases in their order. Of several endpoints the catalog's
 * first counts.
 */
export function endpointOf(catalog: Catalog, service: Service, want: Wanted): string | undefined {
  const key = `${service.type} ${want.interface} ${want.region ?? ''}`;
  const known = chosen.get(catalog) ?? new Map<string, string | undefined>();
  if (known.has(key)) return known.get(key);
  const url = choose(catalog, service, want);
  chosen.set(catalog, known.set(key, url));
  return url;
}

interface Wanted {
  readonly interface: Interface;
  readonly region?: string;
}

/** A catalog does not change, and is asked for the same again and again. */
const chosen = new WeakMap<Catalog, Map<string, string | undefined>>();

function choose(catalog: Catalog, service: Service, want: Wanted): string | undefined {
  for (const type of [service.type, ...service.aliases]) {
    for (const endpoint of catalog.filter((entry) => entry.type === type).flatMap((entry) => entry.endpoints)) {
      const url = endpoint.url.trim().replace(/\/+$/, '');
      const matches =
        endpoint.interface === want.interface && (want.region === undefined || endpoint.region === want.region);
      if (matches && isHttpUrl(url)) return url;
    }
  }
  return undefined;
}

function isHttpUrl(url: string): boolean {
  return /^https?:\/\/[^/]/i.test(url) && URL.canParse(url);
}

/** Where in a catalog a URL belongs. */
export interface CatalogMatch {
  readonly entry: CatalogEntry;
  readonly endpoint: CatalogEndpoint;
  /** What follows the endpoint's URL: empty, or from a `/` or `?` on. */
  readonly rest: string;
}

/**
 * The endpoint of the catalog that a URL is under: same scheme, host and port, and the endpoint's path is a prefix
 * of its path, segment by segment. Of several the longest counts. A URL that a server could read in another way
 * than this comparison does (dot segments in any encoding, backslashes, credentials, control characters) is under none.
 */
export function catalogEntryFor(catalog: Catalog, url: string): CatalogMatch | undefined {
  const wanted = plainUrl(url);
  if (wanted === undefined) return undefined;
  let best: (CatalogMatch & { length: number }) | undefined;
  for (const entry of catalog) {
    for (const endpoint of entry.endpoints) {
      const base = plainUrl(endpoint.url.trim());
      if (base === undefined || base.origin !== wanted.origin) continue;
      const path = base.pathname.replace(/\/+$/, '');
      const inside = wanted.pathname === path || wanted.pathname.startsWith(`${path}/`);
      if (!inside || (best !== undefined && best.length >= path.length)) continue;
      best = { entry, endpoint, rest: wanted.pathname.slice(path.length) + wanted.search, length: path.length };
    }
  }
  return best && { entry: best.entry, endpoint: best.endpoint, rest: best.rest };
}

function plainUrl(text: string): URL | undefined {
  // The parser below would tidy all of these away, and what it makes of them is not what is sent.
  if (/[\p{Cc}\\]/u.test(text) || text !== text.trim() || !isHttpUrl(text)) return undefined;
  const path = text.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '');
  if (hasDotSegment(path)) return undefined;
  const url = new URL(text);
  return url.username !== '' || url.password !== '' ? undefined : url;
}

/** Also encoded (`%2e%2e`, `..%2f`), and encoded twice, as proxies decode once more than the service behind them. */
function hasDotSegment(path: string): boolean {
  let text = path;
  for (let rounds = 0; rounds < 3; rounds += 1) {
    if (text.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) return true;
    text = text.replace(/%(25|2e|2f|5c)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return false;
}
