import { CatalogError } from '../errors.ts';
import { type Catalog, offerOf, outdatedIn, type ServiceEndpoint } from '../keystone/catalog.ts';
import { remembering } from '../remembering.ts';
import type { Service } from '../services/types.ts';
import type { Provider } from './provider.ts';

/** A version segment of a path: `v3`, `v2.1`. */
export const VERSION = /^v\d+(\.\d+)?$/;

/** What is wanted of a service, without saying at which cloud. */
export interface Target {
  readonly service: Service;
  /** The version segment that the caller insists on, such as `v2.0`. */
  readonly version?: string;
  /** The account that the path names (Object Storage), where that is not the scope's own. */
  readonly account?: string;
  /** Below version and project: starts with `/`, or is empty for the service's root. */
  readonly path: string;
  /** Without `?`; empty for none. */
  readonly query: string;
}

function overrideOf(overrides: Readonly<Record<string, string>>, service: Service): string | undefined {
  const spelling = [service.type, ...service.aliases].find((name) => overrides[name] !== undefined);
  return spelling === undefined ? undefined : overrides[spelling];
}

/** The project where keystoneauth, or a catalog's template, would fill it in. */
function withProject(url: string, projectId: string): string {
  return url.includes('_id)s') ? url.replace(/[%$]\((project|tenant)_id\)s/g, projectId) : url;
}

/**
 * Where a provider's service can be asked: one endpoint for each URL, as several regions can share one. Undefined where
 * the catalog has other services and not this one.
 *
 * @throws CatalogError where it may have the service and cannot be asked
 */
export function endpointsIn(
  catalog: Catalog,
  service: Service,
  { name, endpoints: choice }: Pick<Provider, 'name' | 'endpoints'>,
): readonly [ServiceEndpoint, ...ServiceEndpoint[]] | undefined {
  const override = overrideOf(choice.overrides, service);
  if (override !== undefined) return [{ url: override.replace(/\/+$/, ''), regions: [choice.region ?? ''] }];
  const offer = offerOf(catalog, service, choice);
  if (offer.kind === 'unusable') {
    throw new CatalogError(`${name}: ${offer.reason}.`, {
      provider: name,
      service: service.type,
      hint: `fed catalog list --provider ${name} shows what it has.`,
    });
  }
  return offer.kind === 'offered' ? offer.endpoints : undefined;
}

/** The endpoint of a region; without one, the catalog's first. Undefined for a region that is none of them. */
export function endpointFor(
  endpoints: readonly ServiceEndpoint[],
  region: string | undefined,
): ServiceEndpoint | undefined {
  return region === undefined ? endpoints[0] : endpoints.find(({ regions }) => regions.includes(region));
}

/**
 * The URL of a target below an endpoint.
 *
 * Catalogs hold URLs with and without a version, and Block Storage's with the project's id (facts.md): what the
 * catalog has is used; a version is added only where it has none.
 */
export function urlBelow(endpoint: ServiceEndpoint, projectId: string, target: Target): string {
  const url = withProject(endpoint.url, projectId);
  if (target.path === '' && target.version === undefined) return withQuery(url, target.query);
  return withQuery(`${baseOf(url, projectId, target)}${target.path}`, target.query);
}

/** The catalog's URL as it is where it has the wanted version, which also keeps what follows that (Swift's account). */
function baseOf(listed: string, projectId: string, { service, version: wanted, account }: Target): string {
  const { root, version } = splitEndpoint(listed);
  if (account !== undefined) return [root, wanted ?? version, account].filter((part) => part !== undefined).join('/');
  if (version !== undefined && (wanted ?? (hasSibling(service, listed) ? service.version : version)) === version)
    return listed;
  const parts = [root, wanted ?? service.version, service.projectInPath ? projectId : undefined];
  return parts.filter((part) => part !== undefined).join('/');
}

function hasSibling(service: Service, url: string): boolean {
  return service.outdated?.sibling === true && outdatedIn(service, url) !== undefined;
}

/** The version of an endpoint that only raw calls can use; undefined for any other. */
export function unspokenVersion(service: Service, { url }: ServiceEndpoint): string | undefined {
  return hasSibling(service, url) ? undefined : outdatedIn(service, url);
}

function withQuery(url: string, query: string): string {
  return query === '' ? url : `${url}?${query}`;
}

/** `https://host/volume/v3/1234` → root `https://host/volume`, version `v3`, and what is below: `/1234`. */
export const splitEndpoint = remembering((url): { root: string; version?: string; below: string } => {
  const segments = url.split('/');
  const at = segments.findIndex((segment, index) => index > 2 && VERSION.test(segment));
  const version = segments[at];
  if (at === -1 || version === undefined) return { root: url, below: '' };
  const below = segments.slice(at + 1).join('/');
  return { root: segments.slice(0, at).join('/'), version, below: below === '' ? '' : `/${below}` };
});
