/** Catalogs whose endpoints are the proxy's. */

import { splitEndpoint } from '../federation/endpoint.ts';
import type { Catalog } from '../keystone/catalog.ts';
import { serviceOf } from '../services/index.ts';
import { regionalBase } from './request.ts';

const INTERFACES = ['public', 'internal', 'admin'];

/** What the providers have beyond home. */
export interface Beyond {
  readonly services: readonly ExtraService[];
  /** Regions that home does not have, by name. */
  readonly regions: readonly string[];
}

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
  readonly beyond: Beyond;
  /** The region in which the whole federation is offered: the configured one. Absent: the catalog's first. */
  readonly region: string | undefined;
}

/**
 * Home's catalog, as Keystone writes it, with every endpoint pointing at the proxy, by service type; services that
 * only providers offer are added. What follows a service's root (version, project, account) stays as it is.
 */
export function rewrittenCatalog(catalog: readonly unknown[], how: CatalogRewriting): unknown[] {
  const endpoints = catalog.flatMap((entry) => (isRecord(entry) ? endpointsOf(entry) : []));
  const own = endpoints.map((each) => regionOf(each)).filter((each) => each !== undefined);
  const region = (how.region !== undefined && own.includes(how.region) ? how.region : own[0]) ?? 'RegionOne';
  const rewritten = catalog.map((entry) => (isRecord(entry) ? rewriteEntry(entry, region, how) : entry));
  return [...rewritten, ...how.beyond.services.map((service) => extraEntry(service, region, how))].map((entry) =>
    isRecord(entry) ? inFurtherRegions(entry, region, how) : entry,
  );
}

/** The same entry with an endpoint for each further region: Identity's is the same in all of them. */
function inFurtherRegions(entry: Readonly<Record<string, unknown>>, first: string, how: CatalogRewriting): unknown {
  const endpoints = endpointsOf(entry);
  const model = endpoints.filter((each) => regionOf(each) === first);
  const further = how.beyond.regions.flatMap((region) =>
    model.map((endpoint) => ({
      ...endpoint,
      id: `${endpoint.id}-${region}`,
      region,
      region_id: region,
      ...(typeof endpoint.url === 'string' &&
        !isIdentity(entry.type) && {
          url: `${regionalBase(how.base, region)}${endpoint.url.slice(how.base.length)}`,
        }),
    })),
  );
  return further.length === 0 ? entry : { ...entry, endpoints: [...endpoints, ...further] };
}

/** The services of a provider's catalog that home's does not have. */
export function extraServices(catalog: Catalog, projectId: string, known: ReadonlySet<string>): ExtraService[] {
  return catalog.flatMap(({ type, endpoints }) => {
    const endpoint = endpoints.find((each) => each.interface === 'public') ?? endpoints[0];
    if (endpoint === undefined || known.has(type) || isIdentity(type)) return [];
    return [{ type, suffix: suffixOf(endpoint.url), projectId }];
  });
}

/** Endpoints of home's first region are for the whole federation, those of its others for that region only. */
function rewriteEntry(entry: Readonly<Record<string, unknown>>, first: string, how: CatalogRewriting): unknown {
  const { type } = entry;
  if (typeof type !== 'string') return entry;
  const endpoints = endpointsOf(entry).map((endpoint) => {
    if (typeof endpoint.url !== 'string') return endpoint;
    const region = regionOf(endpoint) ?? first;
    const base = region === first || isIdentity(type) ? how.base : regionalBase(how.base, region);
    return { ...endpoint, url: rewriteUrl(type, endpoint.url, { ...how, base }) };
  });
  return { ...entry, endpoints };
}

function rewriteUrl(type: string, url: string, { base, identityRoot }: CatalogRewriting): string {
  if (!isIdentity(type)) return `${base}/${encodeURIComponent(type)}${suffixOf(url)}`;
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

function isIdentity(type: unknown): boolean {
  return typeof type === 'string' && serviceOf(type)?.isIdentity === true;
}
