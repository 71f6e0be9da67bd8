import type { Begin } from './source.ts';
import { Source } from './source.ts';
import type { Walk } from './walk.ts';

/** How many scopes are asked before their turn, at most. */
const AHEAD = 8;

/** How many of their pages may be here or on their way, so that little is in vain where one scope fills everything. */
const PAGES_AHEAD = 16;

/** An item costs a request of its own for each page of one: where most of a page may be another scope's, ask for more. */
const SHARED_AT_ONCE = 50;

/** Where a walk over one scope after another begins: behind an item, or at a provider's first scope. */
export interface Start {
  /** The provider's place in the federation's order. */
  readonly provider: number;
  /** The scope in which the marker is; absent where the provider cannot be entered. */
  readonly scope?: { readonly rank: number; readonly marker: string };
}

/**
 * The scopes' listings in the federation's order. Providers are entered side by side. Scopes are asked ahead of their
 * turn, as far as the page needs them: at once where the client names no limit, else the more, the more scopes did not
 * fill the page.
 */
export class Procession {
  readonly sources: Source[] = [];
  readonly #walk: Walk;
  readonly #start: Start;
  readonly #known: Array<readonly Source[] | undefined> = [];
  readonly #done = new Set<Source>();
  #window: number;
  #closed = false;

  constructor(walk: Walk, start: Start) {
    this.#walk = walk;
    this.#start = start;
    this.#window = walk.query.limit === undefined ? AHEAD : 1;
  }

  /** Each with whether it is the last one. A provider that cannot be entered is noted and passed over. */
  async *[Symbol.asyncIterator](): AsyncGenerator<{ readonly source: Source; readonly isLast: boolean }, void> {
    const { providers } = this.#walk.lineup;
    for (let index = this.#start.provider; index < providers.length; index += 1) {
      this.#sourcesAt(index).then(
        () => this.#fill(),
        () => {},
      );
    }
    try {
      yield* this.#inOrder();
    } finally {
      // Nothing is asked for ahead any more.
      this.#closed = true;
    }
  }

  async *#inOrder(): AsyncGenerator<{ readonly source: Source; readonly isLast: boolean }, void> {
    const { lineup, turnout } = this.#walk;
    const { providers } = lineup;
    for (let index = this.#start.provider; index < providers.length; index += 1) {
      let sources: readonly Source[];
      try {
        sources = await this.#sourcesAt(index);
      } catch (error) {
        turnout.providerFailed(providers[index] ?? '', error);
        continue;
      }
      for (const source of sources) {
        this.sources.push(source);
        yield { source, isLast: index === providers.length - 1 && source === sources.at(-1) };
        this.#done.add(source);
        this.#window = Math.min(AHEAD, this.#window * 2);
        this.#fill();
      }
    }
  }

  async #sourcesAt(index: number): Promise<readonly Source[]> {
    const scopes = await this.#walk.lineup.listersAt(index);
    const { scope: start, provider } = this.#start;
    this.#known[index] ??= scopes
      .filter(({ rank }) => index !== provider || start === undefined || rank >= start.rank)
      .map((scope, at) => {
        const after = scope.rank === start?.rank ? start.marker : undefined;
        const begin: Begin = { limit: this.#limitFor(at), ...(after !== undefined && { after }) };
        return new Source(scope, this.#walk.upstream, begin);
      });
    return this.#known[index];
  }

  #limitFor(place: number): number {
    const { size, type } = this.#walk;
    return place > 0 && type.visibility === 'shared' ? Math.max(size, SHARED_AT_ONCE) : size;
  }

  /** Ask ahead, until what is here and on its way fills the page. */
  #fill(): void {
    if (this.#closed) return;
    const { size, query } = this.#walk;
    const current = this.sources.at(-1);
    const perPage = meanPage(this.sources);
    const waiting = this.#waiting();
    let room = PAGES_AHEAD - sum(waiting, (each) => (each === current ? 0 : each.asked));
    let wanted = query.offset + size - sum(this.sources, ({ taken }) => taken);
    for (const source of waiting) {
      wanted -= source.ready;
      if (wanted <= 0) return;
      const asked = source === current || room > 0 ? source.ask() : undefined;
      asked?.then(() => this.#fill());
      if (asked !== undefined && source !== current) room -= 1;
      if (source.isAsking) wanted -= perPage;
    }
  }

  /** The next ones in the federation's order, as many as may be asked. */
  #waiting(): readonly Source[] {
    const waiting: Source[] = [];
    // Where a provider has not been entered, there is a hole.
    for (const sources of this.#known) {
      for (const source of sources ?? []) {
        if (this.#done.has(source)) continue;
        waiting.push(source);
        if (waiting.length === this.#window) return waiting;
      }
    }
    return waiting;
  }
}

/** Entries of a page that came; 0 as long as none has. */
function meanPage(sources: readonly Source[]): number {
  const pages = sum(sources, ({ asked, isAsking }) => (isAsking ? asked - 1 : asked));
  return pages === 0 ? 0 : sum(sources, ({ taken, ready }) => taken + ready) / pages;
}

function sum(sources: readonly Source[], of: (source: Source) => number): number {
  return sources.reduce((all, source) => all + of(source), 0);
}
