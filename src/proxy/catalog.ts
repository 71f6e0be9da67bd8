/** Catalogs whose endpoints are the proxy's. */
import { splitEndpoint } from '../federation/endpoint.ts';
import type { Catalog } from '../keystone/catalog.ts';

const INTERFACES = ['public', 'internal', 'admin'];

/** A service that home does not have, as a provider's catalog shows it. */
export interface ExtraService {
  readonly type: string;
  /** What follows the service's root: `/v1/AUTH_{project}`, with the provider's project. */
  readonly suffix: string;
  readonly projectId: string;
}

export interface CatalogRewriting {
  /** The proxy's address, without a trailing slash. */
  readonly base: string;
  /** Home's Identity without version and trailing slash. */
  readonly identityRoot: string;
  /** The client's own project at home. */
  readonly projectId: string | undefined;
  readonly extra: readonly ExtraService[];
}

/**
 * Home's catalog, as Keystone writes it, with every endpoint pointing at the proxy, by service type; services that
 * only providers offer are added. What follows a service's root (version, project, account) stays as it is.
 */
export function rewrittenCatalog(catalog: readonly unknown[], how: CatalogRewriting): unknown[] {
  const rewritten = catalog.map((entry) => (isRecord(entry) ? rewriteEntry(entry, how) : entry));
  const regions = catalog.flatMap((entry) => (isRecord(entry) ? endpointsOf(entry) : [])).map((each) => regionOf(each));
  const region = regions.find((each) => each !== undefined) ?? 'RegionOne';
  return [...rewritten, ...how.extra.map((service) => extraEntry(service, region, how))];
}

/** The services of a provider's catalog that home's does not have. */
export function extraServices(catalog: Catalog, projectId: string, known: ReadonlySet<string>): ExtraService[] {
  return catalog.flatMap(({ type, endpoints }) => {
    const endpoint = endpoints.find((each) => each.interface === 'public') ?? endpoints[0];
    if (endpoint === undefined || known.has(type) || type === 'identity') return [];
    return [{ type, suffix: suffixOf(endpoint.url), projectId }];
  });
}

function rewriteEntry(entry: Readonly<Record<string, unknown>>, how: CatalogRewriting): unknown {
  const { type } = entry;
  if (typeof type !== 'string') return entry;
  const endpoints = endpointsOf(entry).map((endpoint) =>
    typeof endpoint.url === 'string' ? { ...endpoint, url: rewriteUrl(type, endpoint.url, how) } : endpoint,
  );
  return { ...entry, endpoints };
}

function rewriteUrl(type: string, url: string, { base, identityRoot }: CatalogRewriting): string {
  if (type !== 'identity') return `${base}/${encodeURIComponent(type)}${suffixOf(url)}`;
  // Internal and admin endpoints can have another host: what is below the version is the same.
  return `${base}/identity${url.startsWith(identityRoot) ? url.slice(identityRoot.length) : suffixOf(url)}`;
}

function suffixOf(url: string): string {
  const { version, below } = splitEndpoint(url.replace(/\/+$/, ''));
  return version === undefined ? '' : `/${version}${below}`;
}

function extraEntry({ type, suffix, projectId }: ExtraService, region: string, how: CatalogRewriting): unknown {
  const path = how.projectId === undefined ? suffix : suffix.replaceAll(projectId, how.projectId);
  return {
    type,
    name: type,
    id: `fed-${type}`,
    endpoints: INTERFACES.map((name) => ({
      id: `fed-${type}-${name}`,
      interface: name,
      region,
      region_id: region,
      url: `${how.base}/${encodeURIComponent(type)}${path}`,
    })),
  };
}

function endpointsOf(entry: Readonly<Record<string, unknown>>): Array<Readonly<Record<string, unknown>>> {
  return Array.isArray(entry.endpoints) ? entry.endpoints.filter(isRecord) : [];
}

function regionOf(endpoint: Readonly<Record<string, unknown>>): string | undefined {
  const region = endpoint.region_id ?? endpoint.region;
  return typeof region === 'string' ? region : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
