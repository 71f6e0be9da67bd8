import { bodyOf, readBytes } from '../../ports/http.ts';
import type { LocationEntry } from '../../ports/memory.ts';
import { NO_SERVICE } from '../call.ts';
import { microversionsIn } from '../microversion.ts';
import { nothingFound } from '../outcome.ts';
import { type ProbeOptions, probe, type Sighting } from '../probe.ts';
import { itemPath, type Named } from '../resource.ts';
import type { Scope } from '../scope.ts';
import { unsaidOf } from '../unsaid.ts';
import { CURSOR, type MarkedScope } from './cursor.ts';
import type { Start } from './procession.ts';
import type { PassedAnswer } from './request.ts';
import { showerOf } from './shared.ts';
import type { Walk } from './walk.ts';

/** Where a marker was found. */
export interface Found {
  readonly start: Start;
  /** The remembered location that led there; it may be out of date. */
  readonly remembered?: LocationEntry;
}

/**
 * Where a walk continues that a client continues by itself, with the id of the last item that it saw.
 * @returns undefined when every scope says that there is no such item
 * @throws CouldNotSayError when some could not say
 */
export async function findMarker(walk: Walk, marker: string): Promise<Found | undefined> {
  const named = namedBy(walk, marker);
  // What is remembered of an id that several may have is only one of them.
  const remembered = walk.type.ids === 'uuid' ? await walk.memory.recall(named) : undefined;
  if (remembered !== undefined) {
    const start = await startAt(walk, remembered.location, remembered.id);
    if (start !== undefined) return { start, remembered };
  }
  const sighting = await sightingOf(walk, marker);
  if (sighting === undefined) return undefined;
  const { scope, id } = sighting;
  const start = await startAt(walk, markedIn(scope), id);
  return start && { start };
}

/**
 * The item with this id. Of several that have the same chosen id the last one in the federation's order is meant: a
 * walk that continues behind an earlier one would go in circles.
 *
 * @throws CouldNotSayError when it was seen nowhere and some could not say
 */
export async function sightingOf(walk: Walk, marker: string): Promise<Sighting | undefined> {
  const { roster, caller, request, signal } = walk;
  const { narrowing, subject } = request;
  const options: ProbeOptions = {
    signal,
    ...(narrowing !== undefined && { narrowing }),
    ...(subject.version !== undefined && { version: subject.version }),
    asked: microversionsIn(subject.service, request.headers),
  };
  const named = namedBy(walk, marker);
  const { sightings, absent, unsaid } = await probe(roster, caller, subject.service, named, options);
  if (sightings.length === 0 && unsaid.length > 0) {
    throw nothingFound(`The marker (${named.typeName} ${marker})`, absent, unsaid);
  }
  for (const { scope } of sightings.slice(0, -1)) walk.turnout.markerElsewhere(scope, marker);
  return sightings.at(-1);
}

function namedBy({ type }: Walk, id: string): Named {
  return { type, typeName: type.name, id, itemPath: itemPath(type, encodeURIComponent(id)) };
}

/**
 * The beginning behind an item that lives in a certain scope: in the scope that lists it.
 * @returns undefined when that scope does not take part
 */
export async function startAt(
  walk: Walk,
  at: MarkedScope,
  marker: string,
  listedThere = false,
): Promise<Start | undefined> {
  const { lineup, type, request, query, signal, caller } = walk;
  const provider = lineup.providers.indexOf(at.provider);
  if (provider === -1) return undefined;
  const scopes = await lineup.listersAt(provider).catch((error: unknown) => void unsaidOf(error, at));
  // The procession says why, and goes on with the next provider.
  if (scopes === undefined) return { provider };
  const asking = { caller, type, lineup, signal, service: request.subject.service, passed: query.passed };
  const shower = type.visibility === 'shared' && !listedThere ? await showerOf(asking, scopes, marker) : undefined;
  const everywhere = type.visibility === 'provider' || type.visibility === 'user';
  const inRegion = scopes.filter(({ region }) => at.region === undefined || region === at.region);
  const scope = shower ?? (everywhere ? inRegion[0] : inRegion.find(({ project }) => project.id === at.projectId));
  return scope && { provider, scope: { rank: scope.rank, marker } };
}

/** A scope as a link names it. */
export function markedIn({ provider, project, region, isRegional }: Scope): MarkedScope {
  return { provider, projectId: project.id, ...(isRegional === true && region !== undefined && { region }) };
}

/** What the first scope that can answer says to the client's request as it is. Why others cannot is said elsewhere. */
export async function firstAnswer(walk: Walk): Promise<PassedAnswer | undefined> {
  const { lineup, caller, request, upstream, signal } = walk;
  const parameters = new URLSearchParams(request.subject.query);
  parameters.delete(CURSOR);
  for (const index of lineup.providers.keys()) {
    const provider = lineup.providers[index] ?? '';
    const notOurs = (error: unknown) => void unsaidOf(error, { provider });
    for (const scope of (await lineup.listersAt(index).catch(notOurs)) ?? []) {
      const target = { ...request.subject, query: parameters.toString() };
      const call = { method: 'GET', target, headers: upstream.headers, step: 'list', signal };
      const response = await caller.call(scope, call).catch(notOurs);
      if (response === undefined || response === NO_SERVICE) continue;
      const body = bodyOf(await readBytes(response.body));
      return { kind: 'answer', scope, response: { ...response, body }, missing: [] };
    }
  }
  return undefined;
}
