import type { Unsaid } from '../errors.ts';
import { regionsIn } from '../keystone/catalog.ts';
import type { Service } from '../services/types.ts';
import { abortable, isCancelled } from './abort.ts';
import { unsaidOf } from './outcome.ts';
import type { Provider } from './provider.ts';
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
  /** Told of the providers that are still awaited, whenever that changes. */
  readonly awaiting?: (providers: readonly string[]) => void;
  readonly signal?: AbortSignal;
}

/** Enough room between two projects' ranks for the regions of the first, and between two providers' for its projects. */
const REGIONS_PER_PROJECT = 1000;
const RANKS_PER_PROVIDER = 1_000_000 * REGIONS_PER_PROJECT;

/**
 * Ask every scope of the narrowing at once. A provider's scopes are asked as soon as that provider was entered,
 * whatever the others do; what one cannot say never keeps the others from answering.
 *
 * @throws HomeAuthError; UsageError when the narrowing names a provider that does not exist, or a project that
 *   none of its providers has
 */
export async function askScopes(
  roster: Roster,
  options: AskOptions,
  ask: (scope: RankedScope) => Promise<void>,
): Promise<void> {
  const providers = await abortable(roster.providers(options.narrowing), options.signal);
  const awaited = new Set(providers.map(({ name }) => name));
  options.awaiting?.([...awaited]);
  const begins = turnsFor(providers, options.first);
  let asked = 0;
  let inRegions = 0;
  let failed = 0;
  await Promise.all(
    providers.map(async (provider, index) => {
      await begins.get(provider);
      try {
        const scopes = await abortable(scopesAt(roster, provider, index, options.narrowing), options.signal);
        const given = await Promise.all(scopes.map((scope) => askRegions(roster, scope, ask, options)));
        asked += scopes.length;
        for (const each of given) inRegions += each;
      } catch (error) {
        failed += 1;
        if (!isCancelled(options.signal))
          options.unsaid(unsaidOf(error, { provider: provider.name, rank: index * RANKS_PER_PROVIDER }));
      }
      awaited.delete(provider.name);
      options.awaiting?.([...awaited]);
    }),
  );
  const narrowing = roster.narrowing(options.narrowing);
  if (narrowing.regions !== undefined && asked > 0 && inRegions === 0) {
    const { noSuchRegion } = await import('./no-such-region.ts');
    throw await noSuchRegion(roster, providers, narrowing);
  }
  if (asked === 0 && failed === 0 && narrowing.projects !== undefined) {
    const { noSuchProject } = await import('./ambiguity.ts');
    throw noSuchProject(
      narrowing,
      providers.map(({ name }) => name),
    );
  }
}

/**
 * When to begin with each: in each turn of the event loop with as many as in all before. To recall the tokens of all and
 * to connect to them takes longer than the first needs to answer, and what has come is looked at in between.
 */
function turnsFor(providers: readonly Provider[], first: readonly string[] = []): ReadonlyMap<Provider, Promise<void>> {
  const places = new Map(first.map((name, place) => [name, place]));
  const placeOf = ({ name }: Provider) => places.get(name) ?? first.length;
  const order = [...providers].sort((one, other) => placeOf(one) - placeOf(other));
  let turn = Promise.resolve();
  return new Map(
    order.map((provider, index) => {
      if (index > 0 && Number.isInteger(Math.log2(index))) turn = turn.then(nextTurn);
      return [provider, turn];
    }),
  );
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** The scopes of one provider that the narrowing leaves. @throws HomeAuthError, ProviderAuthError, TransportError */
export async function scopesAt(roster: Roster, provider: Provider, index: number, narrowing?: Narrowing) {
  const projects = await roster.projectsAt(provider, narrowing);
  return projects.map((project, place) => ({
    provider: provider.name,
    project,
    rank: index * RANKS_PER_PROVIDER + place * REGIONS_PER_PROJECT,
  }));
}

/**
 * Ask a project's scopes: those of the service's regions, where a service is asked.
 * @returns how many scopes there are, or may be, in the regions of the narrowing
 */
async function askRegions(
  roster: Roster,
  project: RankedScope,
  ask: (scope: RankedScope) => Promise<void>,
  options: AskOptions,
): Promise<number> {
  let scopes: readonly RankedScope[];
  try {
    scopes = await abortable(regionsAt(roster, project, options), options.signal);
  } catch (error) {
    if (!isCancelled(options.signal)) options.unsaid(unsaidOf(error, project));
    return 1;
  }
  await Promise.all(scopes.map((scope) => askOne(scope, ask, options)));
  return scopes.length;
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

async function askOne(scope: RankedScope, ask: (scope: RankedScope) => Promise<void>, options: AskOptions) {
  try {
    await ask(scope);
  } catch (error) {
    if (!isCancelled(options.signal)) options.unsaid(unsaidOf(error, scope));
  }
}
