import type { Entry } from './entry.ts';
import { markedIn } from './marker.ts';
import { Procession, type Start } from './procession.ts';
import type { PassedAnswer } from './request.ts';
import type { Source } from './source.ts';
import type { Taken, Walk } from './walk.ts';

/**
 * A page of one scope after another, each in the service's own order.
 * @returns an answer when the service refuses the marker in the very scope in which the walk begins
 */
export async function concatenate(walk: Walk, start: Start = { provider: 0 }): Promise<Taken | PassedAnswer> {
  const procession = new Procession(walk, start);
  const entries: Entry[] = [];
  let skip = walk.query.offset;
  let more = false;
  for await (const { source, isLast } of procession) {
    for (let entry = await source.head(); entry !== undefined; entry = source.held ?? (await source.head())) {
      source.shift();
      if (skip > 0) skip -= 1;
      else entries.push(entry);
      if (entries.length === walk.size) break;
    }
    const refusal = source.after === undefined ? undefined : source.failure?.refusal;
    if (refusal !== undefined && !source.answered) return { kind: 'answer', ...refusal, missing: [] };
    noteOutcome(walk, source);
    if (entries.length === walk.size) {
      more = source.mayHaveMore || !isLast;
      break;
    }
  }
  const last = entries.at(-1)?.scope;
  return {
    entries,
    more,
    place: last === undefined ? {} : { at: markedIn(last) },
    sources: procession.sources,
  };
}

/** A scope that failed in the middle of its pages answered, and lacks the rest. */
export function noteOutcome({ turnout }: Walk, source: Source): void {
  if (source.answered) turnout.answered();
  if (source.lacksService) turnout.lacksService(source.scope);
  const { failure, scope } = source;
  if (failure !== undefined) turnout.scopeFailed(scope, failure.error, source.answered ? undefined : failure.refusal);
}
