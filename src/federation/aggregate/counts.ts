import type { RankedScope } from '../ask.ts';
import { countIn, Source } from './source.ts';
import type { Taken, Walk } from './walk.ts';

/**
 * Cinder's `with_count`: how many items match in all scopes together. Scopes whose page was not needed are asked for
 * one item, which costs them little and has the count beside it.
 *
 * @returns undefined when no service gave a count: it was not asked for, or no service knows it at this microversion
 */
export async function countOver(walk: Walk, taken: Taken): Promise<number | undefined> {
  const { query, lineup, turnout, request } = walk;
  const asked = query.passed.some(([name, value]) => name === 'with_count' && /^(true|1|t|yes|y|on)$/i.test(value));
  const given = taken.sources.some(({ first }) => countIn(first) !== undefined);
  if ((!asked && !given) || request.subject.service.listing?.counts !== true) return undefined;
  const known = new Map(taken.sources.map((source) => [source.scope.rank, countIn(source.first)]));
  const counts = await Promise.all(
    lineup.providers.map(async (provider, index) => {
      try {
        const scopes = await lineup.listersAt(index);
        return await Promise.all(scopes.map(async (scope) => known.get(scope.rank) ?? (await countAt(walk, scope))));
      } catch (error) {
        turnout.providerFailed(provider, error);
        return [];
      }
    }),
  );
  const said = counts.flat().filter((count) => count !== undefined);
  return said.length === 0 ? undefined : said.reduce((sum, count) => sum + count, 0);
}

async function countAt({ upstream, turnout }: Walk, scope: RankedScope): Promise<number | undefined> {
  const source = new Source(scope, upstream, { limit: 1 });
  await source.head();
  if (source.failure !== undefined) turnout.scopeFailed(scope, source.failure.error);
  return countIn(source.first);
}
