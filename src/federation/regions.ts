/** Which regions of a provider a project's service is asked in. */
import { type Catalog, regionsIn, type ServiceEndpoint } from '../keystone/catalog.ts';
import type { Service } from '../services/types.ts';
import { endpointFor, endpointsIn } from './endpoint.ts';
import type { Provider } from './provider.ts';
import type { Scope } from './scope.ts';

/**
 * A project's scopes for a service: one for each endpoint, so that services which are the same in several regions are
 * asked once. Where the provider does not have the service, the scope as it is: asking it says so. That a provider
 * without the service is in a region, its other services say.
 *
 * @param wanted names of regions; absent: all, and at home the configured one
 * @throws CatalogError where the provider may have the service and cannot be asked
 */
export function regionalScopes<T extends Scope>(
  scope: T,
  catalog: Catalog,
  provider: Provider,
  service: Service,
  wanted: readonly string[] | undefined,
): T[] {
  const endpoints = endpointsIn(catalog, service, wanted === undefined ? provider : everyRegion(provider));
  if (endpoints === undefined) return isAnywhereIn(catalog, wanted) ? [scope] : [];
  return endpoints.flatMap((endpoint) => {
    const region = regionOf(endpoint, wanted);
    return region === undefined ? [] : [inRegion(scope, region, endpoint, endpoints.length > 1)];
  });
}

function isAnywhereIn(catalog: Catalog, wanted: readonly string[] | undefined): boolean {
  const regions = regionsIn(catalog);
  return wanted === undefined || regions.length === 0 || regions.some((region) => wanted.includes(region));
}

/**
 * The scope of a project in the region that is remembered.
 * @param region absent: the provider had the service at one endpoint only
 * @returns undefined where the catalog has no such region (any more), or several and none is remembered
 */
export function rememberedScope(
  scope: Scope,
  catalog: Catalog,
  provider: Provider,
  service: Service,
  region: string | undefined,
): Scope | undefined {
  const endpoints = endpointsIn(catalog, service, region === undefined ? provider : everyRegion(provider));
  if (endpoints === undefined) return scope;
  if (region === undefined && endpoints.length > 1) return undefined;
  const endpoint = endpointFor(endpoints, region);
  return endpoint && inRegion(scope, region ?? endpoint.regions[0], endpoint, endpoints.length > 1);
}

/** Whether a scope is in one of these regions, by its endpoint: several regions can share one. */
export function isInRegions(
  scope: Scope,
  catalog: Catalog,
  provider: Provider,
  service: Service,
  wanted: readonly string[],
): boolean {
  const endpoint = endpointFor(endpointsIn(catalog, service, everyRegion(provider)) ?? [], scope.region);
  return endpoint === undefined || endpoint.regions.some((region) => wanted.includes(region));
}

/** A provider without the region that its configuration names, for callers who choose the region themselves. */
export function everyRegion(provider: Provider): Pick<Provider, 'name' | 'endpoints'> {
  const { interfaces, overrides } = provider.endpoints;
  return provider.endpoints.region === undefined
    ? provider
    : { name: provider.name, endpoints: { interfaces, overrides } };
}

function regionOf({ regions }: ServiceEndpoint, wanted: readonly string[] | undefined): string | undefined {
  if (wanted === undefined || regions[0] === '') return regions[0];
  return regions.find((region) => wanted.includes(region));
}

function inRegion<T extends Scope>(scope: T, region: string, { regions }: ServiceEndpoint, isRegional: boolean): T {
  if (region === '') return scope;
  return { ...scope, region, ...(isRegional && { isRegional }), ...(regions.length > 1 && { sharedBy: regions }) };
}
