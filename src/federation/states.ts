/** What each provider says when it is asked now: whether it can be used, and what the user has there. */
import {
  CatalogError,
  HomeAuthError,
  isFedError,
  ProviderAuthError,
  ProviderResponseError,
  TransportError,
  type Unsaid,
  UsageError,
} from '../errors.ts';
import { type Catalog, regionsIn } from '../keystone/catalog.ts';
import type { Project } from '../keystone/token.ts';
import type { Clock } from '../ports/clock.ts';
import { serviceNamed } from '../services/index.ts';
import { abortable, isTimeout } from './abort.ts';
import { endpointsIn } from './endpoint.ts';
import type { Provider } from './provider.ts';
import type { Narrowing, Roster } from './roster.ts';
import { unsaidOf } from './unsaid.ts';

/** What a provider said when it was asked. */
export interface ProviderState {
  readonly name: string;
  readonly kind: Provider['kind'];
  /** Its place in the federation's order. */
  readonly rank: number;
  /** Whether it answered at all: a gateway in front of it is not the cloud. */
  readonly reachable: boolean;
  readonly projects: readonly Project[];
  /** Those of its catalog. Absent: the catalog was not looked into. */
  readonly regions?: readonly string[];
  /** Milliseconds that it took to say which projects there are. */
  readonly ms: number;
  /** Why it, or a part of it, cannot be used. */
  readonly unsaid?: Unsaid;
}

export interface StatesOptions {
  readonly narrowing?: Narrowing;
  readonly signal?: AbortSignal;
  /** Whether what is remembered is enough. Otherwise each provider is sent a request at least. */
  readonly isCached?: boolean;
}

export interface StatesHooks {
  /** Told of the providers that are still awaited, whenever that changes. */
  readonly awaiting: (names: readonly string[]) => void;
  /** Told of every provider, in the federation's order, when all are known. */
  readonly done: (state: ProviderState) => void;
}

type Look = Omit<ProviderState, 'rank'>;

/** More services than these are not named one by one. */
const MOST_REASONS = 3;
/** What a gateway answers for a cloud that does not. */
const GATEWAY_STATUS = [502, 503, 504];

/** @throws HomeAuthError, UsageError */
export async function tellStates(
  roster: Roster,
  clock: Clock,
  options: StatesOptions,
  { awaiting, done }: StatesHooks,
): Promise<void> {
  const { narrowing, signal, isCached } = options;
  const asked = clock.now();
  const since = isCached ? undefined : asked;
  const remembered = await abortable(roster.providers(narrowing), signal);
  const entered = clock.now();
  const looks = new Map<string, Promise<Look>>();
  const awaited = new Set<string>();
  const begin = (providers: readonly Provider[]) => {
    for (const provider of providers) {
      if (looks.has(provider.name)) continue;
      awaited.add(provider.name);
      // Home was asked first, for the list of the others.
      const began = provider.kind === 'home' ? asked : entered;
      const look = lookAt(roster, clock, provider, { ...options, since, began }).finally(() => {
        awaited.delete(provider.name);
        awaiting([...awaited]);
      });
      // One that home does not list any more is not waited for.
      look.catch(() => {});
      looks.set(provider.name, look);
    }
    awaiting([...awaited]);
  };
  begin(remembered);
  const there = since === undefined ? remembered : await listedNow(roster, options, since, remembered);
  begin(there);
  const states = await Promise.all(there.map(({ name }) => looks.get(name)));
  const meant = inRegions(states, roster.narrowing(narrowing).regions);
  for (const [rank, state] of states.entries()) if (state !== undefined && meant(state)) done({ ...state, rank });
}

/**
 * Which states are of providers with such a region; of one that could not say, that is open.
 * @throws UsageError for regions that nobody has
 */
function inRegions(states: readonly (Look | undefined)[], wanted: readonly string[] | undefined) {
  if (wanted === undefined) return () => true;
  const isIn = ({ regions }: Look) => regions === undefined || regions.some((region) => wanted.includes(region));
  if (!states.some((state) => state !== undefined && isIn(state))) {
    const there = [...new Set(states.flatMap((state) => state?.regions ?? []))].join(', ');
    throw new UsageError(`There is no region ${wanted.join(' or ')}; there are: ${there}.`);
  }
  return isIn;
}

/** The providers as home lists them now; those that are remembered where it cannot say. */
async function listedNow(
  roster: Roster,
  { narrowing, signal }: StatesOptions,
  since: number,
  remembered: readonly Provider[],
): Promise<readonly Provider[]> {
  try {
    return await abortable(roster.currentProviders(narrowing, since), signal);
  } catch (error) {
    if (error instanceof HomeAuthError || !(isFedError(error) || isTimeout(error))) throw error;
    return remembered;
  }
}

async function lookAt(
  roster: Roster,
  clock: Clock,
  provider: Provider,
  { narrowing, signal, since, began }: StatesOptions & { since: number | undefined; began: number },
): Promise<Look> {
  const { name, kind } = provider;
  let projects: readonly Project[] = [];
  let ms: number | undefined;
  try {
    const known =
      since === undefined
        ? roster.projectsAt(provider, narrowing)
        : roster.currentProjectsAt(provider, narrowing, since);
    projects = await abortable(known, signal);
    ms = clock.now() - began;
    const [first] = projects;
    if (since === undefined || first === undefined) return { name, kind, reachable: true, projects, ms };
    const { catalog } = await abortable(provider.tokenFor(first), signal);
    const unsaid = problemOf(catalog, provider);
    const regions = regionsIn(catalog);
    return { name, kind, reachable: true, projects, regions, ms, ...(unsaid !== undefined && { unsaid }) };
  } catch (error) {
    const unsaid = unsaidOf(error, { provider: name });
    return { name, kind, reachable: hasAnswered(error), projects, ms: ms ?? clock.now() - began, unsaid };
  }
}

function hasAnswered(error: unknown): boolean {
  if (error instanceof TransportError || isTimeout(error)) return false;
  // Home gives the assertion: what fails there says nothing of the provider.
  const isProviders = error instanceof ProviderAuthError ? error.step !== 'assertion' : isAnswerOf(error);
  return !(isProviders && GATEWAY_STATUS.includes(Number((error as { status?: number }).status)));
}

function isAnswerOf(error: unknown): boolean {
  return error instanceof ProviderResponseError || error instanceof HomeAuthError;
}

/** What of a catalog cannot be asked. */
function problemOf(catalog: Catalog, provider: Provider): Unsaid | undefined {
  const { name } = provider;
  if (catalog.length === 0) {
    return unsaidOf(new CatalogError(`${name}: its catalog is empty.`, { provider: name, service: '' }), {
      provider: name,
    });
  }
  const found: Unsaid[] = [];
  for (const service of new Set(catalog.map(({ type }) => serviceNamed(type)))) {
    try {
      endpointsIn(catalog, service, provider);
    } catch (error) {
      found.push(unsaidOf(error, { provider: name }));
    }
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const reasons = found.slice(0, MOST_REASONS).map(({ reason }) => reason.replace(/\.$/, ''));
  if (found.length > MOST_REASONS) reasons.push(`and ${found.length - MOST_REASONS} more services`);
  return { ...first, reason: reasons.join('; ') };
}
