/** The scopes of a provider's projects, in the federation's order. */

import type { Unsaid } from '../errors.ts';
import { regionsIn } from '../keystone/catalog.ts';
import type { Project } from '../keystone/token.ts';
import type { Service } from '../services/types.ts';
import { regionalScopes } from './regions.ts';
import type { Narrowing, Roster } from './roster.ts';
import type { Scope } from './scope.ts';

/** A scope with its place in the federation's order: home first, then as home lists its providers. */
export interface RankedScope extends Scope {
  readonly rank: number;
}

export interface AskOptions {
  readonly narrowing?: Narrowing;
  /** The service that is asked: its regions are scopes of their own. Absent: a scope is a project, in no region. */
  readonly service?: Service;
  /** The providers to begin with, in this order; the others follow at once, in the federation's. */
  readonly first?: readonly string[];
  /** Told of every provider or scope that cannot be asked, with the reason. */
  readonly unsaid: (unsaid: Unsaid) => void;
  /**
   * For a search: whether what was heard is enough. Then lists that were remembered need not be fetched again; otherwise
   * they are, at the end. Absent: nothing is enough, as in a listing, and they are fetched meanwhile.
   */
  readonly isEnough?: () => boolean | Promise<boolean>;
  /** Told of the providers that are still awaited, whenever that changes. */
  readonly awaiting?: (providers: readonly string[]) => void;
  readonly signal?: AbortSignal;
}

/** Enough room between two projects' ranks for the regions of the first, and between two providers' for its projects. */
const REGIONS_PER_PROJECT = 1000;
const RANKS_PER_PROVIDER = 1_000_000 * REGIONS_PER_PROJECT;

/** Where a provider itself is, in messages about it: before its scopes. */
export function providerRank(index: number): number {
  return index * RANKS_PER_PROVIDER;
}

/** @param from how many projects of the provider come before these */
export function rankedScopes(provider: string, index: number, projects: readonly Project[], from = 0): RankedScope[] {
  return projects.map((project, place) => ({
    provider,
    project,
    rank: providerRank(index) + (from + place) * REGIONS_PER_PROJECT,
  }));
}

/** A project's scopes for the service that is asked. @throws CatalogError; as `tokenFor` */
export async function regionsAt(
  roster: Roster,
  project: RankedScope,
  { service, narrowing }: Pick<AskOptions, 'service' | 'narrowing'>,
): Promise<readonly RankedScope[]> {
  const { regions } = roster.narrowing(narrowing);
  if (service === undefined && regions === undefined) return [project];
  const provider = roster.named(project.provider);
  const { catalog } = provider.heldToken?.(project.project) ?? (await provider.tokenFor(project.project));
  if (service === undefined) return regionsIn(catalog).some((region) => regions?.includes(region)) ? [project] : [];
  return regionalScopes(project, catalog, provider, service, regions).map((scope, place) => ({
    ...scope,
    rank: scope.rank + place,
  }));
}
