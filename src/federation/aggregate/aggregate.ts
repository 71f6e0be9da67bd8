import { type Unsaid, UsageError } from '../../errors.ts';
import { askScopes, type RankedScope } from '../ask.ts';
import type { Caller } from '../call.ts';
import type { Locator } from '../locate.ts';
import type { Memory } from '../memory.ts';
import { pagesOf } from '../pages.ts';
import type { Roster } from '../roster.ts';
import type { Aggregated, AggregateRequest } from './request.ts';

/** One page of a collection over all scopes, as the service itself would answer it. */
export async function aggregate(
  roster: Roster,
  caller: Caller,
  memory: Memory,
  _locator: Locator,
  request: AggregateRequest,
): Promise<Aggregated> {
  const { collection: type, service } = request.subject;
  if (type === undefined) throw new UsageError(`${request.subject.path} is no collection.`);
  const missing: Unsaid[] = [];
  const listed: Array<{ scope: RankedScope; items: readonly unknown[] }> = [];
  let scopes = 0;
  const hooks = {
    unsaid: (each: Unsaid) => void missing.push(each),
    ...(request.narrowing !== undefined && { narrowing: request.narrowing }),
    ...(request.signal !== undefined && { signal: request.signal }),
  };
  await askScopes(roster, hooks, async (scope) => {
    scopes += 1;
    const query = [...new URLSearchParams(request.subject.query)];
    for await (const items of pagesOf(caller, scope, service, type, { query })) {
      await memory.learnPage(type, items, scope);
      listed.push({ scope, items });
    }
  });
  listed.sort((a, b) => a.scope.rank - b.scope.rank);
  return { kind: 'page', body: { [type.listKey]: listed.flatMap(({ items }) => items) }, missing, scopes };
}
