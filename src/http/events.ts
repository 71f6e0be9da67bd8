import type { TransportError } from '../errors.ts';
import type { ConnectionProfile, HeaderPairs, Purpose, RequestBody } from '../ports/http.ts';

/** What every event of one attempt carries. */
interface Attempt {
  /** One for each call of `send`, from 1; the attempts of a call share it. */
  readonly id: number;
  /** From 1. */
  readonly attempt: number;
  readonly purpose: Purpose;
  readonly method: string;
  /** As it was called, with everything secret in it. */
  readonly url: string;
}

/** An attempt begins. The headers and the body are as they are sent: whoever shows them hides what is secret. */
export interface RequestEvent extends Attempt {
  readonly type: 'request';
  readonly headers: HeaderPairs;
  /** To be shown, never to be read: a stream can be read only once. */
  readonly body: RequestBody | undefined;
  readonly connection: ConnectionProfile;
}

/** The head of an answer came. */
export interface ResponseEvent extends Attempt {
  readonly type: 'response';
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderPairs;
  /** Milliseconds since the attempt began. */
  readonly ms: number;
}

/** An attempt is over: its answer was read to the end or given up, or there was none. */
export interface EndEvent extends Attempt {
  readonly type: 'end';
  /** When it began, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly ms: number;
  readonly status: number | undefined;
  /** The service's own name for the request. */
  readonly requestId: string | undefined;
  /** Bytes of the answer's body. */
  readonly received: number;
  /** Bytes of the request's body. */
  readonly sent: number;
  readonly error: TransportError | Error | undefined;
}

/** An attempt failed and will be repeated. */
export interface RetryEvent extends Attempt {
  readonly type: 'retry';
  /** In words, for people. */
  readonly why: string;
  readonly delayMs: number;
}

/** What happens to requests, in order: request, response, end for each attempt, retry between two. */
export type ExchangeEvent = RequestEvent | ResponseEvent | EndEvent | RetryEvent;
