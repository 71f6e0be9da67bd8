import { type AbsentAnswer, ProviderResponseError, type Unsaid } from '../errors.ts';
import type { CancelSignal, HeaderPairs } from '../ports/http.ts';
import type { Service } from '../services/types.ts';
import { anySignal, isCancelled } from './abort.ts';
import { askScopes, type RankedScope } from './ask.ts';
import { type Caller, NO_SERVICE } from './call.ts';
import { ownerOf, preferOwner } from './owner.ts';
import { idsOf, type Named } from './resource.ts';
import type { Narrowing, Roster } from './roster.ts';
import { failedScope, regionKey, type Scope } from './scope.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A scope in which a resource was seen, with what it said. */
export type Sighting = Extract<Verdict, { kind: 'here' }> & { readonly named: Named; readonly scope: RankedScope };

export interface Probed {
  /** One for each provider and id, in the scope that owns it where that is one of the user's. */
  readonly sightings: readonly Sighting[];
  /** The providers that said it is not there. */
  readonly absent: readonly string[];
  readonly unsaid: readonly Unsaid[];
  /** The first 404, in the federation's order. */
  readonly answer?: AbsentAnswer | undefined;
}

export interface ProbeOptions {
  /** The providers to begin with, in this order; the others do not wait for them. */
  readonly first?: readonly string[];
  readonly narrowing?: Narrowing;
  readonly version?: string;
  /** Asked before lists are fetched again: whether what is sought was found by another probe. */
  readonly isFoundElsewhere?: () => Promise<boolean>;
  /** Headers of the client's request by which it asks for a microversion: the probes ask for the same. */
  readonly asked?: HeaderPairs;
  readonly awaiting?: (providers: readonly string[]) => void;
  readonly signal?: CancelSignal;
}

/** Always JSON: services answer in HTML otherwise, and an HTML 404 says nothing. */
const PROBE_HEADERS = [['Accept', 'application/json']] as const;

/**
 * GET a resource's show path in every scope at once.
 *
 * For ids that a service makes (UUIDs) the first owner is the owner, and the other probes are cancelled. Ids that
 * can be the same at several clouds are heard from all.
 */
export function probe(
  roster: Roster,
  caller: Caller,
  service: Service,
  named: Named,
  options: ProbeOptions = {},
): Promise<Probed> {
  const firstWins = idsOf(named) === 'uuid';
  const { isFoundElsewhere } = options;
  const decided = new AbortController();
  const signal = anySignal(options.signal, decided.signal);
  const sightings: Sighting[] = [];
  const absent: Array<{ readonly scope: RankedScope; readonly answer: AbsentAnswer | undefined }> = [];
  const unsaid: Unsaid[] = [];
  const heard = () => {
    const inOrder = absent.sort((a, b) => a.scope.rank - b.scope.rank);
    return {
      sightings: oneEach(sightings),
      absent: inOrder.map(({ scope }) => scope.provider),
      unsaid,
      answer: inOrder.find(({ answer }) => answer !== undefined)?.answer,
    };
  };

  return new Promise((resolve, reject) => {
    const ask = async (scope: RankedScope) => {
      const answer = await probeOne(caller, scope, service, named, { ...options, signal });
      if (answer.kind === 'here') {
        sightings.push({ ...answer, named, scope });
        if (firstWins) {
          resolve(heard());
          decided.abort();
        }
      } else if (answer.kind === 'absent') absent.push({ scope, answer: answerOf(scope, answer) });
      else unsaid.push(unsaidBy(scope, answer));
    };
    const hooks = {
      signal,
      service,
      unsaid: (each: Unsaid) => unsaid.push(each),
      // Of ids that can be the same at several clouds all owners are wanted.
      ...((firstWins || isFoundElsewhere !== undefined) && {
        isEnough: () => (firstWins && sightings.length > 0) || (isFoundElsewhere?.() ?? false),
      }),
      ...(options.narrowing !== undefined && { narrowing: options.narrowing }),
      ...(options.first !== undefined && { first: options.first }),
      ...(options.awaiting !== undefined && { awaiting: options.awaiting }),
    };
    askScopes(roster, hooks, ask).then(() => {
      if (isCancelled(options.signal)) reject(options.signal?.reason);
      else resolve(heard());
    }, reject);
  });
}

function unsaidBy(scope: RankedScope, { reason, kind, ...options }: Extract<Verdict, { kind: 'unsaid' }>): Unsaid {
  const { provider, rank } = scope;
  return { ...failedScope(scope), reason, rank, cause: new ProviderResponseError(reason, { provider, ...options }) };
}

/** The verdict on a provider that does not have the service: no answer came with it. */
export interface NoService {
  readonly kind: 'absent';
  readonly response?: never;
}

/** The 404 as it came. */
export function answerOf(
  scope: Scope,
  absent: NoService | Extract<Verdict, { kind: 'absent' }>,
): AbsentAnswer | undefined {
  if (absent.response === undefined) return undefined;
  const { status, statusText, headers, url } = absent.response;
  return {
    provider: scope.provider,
    project: scope.project.name,
    status,
    statusText,
    headers,
    bytes: absent.bytes,
    url,
  };
}

/** How one scope is asked. */
export interface AskingOne {
  readonly version?: string | undefined;
  readonly asked?: HeaderPairs | undefined;
  readonly signal?: CancelSignal | undefined;
}

/** What one scope says. A provider without the service does not have the resource. */
export async function probeOne(
  caller: Caller,
  scope: Scope,
  service: Service,
  named: Named,
  { version, asked = [], signal }: AskingOne = {},
): Promise<Verdict | NoService> {
  const microversion = named.microversion ?? named.type?.microversion;
  const call = {
    method: 'GET',
    target: { service, path: named.itemPath, query: named.showQuery ?? '', ...(version !== undefined && { version }) },
    step: 'probe',
    ...(signal !== undefined && { signal }),
  };
  if (asked.length > 0) {
    const response = await caller.call(scope, { ...call, headers: [...PROBE_HEADERS, ...asked] });
    if (response === NO_SERVICE) return { kind: 'absent' };
    if (response.status !== 406) return verdictOf(named, response);
    // What is older than the client's wish may have the resource all the same.
    response.body.discard();
  }
  const least = microversion === undefined ? {} : { microversion };
  const response = await caller.call(scope, { ...call, headers: PROBE_HEADERS, ...least });
  return response === NO_SERVICE ? { kind: 'absent' } : verdictOf(named, response);
}

/** Several projects that see one resource of a provider's region (a shared network) are one sighting. */
function oneEach(sightings: readonly Sighting[]): Sighting[] {
  const groups = new Map<string, Sighting[]>();
  for (const each of sightings) {
    const key = JSON.stringify([regionKey(each.scope), each.id]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()]
    .map((group) => preferOwner(group, ownerOf(group[0]?.named.type, group[0]?.item)))
    .filter((each) => each !== undefined)
    .sort((a, b) => a.scope.rank - b.scope.rank);
}
