import { randomFrom } from '../data/random.ts';
import type { Cloud } from '../model.ts';

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
  const made = JSON.stringify(entriesOf(cloud).map((entry) => fill(entry, projectId)));
  cloud.catalogs.set(projectId, made);
  return made;
}

interface Entry {
  readonly endpoints: readonly { readonly url: string; readonly [key: string]: unknown }[];
  readonly id: string;
  readonly type: string;
  readonly name: string;
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
  const entries = servicesOf(cloud).map(({ type, name, path }) => ({
    endpoints: shuffled(['public', 'internal', 'admin'], random.integer).map((which) => ({
      id: random.hex(32),
      interface: which,
      region_id: cloud.region,
      url: `${cloud.base}${path}`,
      region: cloud.region,
    })),
    id: random.hex(32),
    type,
    name,
  }));
  return shuffled(entries, random.integer);
}

function servicesOf(cloud: Cloud): CatalogService[] {
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
  return all.filter(({ type }) => type === 'identity' || cloud.offers(type === 'volumev3' ? 'block-storage' : type));
}

function shuffled<T>(list: readonly T[], integer: (limit: number) => number): T[] {
  const left = [...list];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(integer(left.length), 1));
  return out;
}
