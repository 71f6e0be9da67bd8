import { UsageError } from '../errors.ts';
import { resourceTypes, typeNamed } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';

/** The resource types that are known by name. */
export const resourceTypeNames = [
  'server',
  'flavor',
  'keypair',
  'server-group',
  'volume',
  'volume-snapshot',
  'volume-backup',
  'volume-type',
  'image',
  'network',
  'subnet',
  'port',
  'router',
  'security-group',
  'floating-ip',
  'project',
  'user',
  'region',
  'service',
  'endpoint',
] as const;

/** The name of a resource type: `server`, `volume`, `floating-ip`… */
export type ResourceTypeName = (typeof resourceTypeNames)[number];

/** @throws UsageError for a name that is none */
export function resourceTypeOf(name: ResourceTypeName): ResourceType {
  const type = typeof name === 'string' ? typeNamed(name) : undefined;
  if (type !== undefined) return type;
  throw new UsageError(`There is no resource type ${String(name)}.`, {
    hint: `There are: ${resourceTypes.map((each) => each.name).join(', ')}.`,
  });
}
