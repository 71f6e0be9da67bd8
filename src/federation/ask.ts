import { abortable, isCancelled } from './abort.ts';
import type { Provider } from './provider.ts';
import type { AskOptions, RankedScope } from './ranks.ts';
import type { Roster } from './roster.ts';
import { Round } from './round.ts';

export type { AskOptions, RankedScope };

/**
 * Ask every scope of the narrowing at once. A provider's scopes are asked as soon as that provider was entered,
 * whatever the others do; what one cannot say never keeps the others from answering.
 *
 * Lists of providers and projects that were remembered are fetched once more: meanwhile, or for a search at its end, if
 * it has not found enough. What has come since then is asked too.
 *
 * @throws HomeAuthError; UsageError when the narrowing names a provider that does not exist, or a project that
 *   none of its providers has
 */
export async function askScopes(
  roster: Roster,
  options: AskOptions,
  ask: (scope: RankedScope) => Promise<void>,
): Promise<void> {
  const { narrowing, signal, isEnough } = options;
  const providers = await abortable(roster.providers(narrowing), signal);
  const round = new Round(roster, options, ask);
  const begins = turnsFor(providers, options.first);
  const entered = round.enter(providers, (provider) => begins.get(provider));
  await Promise.all(isEnough === undefined ? [...entered, round.checkLists()] : entered);
  const isOver = isEnough === undefined || ((await isEnough()) && round.hasScopes) || isCancelled(signal);
  if (!isOver) await round.checkLists();
  round.tell();
  await round.requireScopes();
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
