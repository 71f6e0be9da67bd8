import { bodyOf, type HeaderPairs, readBytes } from '../../ports/http.ts';
import type { ResourceType, Service } from '../../resources/types.ts';
import type { RankedScope } from '../ask.ts';
import { type Caller, NO_SERVICE } from '../call.ts';
import { nextQuery } from '../pages.ts';
import { valueAt } from '../pointer.ts';
import { type Entry, entriesIn, isSameId } from './entry.ts';
import { type Parameters, written } from './query.ts';
import { isRefusal, type Refusal } from './turnout.ts';

/** How every scope is asked. */
export interface Upstream {
  readonly caller: Caller;
  readonly service: Service;
  readonly type: ResourceType;
  readonly version?: string;
  readonly path: string;
  readonly parameters: Parameters;
  readonly headers: HeaderPairs;
  /** Those of a page's entries that are the scope's to show. */
  readonly admit: (scope: RankedScope, entries: readonly Entry[]) => Promise<readonly Entry[]>;
  readonly signal: AbortSignal;
}

/** Where in a scope's listing to begin, and how much to ask for at once. */
export interface Begin {
  /** The id behind which it begins. */
  readonly after?: string;
  readonly limit: number;
}

export interface Failure {
  readonly error: unknown;
  readonly refusal?: Refusal;
}

/** One scope's listing in the scope's own order; a page of it is held at a time. */
export class Source {
  readonly scope: RankedScope;
  readonly after: string | undefined;
  readonly #upstream: Upstream;
  // Of its own: a signal that hundreds listen to looks like a leak.
  readonly #signal: AbortSignal;
  readonly #queries = new Set<string>();
  readonly #heads = new Set<string>();
  #page: readonly Entry[] = [];
  #at = 0;
  #query: string | undefined;
  #fetching: Promise<void> | undefined;
  #first: Readonly<Record<string, unknown>> | undefined;
  #failure: Failure | undefined;
  #answered = false;

  constructor(scope: RankedScope, upstream: Upstream, { after, limit }: Begin) {
    this.scope = scope;
    this.after = after;
    this.#upstream = upstream;
    this.#signal = AbortSignal.any([upstream.signal]);
    this.#query = queryOf(upstream, after, limit);
  }

  /** Ask for the first page ahead of its use. */
  begin(): void {
    if (!this.#answered && this.#failure === undefined) this.#fetching ??= this.#fetch();
  }

  /** The next entry, which stays; undefined at the end, or when the scope failed. */
  async head(): Promise<Entry | undefined> {
    while (this.#at >= this.#page.length && (this.#query !== undefined || this.#fetching !== undefined)) {
      this.#fetching ??= this.#fetch();
      await this.#fetching;
    }
    return this.held;
  }

  /** The next entry, if it is here already. */
  get held(): Entry | undefined {
    return this.#page[this.#at];
  }

  shift(): void {
    this.#at += 1;
  }

  /** Whether there may be entries behind those taken. */
  get mayHaveMore(): boolean {
    return this.held !== undefined || this.#query !== undefined;
  }

  /** Whether it has answered at least once. */
  get answered(): boolean {
    return this.#answered;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** The first page's body, without its items; undefined until it came, and where there is no such service. */
  get first(): Readonly<Record<string, unknown>> | undefined {
    return this.#first;
  }

  async #fetch(): Promise<void> {
    const query = this.#query ?? '';
    this.#query = undefined;
    this.#queries.add(query);
    try {
      await this.#read(query);
    } catch (error) {
      this.#failure = { ...this.#failure, error };
    }
    this.#fetching = undefined;
  }

  async #read(query: string): Promise<void> {
    const { caller, service, type, version, path, headers, admit } = this.#upstream;
    const response = await caller.call(this.scope, {
      method: 'GET',
      target: { service, path, query, ...(version !== undefined && { version }) },
      headers,
      step: 'list',
      signal: this.#signal,
    });
    if (response === NO_SERVICE) {
      this.#answered = true;
      return;
    }
    const bytes = await readBytes(response.body);
    const kept = { ...response, body: bodyOf(bytes) };
    if (isRefusal(response)) this.#failure = { error: undefined, refusal: { scope: this.scope, response: kept } };
    const { entries, around } = entriesIn(type, this.scope, response, bytes);
    this.#answered = true;
    this.#first ??= around;
    const fresh = this.#isFresh(entries) ? entries : [];
    const next = fresh.length === 0 ? undefined : nextQuery(around, type);
    this.#page = await admit(this.scope, behind(fresh, this.after));
    this.#at = 0;
    if (next !== undefined && !this.#queries.has(next)) this.#query = next;
  }

  /** Services that ignore markers give the same page again and again. */
  #isFresh([head]: readonly Entry[]): boolean {
    if (head === undefined || head.id === '') return true;
    const known = this.#heads.has(head.id);
    this.#heads.add(head.id);
    return !known;
  }
}

function queryOf({ type, parameters }: Upstream, after: string | undefined, limit: number): string {
  if (type.paging === 'none') return written(parameters);
  return written([...parameters, ['limit', `${limit}`], ...(after === undefined ? [] : [['marker', after] as const])]);
}

/** A service that ignored the marker began at the start. */
function behind(entries: readonly Entry[], after: string | undefined): readonly Entry[] {
  const at = after === undefined ? -1 : entries.findIndex(({ id }) => isSameId(id, after));
  return entries.slice(at + 1);
}

/** Cinder's `with_count`. */
export function countIn(first: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const count = valueAt(first, '/count');
  return typeof count === 'number' ? count : undefined;
}
