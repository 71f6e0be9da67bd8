import { bodyOf, type CancelSignal, type HeaderPairs, readBytes } from '../../ports/http.ts';
import type { ResourceType, Service } from '../../services/types.ts';
import type { RankedScope } from '../ask.ts';
import { type Caller, NO_SERVICE } from '../call.ts';
import { PageTrail } from '../page-trail.ts';
import { nextQuery, noEndOf } from '../pages.ts';
import { valueAt } from '../pointer.ts';
import { isRefusal } from '../verdict.ts';
import { type Entry, entriesIn, isSameId } from './entry.ts';
import { type Parameters, written } from './query.ts';
import type { Refusal } from './turnout.ts';
import { versionHeadersIn } from './version-headers.ts';

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
  readonly signal: CancelSignal;
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

/** One scope's listing in the scope's own order. Held are the pages that were asked for and not taken yet. */
export class Source {
  readonly scope: RankedScope;
  readonly after: string | undefined;
  readonly #upstream: Upstream;
  readonly #trail = new PageTrail();
  #held: readonly Entry[] = [];
  #at = 0;
  #taken = 0;
  #query: string | undefined;
  #fetching: Promise<void> | undefined;
  #first: Readonly<Record<string, unknown>> | undefined;
  #versionHeaders: HeaderPairs = [];
  #failure: Failure | undefined;
  #answered = false;
  #lacksService = false;
  #isOver = false;

  constructor(scope: RankedScope, upstream: Upstream, { after, limit }: Begin) {
    this.scope = scope;
    this.after = after;
    this.#upstream = upstream;
    this.#query = queryOf(upstream, after, limit);
  }

  /** Ask for the next page ahead of its use. @returns when it came; undefined when none is to be asked for now */
  ask(): Promise<void> | undefined {
    if (this.#fetching !== undefined || this.#query === undefined) return undefined;
    this.#fetching = this.#fetch(this.#query);
    return this.#fetching;
  }

  /** The next entry, which stays; undefined at the end, or when the scope failed. */
  async head(): Promise<Entry | undefined> {
    while (this.held === undefined && (this.#query !== undefined || this.#fetching !== undefined)) {
      await (this.#fetching ?? this.ask());
    }
    this.#isOver = this.held === undefined;
    return this.held;
  }

  /** The next entry, if it is here already. */
  get held(): Entry | undefined {
    return this.#held[this.#at];
  }

  shift(): void {
    this.#at += 1;
    this.#taken += 1;
  }

  /** How many entries were taken. */
  get taken(): number {
    return this.#taken;
  }

  /** How many are here that were not taken. */
  get ready(): number {
    return this.#held.length - this.#at;
  }

  /** How many pages were asked for. */
  get asked(): number {
    return this.#trail.asked;
  }

  /** Whether one of them is on its way. */
  get isAsking(): boolean {
    return this.#fetching !== undefined;
  }

  /** Whether there may be entries behind those taken. */
  get mayHaveMore(): boolean {
    return !this.#isOver && (this.held !== undefined || this.#isUnfinished);
  }

  /** Whether it has answered at least once. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Whether the provider has no such service, which is normal, and no answer. */
  get lacksService(): boolean {
    return this.#lacksService;
  }

  /** Undefined as long as nobody has come to where it failed: what was asked for ahead may not be needed. */
  get failure(): Failure | undefined {
    return this.#isOver ? this.#failure : undefined;
  }

  /** The first page's body, without its items; undefined until it came, and where there is no such service. */
  get first(): Readonly<Record<string, unknown>> | undefined {
    return this.#first;
  }

  /** What the first page's headers say of the version in which it was given. */
  get versionHeaders(): HeaderPairs {
    return this.#versionHeaders;
  }

  get #isUnfinished(): boolean {
    return this.#query !== undefined || this.isAsking || this.#failure !== undefined;
  }

  async #fetch(query: string): Promise<void> {
    this.#query = undefined;
    this.#trail.ask(query);
    try {
      await this.#read(query);
    } catch (error) {
      this.#failure = { ...this.#failure, error };
    }
    this.#fetching = undefined;
  }

  async #read(query: string): Promise<void> {
    const { caller, service, type, version, path, headers, admit, signal } = this.#upstream;
    const response = await caller.call(this.scope, {
      method: 'GET',
      target: { service, path, query, ...(version !== undefined && { version }) },
      headers,
      step: 'list',
      signal,
    });
    if (response === NO_SERVICE) {
      this.#lacksService = true;
      return;
    }
    const bytes = await readBytes(response.body);
    const kept = { ...response, body: bodyOf(bytes) };
    if (isRefusal(response)) this.#failure = { error: undefined, refusal: { scope: this.scope, response: kept } };
    const { entries, around } = entriesIn(type, this.scope, response, bytes);
    if (!this.#answered) this.#versionHeaders = versionHeadersIn(response.headers);
    this.#answered = true;
    this.#first ??= around;
    const next = nextQuery(around, type);
    const repeats = this.#trail.faultOfHead(entries[0]?.id);
    const fault = repeats ?? this.#trail.faultOfLink(next, entries.length);
    if (repeats === undefined) {
      const more = await admit(this.scope, behind(entries, this.after));
      this.#held = [...this.#held.slice(this.#at), ...more];
      this.#at = 0;
    }
    if (fault !== undefined) throw noEndOf(type.plural, this.scope, response, fault);
    this.#query = next;
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
