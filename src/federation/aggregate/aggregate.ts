import { UsageError } from '../../errors.ts';
import { readText } from '../../ports/http.ts';
import type { ResourceType } from '../../services/types.ts';
import { isCancelled } from '../abort.ts';
import { bytesOf } from '../bytes.ts';
import type { Engine } from '../engine.ts';
import { itemsOf } from '../pages.ts';
import { isNarrowed } from '../roster.ts';
import { bodyOf } from './body.ts';
import { concatenate } from './concatenate.ts';
import { countOver } from './counts.ts';
import type { Lists } from './list-check.ts';
import { findMarker, firstAnswer, sightingOf, startAt } from './marker.ts';
import { type Beginning, merge } from './merge.ts';
import { type Order, ranked } from './order.ts';
import type { Aggregated, AggregatedPage, AggregateRequest, PassedAnswer } from './request.ts';
import { commonVersionHeaders, versionHeadersIn } from './version-headers.ts';
import { type Taken, type Walk, walkOf } from './walk.ts';

/**
 * One page of a collection over all scopes, as the service itself would answer it.
 *
 * Nothing is kept between pages: where the walk goes on is in the link, or follows from the marker. What is held is
 * about a page for each scope that takes part.
 *
 * @throws HomeAuthError; UsageError for a subject that is no collection, a narrowing that names what does not exist, or
 *   paging backwards; CouldNotSayError when no scope could be asked, or when nobody that could be knows the marker
 */
export async function aggregate(engine: Engine, request: AggregateRequest): Promise<Aggregated> {
  const { collection: type, path } = request.subject;
  if (type === undefined) throw new UsageError(`${path} is not the path of a collection.`);
  // Lists that were remembered are fetched beside the walk, and nearly always what they were.
  const answer =
    (await attempt(engine, request, type, 'remembered')) ?? (await attempt(engine, request, type, 'current'));
  if (answer === undefined) throw new Error('a walk by lists that are out of date as they come');
  return answer;
}

/** @returns undefined where the lists that the walk went by are out of date */
async function attempt(
  engine: Engine,
  request: AggregateRequest,
  type: ResourceType,
  lists: Lists,
): Promise<Aggregated | undefined> {
  const stopped = new AbortController();
  const signal = request.signal === undefined ? stopped.signal : AbortSignal.any([stopped.signal, request.signal]);
  try {
    return await page(await walkOf(engine, request, type, signal, lists));
  } catch (error) {
    if (isCancelled(request.signal)) request.signal?.throwIfAborted();
    throw error;
  } finally {
    // Pages that were asked for ahead and are not needed.
    stopped.abort();
  }
}

/** What a walk gave, and how far in the federation's order it had to come for that. */
interface Outcome {
  readonly answer: Aggregated;
  /** The place of the last provider that has a part in it. */
  readonly last: number;
}

/** Every provider has a part in it. */
const ALL = Number.POSITIVE_INFINITY;

async function page(walk: Walk): Promise<Aggregated | undefined> {
  const { check } = walk.lineup;
  try {
    const { answer, last } = await outcomeOf(walk);
    if (!(await check.areCurrent(last))) return undefined;
    return answer.kind === 'page' ? { ...answer, missing: [...answer.missing, ...check.unsaid(last)] } : answer;
  } catch (error) {
    if (isCancelled(walk.request.signal) || (await check.areCurrent(ALL))) throw error;
    return undefined;
  } finally {
    await walk.lesson.end();
  }
}

async function outcomeOf(walk: Walk): Promise<Outcome> {
  const judged = await judgedByService(walk);
  if (judged !== undefined) return { answer: judged, last: ALL };
  const taken = walk.order === undefined ? await inTurn(walk) : await sorted(walk, walk.order);
  if (isCancelled(walk.request.signal)) walk.request.signal?.throwIfAborted();
  if ('kind' in taken) return { answer: taken, last: ALL };
  const refusal = walk.turnout.ifNobodyAnswered();
  if (refusal !== undefined) return { answer: refusal, last: ALL };
  await walk.lineup.requireScope();
  // Where everybody is asked, a type that nobody has is an empty list. On later pages others have answered before.
  if (isNarrowed(walk.request.narrowing ?? {}) && walk.query.marker === undefined)
    walk.turnout.requireService(walk.request.subject.service.type);
  const count = await countOver(walk, taken);
  const answer: Aggregated = {
    kind: 'page',
    body: bodyOf(walk, taken, count),
    headers: commonVersionHeaders(taken.sources.map(({ versionHeaders }) => versionHeaders)),
    missing: walk.turnout.missing,
    scopes: taken.sources.length,
  };
  return { answer, last: taken.more && count === undefined ? lastPlace(walk, taken) : ALL };
}

function lastPlace({ lineup }: Walk, { sources }: Taken): number {
  return Math.max(...sources.map(({ scope }) => lineup.providers.indexOf(scope.provider)));
}

/** A limit that is no number above 0 means what the service says it does: a refusal, nothing, or no limit. */
async function judgedByService(walk: Walk): Promise<Aggregated | undefined> {
  if (walk.query.oddLimit === undefined) return undefined;
  const answer = await firstAnswer(walk);
  if (answer === undefined || answer.response.status !== 200) return answer;
  const body = await bodyIn(answer, walk.type);
  return body && { kind: 'page', body, headers: versionHeadersIn(answer.response.headers), missing: [], scopes: 1 };
}

/** The body, if it lists nothing. */
async function bodyIn({ response }: PassedAnswer, type: ResourceType): Promise<AggregatedPage['body'] | undefined> {
  const text = await readText(response.body);
  return itemsOf(JSON.parse(text), type)?.length === 0 ? bytesOf(text) : undefined;
}

async function inTurn(walk: Walk): Promise<Taken | PassedAnswer> {
  const { marker, cursor } = walk.query;
  if (marker === undefined) return concatenate(walk);
  const linked = cursor?.at && (await startAt(walk, cursor.at, marker, true));
  if (linked !== undefined) return concatenate(walk, linked);
  const found = await findMarker(walk, marker);
  if (found === undefined) return unknownMarker(walk, () => concatenate(walk));
  const taken = await concatenate(walk, found.start);
  if (!('kind' in taken) || found.remembered === undefined) return taken;
  // It may live elsewhere by now.
  await walk.memory.forget(found.remembered.type, found.remembered.id);
  const anew = await findMarker(walk, marker);
  return anew === undefined ? taken : concatenate(walk, anew.start);
}

async function sorted(walk: Walk, order: Order): Promise<Taken | PassedAnswer> {
  const { marker, cursor } = walk.query;
  const from = async (beginning: Beginning) => (await merge(walk, order, beginning)) ?? none;
  if (marker === undefined) return from({ kind: 'start' });
  if (cursor?.taken !== undefined) return from({ kind: 'positions', taken: cursor.taken });
  const taken = await merge(walk, order, { kind: 'item', id: marker });
  if (taken !== undefined) return taken;
  // It may be there without being listed: it no longer fits the filters.
  const sighting = await sightingOf(walk, marker);
  if (sighting === undefined) return unknownMarker(walk, () => from({ kind: 'start' }));
  const { id, scope } = sighting;
  return from({ kind: 'place', id, scope, value: ranked(order, sighting) });
}

const none: Taken = { entries: [], more: false, place: {}, sources: [] };

/** A service that ignores a marker which it does not know begins at the start. */
async function unknownMarker(walk: Walk, ignored: () => Promise<Taken | PassedAnswer>): Promise<Taken | PassedAnswer> {
  const answer = await firstAnswer(walk);
  return answer === undefined || answer.response.status === 200 ? ignored() : answer;
}
