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

/** Where a service can be asked: an endpoint, with the regions whose endpoint it is. */
export interface ServiceEndpoint {
  /** Without a trailing slash. */
  readonly url: string;
  /** In the catalog's order; a catalog that names no region gives one empty text. */
  readonly regions: readonly [string, ...string[]];
}

/** What a catalog says of a service. */
export type Offer =
  /** It can be asked: one endpoint for each URL. */
  | { readonly kind: 'offered'; readonly endpoints: readonly [ServiceEndpoint, ...ServiceEndpoint[]] }
  /** The catalog has other services and not this one, which is normal. */
  | { readonly kind: 'absent' }
  /** It may be there, and cannot be asked; the reason says what the catalog has. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** Which endpoints of a catalog are wanted. */
export interface Wanted {
  /** The most preferred first. */
  readonly interfaces: readonly Interface[];
  /** Absent: every region. */
  readonly region?: string;
}

/** A catalog does not change, and is asked for the same again and again. */
const offers = new WeakMap<Catalog, Map<string, Offer>>();

/**
 * What a catalog offers of a service, in every region that is wanted.
 *
 * In each region the canonical type is looked for first, then the aliases in their order, and of several endpoints the
 * catalog's first counts. An endpoint without a region is every region's.
 */
export function offerOf(catalog: Catalog, service: Service, want: Wanted): Offer {
  const key = `${service.type} ${want.interfaces.join()} ${want.region ?? ''}`;
  let known = offers.get(catalog);
  if (known === undefined) {
    known = new Map();
    offers.set(catalog, known);
  }
  let offer = known.get(key);
  if (offer === undefined) {
    offer = findOffer(catalog, service, want);
    known.set(key, offer);
  }
  return offer;
}

function findOffer(catalog: Catalog, service: Service, want: Wanted): Offer {
  const listed = [service.type, ...service.aliases].flatMap((type) =>
    catalog.filter((entry) => entry.type === type).flatMap((entry) => entry.endpoints),
  );
  const isListed = catalog.some(({ type }) => type === service.type || service.aliases.includes(type));
  if (!isListed) {
    return catalog.length > 0 ? { kind: 'absent' } : { kind: 'unusable', reason: 'its catalog is empty' };
  }
  const inRegion = inWantedRegion(listed, want.region);
  const usable = inRegion.filter((each) => want.interfaces.some((name) => name === each.interface) && isUsable(each));
  const byUrl = new Map<string, [string, ...string[]]>();
  for (const region of new Set(usable.map((each) => each.region))) {
    const url = urlOf(
      preferred(
        upToDate(
          service,
          usable.filter((each) => each.region === region),
        ),
        want.interfaces,
      ),
    );
    const same = byUrl.get(url);
    if (same === undefined) byUrl.set(url, [region]);
    else same.push(region);
  }
  const [first, ...others] = [...byUrl].map(([url, regions]): ServiceEndpoint => ({ url, regions }));
  return first === undefined
    ? { kind: 'unusable', reason: whyUnusable(service, listed, inRegion, want) }
    : { kind: 'offered', endpoints: [first, ...others] };
}

function inWantedRegion(endpoints: readonly CatalogEndpoint[], wanted: string | undefined): readonly CatalogEndpoint[] {
  if (wanted === undefined) return endpoints;
  const exact = endpoints.filter(({ region }) => region === wanted);
  return exact.length > 0 ? exact : endpoints.filter(({ region }) => region === '');
}

function preferred(endpoints: readonly CatalogEndpoint[], interfaces: readonly Interface[]): CatalogEndpoint {
  const place = (each: CatalogEndpoint) => interfaces.indexOf(each.interface as Interface);
  return endpoints.reduce((best, each) => (place(each) < place(best) ? each : best));
}

/** Catalogs of the years of change name an old version beside the new one; without the old, unless there is no other. */
function upToDate(service: Service, endpoints: readonly CatalogEndpoint[]): readonly CatalogEndpoint[] {
  const current = endpoints.filter((each) => outdatedIn(service, each.url.trim()) === undefined);
  return current.length > 0 ? current : endpoints;
}

/** The version in an address, where it is one that the service's description does not speak. */
export function outdatedIn({ outdated }: Service, url: string): string | undefined {
  return outdated && url.split('/').find((segment, index) => index > 2 && outdated.versions.includes(segment));
}

function urlOf(endpoint: CatalogEndpoint): string {
  return endpoint.url.trim().replace(/\/+$/, '');
}

function isUsable(endpoint: CatalogEndpoint): boolean {
  return isHttpUrl(urlOf(endpoint));
}

function whyUnusable(
  { type }: Service,
  listed: readonly CatalogEndpoint[],
  inRegion: readonly CatalogEndpoint[],
  want: Wanted,
): string {
  if (listed.length === 0) return `its catalog names ${type} without an endpoint`;
  if (inRegion.length === 0) {
    return `its catalog has ${type} in ${distinct(listed.map(({ region }) => region))}, not in ${want.region}`;
  }
  const reachable = inRegion.filter((each) => want.interfaces.some((name) => name === each.interface));
  if (reachable.length === 0) {
    const has = distinct(inRegion.map((each) => each.interface));
    return `its catalog has ${type} at the interface ${has}, not ${want.interfaces.join(' or ')}`;
  }
  return `its catalog gives ${type} the URL ${JSON.stringify(reachable[0]?.url)}, which cannot be used`;
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}

/** Whether a region can be one of a catalog: some endpoint is in it, or none says where it is. */
export function isRegionOf(catalog: Catalog, region: string): boolean {
  const endpoints = catalog.flatMap((entry) => entry.endpoints);
  return endpoints.some((each) => each.region === region) || endpoints.every((each) => each.region === '');
}

/** The regions that a catalog's endpoints are in, in its order. */
export function regionsIn(catalog: Catalog): readonly string[] {
  const regions = catalog.flatMap(({ endpoints }) => endpoints.map(({ region }) => region));
  return [...new Set(regions)].filter((region) => region !== '');
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

/** Whether a path has `.` or `..` in it, also encoded (`%2e%2e`, `..%2f`), and encoded twice, as proxies decode once more than the service behind them. */
export function hasDotSegment(path: string): boolean {
  let text = path;
  for (let rounds = 0; rounds < 3; rounds += 1) {
    if (text.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) return true;
    text = text.replace(/%(25|2e|2f|5c)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return false;
}
