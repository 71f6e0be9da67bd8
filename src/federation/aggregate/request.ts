import type { Unsaid } from '../../errors.ts';
import type { HeaderPairs, SendResponse } from '../../ports/http.ts';
import type { Narrowing } from '../roster.ts';
import type { Scope } from '../scope.ts';
import type { Subject } from '../subject.ts';

/** A GET of a collection, as a client of one cloud makes it. */
export interface AggregateRequest {
  /** Its `collection` is set; the path is that type's `paths.list` or `paths.detail`. */
  readonly subject: Subject;
  /** The client's; the answers are asked for in JSON whatever they say. */
  readonly headers: HeaderPairs;
  readonly narrowing?: Narrowing;
  /** The collection's address as the client knows it, without a query: links to other pages begin with it. */
  readonly self: string;
  /** How many items a page has at most when the client names no limit. Default 1000. */
  readonly pageSize?: number;
  readonly awaiting?: (providers: readonly string[]) => void;
  readonly signal?: AbortSignal;
}

/** One page over all scopes, in the shape of the service's own. */
export interface AggregatedPage {
  readonly kind: 'page';
  /** In JSON. */
  readonly body: Uint8Array;
  /** What the service says of its API's version in an answer's headers, and `Vary`. */
  readonly headers: HeaderPairs;
  /**
   * Who could not answer: their items are missing here, or were missing on an earlier page of the same walk. Also who
   * may have been passed over, because a marker of the client's own is an id that several clouds have.
   */
  readonly missing: readonly Unsaid[];
  /** How many scopes were asked. */
  readonly scopes: number;
}

/** What a provider itself answered to a request that no scope could fulfil: a refusal of a parameter, say. */
export interface PassedAnswer {
  readonly kind: 'answer';
  readonly scope: Scope;
  readonly response: SendResponse;
  /** Who could not be asked: another answer than this one may come from there. */
  readonly missing: readonly Unsaid[];
}

export type Aggregated = AggregatedPage | PassedAnswer;
