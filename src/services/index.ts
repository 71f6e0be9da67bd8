/** The registry of services and resource types, and how to look things up in it. */
import { blockStorage, blockStorageTypes } from './block-storage/types.ts';
import { compute, computeTypes } from './compute/types.ts';
import { identity, identityTypes } from './identity/types.ts';
import { image, imageTypes } from './image/types.ts';
import { network, networkTypes } from './network/types.ts';
import { otherServices } from './others.ts';
import type { ResourceType, Service } from './types.ts';

export const services: readonly Service[] = [compute, blockStorage, image, network, identity, ...otherServices];

export const resourceTypes: readonly ResourceType[] = [
  ...computeTypes,
  ...blockStorageTypes,
  ...imageTypes,
  ...networkTypes,
  ...identityTypes,
];

const servicesByName = new Map(
  services.flatMap((service) => [service.type, ...service.aliases].map((name) => [name, service] as const)),
);

const typesByName = new Map(
  resourceTypes.flatMap((type) => [type.name, type.plural, ...type.alsoCalled].map((name) => [name, type] as const)),
);

/** The service of a canonical type or an alias, in any case: `block-storage`, `volumev3`, `Volume`. */
export function serviceOf(nameOrAlias: string): Service | undefined {
  return servicesByName.get(nameOrAlias.toLowerCase());
}

/**
 * The service of a name. What no description knows is a service by that name, as a vendor's is: the clouds' catalogs say
 * whether there is one.
 */
export function serviceNamed(nameOrAlias: string): Service {
  return serviceOf(nameOrAlias) ?? { type: nameOrAlias, aliases: [], projectInPath: false };
}

/** The type of a name as people write it: `server`, `servers`, `volume snapshot`, `floating_ip`, `floatingip`. */
export function typeNamed(name: string): ResourceType | undefined {
  return typesByName.get(name.trim().toLowerCase().replaceAll(/[ _]+/g, '-'));
}
