import type { Random } from '../data/random.ts';
import type { Settings } from '../settings.ts';
import type { Item } from './collection.ts';

/** What is kept for somebody; most of it is there from the beginning. */
export type Seeded =
  | 'volumes'
  | 'snapshots'
  | 'backups'
  | 'volumeTypes'
  | 'servers'
  | 'deletedServers'
  | 'flavors'
  | 'serverGroups'
  | 'keypairs'
  | 'images'
  | 'networks'
  | 'subnets'
  | 'ports'
  | 'routers'
  | 'securityGroups'
  | 'floatingIps'
  | 'groups'
  | 'transfers'
  | 'volumeAttachments'
  | 'zones'
  | 'recordsets'
  | 'secrets'
  | 'loadBalancers'
  | 'pools'
  | 'members'
  | 'stacks'
  | 'shares'
  | 'metrics';

/** What the making of somebody's first resources knows. */
export interface SeedContext {
  readonly settings: Settings;
  readonly cloud: string;
  /** Behind names of what is not in the cloud's first region. */
  readonly suffix: string;
  /** Who made the first resources. */
  readonly userId: string;
  /** In names, with the suffix. */
  readonly projectName: string;
  readonly projectId: string;
  /** Whether the resources are those that every project sees. */
  readonly shared: boolean;
  /** Whether the cloud has servers. */
  readonly compute: boolean;
  readonly random: (label: string) => Random;
  /** The same project's first resources of another type. */
  readonly others: (type: Seeded) => readonly Item[];
  /** What every project sees of another type, from the beginning. */
  readonly common: (type: Seeded) => readonly Item[];
}

export type Seed = (context: SeedContext) => Iterable<Item>;

/** When the first resources were made, milliseconds since the epoch. */
const BEGINNING = Date.UTC(2026, 0, 5, 8, 0, 0);

/** The moment when the nth resource of a project was made. */
export function madeAt(index: number): number {
  return BEGINNING + index * 61_000;
}
