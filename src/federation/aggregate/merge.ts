import type { RankedScope } from '../ask.ts';
import { noteOutcome } from './concatenate.ts';
import { type ScopeKey, scopeKey } from './cursor.ts';
import { type Entry, isSameId } from './entry.ts';
import { compare, type Order, type Ranked, ranked } from './order.ts';
import { type Begin, Source } from './source.ts';
import type { Taken, Walk } from './walk.ts';

/** How much is asked for at once where most of it is only passed over. */
const PASSING_AT_ONCE = 1000;

/** The last id taken from each scope; null where there are no more. */
type Positions = Map<ScopeKey, string | null>;

/** Where a sorted walk begins. */
export type Beginning =
  | { readonly kind: 'start' }
  /** Behind the last item taken from each scope. */
  | { readonly kind: 'positions'; readonly taken: ReadonlyMap<ScopeKey, string | null> }
  /** Behind an item, wherever it comes by. */
  | { readonly kind: 'item'; readonly id: string }
  /** Behind the place where an item would come by that is not among those listed. */
  | { readonly kind: 'place'; readonly id: string; readonly scope: RankedScope; readonly value: Ranked };

/**
 * A page of all scopes' listings merged, each asked for in the client's own order.
 * @returns undefined when the item behind which it begins does not come by
 */
export async function merge(walk: Walk, order: Order, beginning: Beginning): Promise<Taken | undefined> {
  const sources = await sourcesFor(walk, beginning);
  const positions: Positions = new Map(beginning.kind === 'positions' ? beginning.taken : []);
  await Promise.all(sources.map((source) => source.head()));
  if (beginning.kind === 'place') {
    await Promise.all(sources.map((source) => passOver(order, source, beginning, positions)));
  }
  const page = await collect(walk, order, sources, positions, beginning.kind === 'item' ? beginning.id : undefined);
  for (const source of sources) noteOutcome(walk, source);
  if (page === undefined) return undefined;
  return { entries: page.entries, more: page.more, place: { taken: page.positions }, sources };
}

async function sourcesFor({ lineup, turnout, upstream, size }: Walk, beginning: Beginning): Promise<Source[]> {
  const scopes = await Promise.all(
    lineup.providers.map(async (provider, index) => {
      if (turnout.lacksProvider(provider)) return [];
      try {
        return await lineup.listersAt(index);
      } catch (error) {
        turnout.providerFailed(provider, error);
        return [];
      }
    }),
  );
  return scopes.flat().flatMap((scope) => {
    if (turnout.lacks(scope)) return [];
    const begin = beginAt(beginning, scope, size);
    return begin === undefined ? [] : [new Source(scope, upstream, begin)];
  });
}

function beginAt(beginning: Beginning, scope: RankedScope, size: number): Begin | undefined {
  switch (beginning.kind) {
    case 'start':
      return { limit: size };
    case 'positions': {
      const after = beginning.taken.get(scopeKey(scope));
      if (after === null) return undefined;
      return { limit: size, ...(after !== undefined && { after }) };
    }
    case 'item':
      return { limit: Math.max(size, PASSING_AT_ONCE) };
    case 'place':
      if (scope.rank === beginning.scope.rank) return { limit: size, after: beginning.id };
      return { limit: Math.max(size, PASSING_AT_ONCE) };
  }
}

/** The scope in which the item is begins behind it, by the service's own means. */
async function passOver(
  order: Order,
  source: Source,
  { scope, value }: Extract<Beginning, { kind: 'place' }>,
  positions: Positions,
): Promise<void> {
  if (source.scope.rank === scope.rank) return;
  for (let entry = source.held; entry !== undefined; entry = await source.head()) {
    if (compare(order, ranked(order, entry), value) > 0) return;
    positions.set(scopeKey(entry.scope), entry.id);
    source.shift();
  }
}

interface Page {
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly positions: Positions;
}

/** @param wanted the item behind which the page begins */
async function collect(
  { size, type, query, turnout }: Walk,
  order: Order,
  sources: readonly Source[],
  positions: Positions,
  wanted: string | undefined,
): Promise<Page | undefined> {
  // The same chosen id may come by several times. Behind the first of them a client would go in circles.
  const mayRecur = wanted !== undefined && type.ids !== 'uuid';
  let entries: Entry[] | undefined = wanted === undefined ? [] : undefined;
  let full: Page | undefined;
  let last: RankedScope | undefined;
  let skip = query.offset;
  const heads = new Heads(order, sources);
  for (let entry = await heads.next(); entry !== undefined; entry = await heads.next()) {
    if (full !== undefined && !full.more) full = { ...full, more: true };
    positions.set(scopeKey(entry.scope), entry.id);
    if (wanted !== undefined && (mayRecur || entries === undefined) && isSameId(entry.id, wanted)) {
      if (last !== undefined) turnout.markerElsewhere(last, wanted);
      last = entry.scope;
      entries = [];
      full = undefined;
    } else if (entries !== undefined && full === undefined) {
      if (skip > 0) skip -= 1;
      else entries.push(entry);
      if (entries.length === size) {
        if (!mayRecur)
          return { entries, more: sources.some((each) => each.mayHaveMore), positions: ended(sources, positions) };
        full = { entries, more: false, positions: new Map(positions) };
      }
    }
  }
  return full ?? (entries && { entries, more: false, positions });
}

/** Scopes that have no more need not be asked for the next page. */
function ended(sources: readonly Source[], positions: Positions): Positions {
  for (const source of sources) {
    if (!source.mayHaveMore && source.failure === undefined) positions.set(scopeKey(source.scope), null);
  }
  return positions;
}

/** The scopes' next entries, the first of all in order. */
class Heads {
  readonly #order: Order;
  readonly #heads: Array<{ readonly source: Source; readonly entry: Entry; readonly value: Ranked }> = [];
  #due: readonly Source[];

  constructor(order: Order, sources: readonly Source[]) {
    this.#order = order;
    this.#due = sources;
  }

  async next(): Promise<Entry | undefined> {
    for (const source of this.#due) {
      const entry = await source.head();
      if (entry !== undefined) this.#heads.push({ source, entry, value: ranked(this.#order, entry) });
    }
    this.#due = [];
    let first = this.#heads[0];
    for (const head of this.#heads) {
      if (first !== undefined && compare(this.#order, head.value, first.value) < 0) first = head;
    }
    if (first === undefined) return undefined;
    this.#heads.splice(this.#heads.indexOf(first), 1);
    first.source.shift();
    this.#due = [first.source];
    return first.entry;
  }
}
