import { type Random, randomFrom } from '../data/random.ts';
import { furtherEntries } from '../further/types.ts';
import type { Cloud } from '../model.ts';
import type { Region } from '../regions.ts';
import type { Endpoint, Entry } from './catalog-faults.ts';
import { spoiled } from './catalog-faults.ts';

/** An entry of a catalog before a project's id is filled in for `%(project_id)s`. */
interface CatalogService {
  readonly type: string;
  readonly name: string;
  readonly path: string;
}

/** The catalog as a project sees it, as JSON. Block Storage is there twice, as in most clouds. */
export function catalogJson(cloud: Cloud, projectId: string): string {
  const cached = cloud.catalogs.get(projectId);
  if (cached !== undefined) return cached;
  const entries = cloud.trouble.catalog.reduce<readonly Entry[]>(spoiled, entriesOf(cloud));
  const made = JSON.stringify(entries.map((entry) => fill(entry, projectId)));
  cloud.catalogs.set(projectId, made);
  return made;
}

/** Whether tokens come with one. */
export function hasCatalog(cloud: Cloud): boolean {
  return cloud.trouble.catalog.every(({ change }) => change !== 'missing');
}

function fill(entry: Entry, projectId: string): Entry {
  return {
    ...entry,
    endpoints: entry.endpoints.map((endpoint) => ({
      ...endpoint,
      url: endpoint.url.replace('%(project_id)s', projectId),
    })),
  };
}

/** In an order of its own for each cloud: nobody may count on it. */
function entriesOf(cloud: Cloud): Entry[] {
  const random = randomFrom(cloud.seed, cloud.name, 'catalog');
  const further = randomFrom(cloud.seed, cloud.name, 'catalog', 'further regions');
  const mixed = <T>(list: readonly T[]) => (cloud.regions.length > 1 ? shuffled(list, further.integer) : list);
  const entries = servicesOf(cloud).map(({ type, service, name, path }) => ({
    endpoints: mixed(
      cloud.regions.flatMap((region, i) =>
        region.offers(service) ? endpointsOf(cloud, region, service, path, i === 0 ? random : further) : [],
      ),
    ),
    id: random.hex(32),
    type,
    name,
  }));
  return shuffled(entries, random.integer);
}

function endpointsOf(cloud: Cloud, region: Region, service: string, path: string, random: Random): Endpoint[] {
  const prefix = region.shares(service) ? '' : region.prefix;
  return shuffled(['public', 'internal', 'admin'], random.integer).map((which) => ({
    id: random.hex(32),
    interface: which,
    region_id: region.name,
    url: `${cloud.base}${prefix}${path}`,
    region: region.name,
  }));
}

function servicesOf(cloud: Cloud): Array<CatalogService & { readonly service: string }> {
  // mod_auth_mellon's clouds have the version in every URL, the others only where operators mostly have it.
  const versioned = cloud.saml === 'mellon';
  const all: readonly CatalogService[] = [
    { type: 'identity', name: 'keystone', path: '/identity/v3' },
    { type: 'volumev3', name: 'cinderv3', path: '/volume/v3/%(project_id)s' },
    { type: 'block-storage', name: 'cinder', path: '/volume/v3/%(project_id)s' },
    { type: 'image', name: 'glance', path: versioned ? '/image/v2' : '/image' },
    { type: 'compute', name: 'nova', path: '/compute/v2.1' },
    { type: 'network', name: 'neutron', path: versioned ? '/network/v2.0/' : '/network' },
    { type: 'placement', name: 'placement', path: '/placement' },
  ];
  return [
    ...all.map((one) => ({ ...one, service: one.type === 'volumev3' ? 'block-storage' : one.type })),
    ...furtherEntries,
  ].filter(({ service }) => cloud.regions.some((region) => region.offers(service)));
}

function shuffled<T>(list: readonly T[], integer: (limit: number) => number): T[] {
  const left = [...list];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(integer(left.length), 1));
  return out;
}
