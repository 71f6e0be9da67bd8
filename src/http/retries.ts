import { type HeaderPairs, headerValue } from '../ports/http.ts';
import type { Failure } from './failures.ts';

/** Safe to repeat, whatever became of the first attempt (RFC 9110 section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request changes nothing. */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/** Longer waits are the caller's to decide about, so the answer that asks for one is given as it is. */
const MAX_WAIT_MS = 10_000;

const BASE_MS = 200;
const FACTOR = 3;

/** What a decision depends on. */
export interface Attempted {
  readonly method: string;
  /** From 1. */
  readonly attempt: number;
  /** Milliseconds that this request has spent waiting to be repeated. */
  readonly waited: number;
  /** Whether the body can be sent once more. */
  readonly replayable: boolean;
}

/**
 * How long to wait before a request that got no answer is repeated, or undefined when it is not: any method when
 * nothing was sent and the cause passes (connection refused, name server busy), and safe methods when the
 * connection broke before the answer. Deadlines, names that do not exist and certificates are not tried again.
 */
export function delayAfterFailure(failure: Failure, attempted: Attempted, random: () => number): number | undefined {
  const allowed = failure.transient && attempted.replayable && (failure.unsent || SAFE.has(attempted.method));
  return allowed ? within(backoff(attempted.attempt, random), attempted) : undefined;
}

/**
 * The same for an answer. Only safe methods: 429, and 503 of a service, say with `Retry-After` when to come back;
 * 502 and 503 without it are what a gateway answers while one of its workers restarts, so a moment later is worth
 * trying. 504 is not: the gateway has waited long enough already.
 */
export function delayAfterAnswer(
  { status, headers }: { readonly status: number; readonly headers: HeaderPairs },
  attempted: Attempted,
  random: () => number,
  now: number,
): number | undefined {
  if (!SAFE.has(attempted.method) || !attempted.replayable) return undefined;
  const asked = retryAfter(headers, now);
  if (asked !== undefined && (status === 429 || status === 503)) {
    // A little later than asked, and not all at once.
    return within(asked + backoff(1, random), attempted);
  }
  return status === 502 || status === 503 ? within(backoff(attempted.attempt, random), attempted) : undefined;
}

/** Exponential, with full jitter: 100 and 300 ms on average, 800 ms together at most. */
function backoff(attempt: number, random: () => number): number {
  return Math.round(random() * BASE_MS * FACTOR ** (attempt - 1));
}

function within(delay: number, { waited }: Attempted): number | undefined {
  return waited + delay <= MAX_WAIT_MS ? delay : undefined;
}

/** `Retry-After` in milliseconds from now: seconds, or an HTTP date (RFC 9110 section 10.2.3). */
function retryAfter(headers: HeaderPairs, now: number): number | undefined {
  const value = headerValue(headers, 'retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
