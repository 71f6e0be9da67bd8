import { setMaxListeners } from 'node:events';
import { UsageError } from '../errors.ts';
import { headerValue, requestIdIn, type SendRequest, type SendResponse } from '../ports/http.ts';
import type { Chain, Link } from './chain.ts';
import { cancelledError, idleError, wholeError } from './deadlines.ts';
import type { Dialer } from './dial.ts';
import { withDoubt } from './doubt.ts';
import type { ExchangeEvent } from './events.ts';
import { type Failure, failureOf, type Whereabouts } from './failures.ts';
import { IdleWatch, type IdleWatches } from './idle-watch.ts';
import { monotonicMs } from './monotonic.ts';
import type { Prepared } from './prepare.ts';
import { type BodyWatcher, IncomingBody } from './response-body.ts';
import { Stop } from './stop.ts';
import { Upload } from './upload.ts';
import type { Engine, WireResponse } from './wire.ts';

/** What all exchanges of a sender share. */
export interface Common {
  readonly engine: Engine;
  readonly connectTimeoutMs: number;
  readonly idle: IdleWatches;
  readonly emit: (event: ExchangeEvent) => void;
  /** Fires when the sender is closed. */
  readonly closing: AbortSignal;
  /** How to cancel each exchange that is under way. */
  readonly underway: Chain<() => void>;
}

/** Everything that one attempt needs. */
export interface Job {
  readonly common: Common;
  readonly id: number;
  readonly attempt: number;
  readonly request: SendRequest;
  readonly prepared: Prepared;
  readonly dialer: Dialer;
}

/** How an attempt went; `untouched`: nothing was taken from a body that can be read only once. */
export type Outcome = { readonly response: SendResponse } | (Failure & { readonly untouched: boolean });

/** Methods that expect a body, so that having none is said, too (RFC 9110 section 8.6). */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** An early answer from here on says that the rest of the body is not wanted, as curl understands it. */
const FIRST_REFUSING_STATUS = 300;

/**
 * One attempt: send the request, wait for the head of the answer, and give its body out as it comes.
 *
 * @throws what the caller's own stream threw, or UsageError when it was longer or shorter than announced; every
 *   failure of the network is an outcome
 */
export function exchange(job: Job): Promise<Outcome> {
  return new Exchange(job).outcome();
}

class Exchange implements BodyWatcher {
  readonly #job: Job;
  readonly #startedAt = Date.now();
  readonly #started = monotonicMs();
  readonly #stop = new Stop();
  readonly #watch: IdleWatch;
  readonly #upload: Upload | undefined;
  #underway: Link<() => void> | undefined;
  #head: WireResponse | undefined;
  /** Bytes of the answer's body; undefined before its head. */
  #received: number | undefined;

  constructor(job: Job) {
    const { request, prepared } = job;
    const { idle } = job.common;
    this.#job = job;
    this.#watch = new IdleWatch(idle, (passed) => {
      const [error, ms] = passed === 'idle' ? [idleError, idle.ms] : [wholeError, idle.wholeMs];
      this.#stop.now(error(request, prepared, this.#received, ms));
    });
    this.#upload = uploadOf(job, this.#watch);
  }

  async outcome(): Promise<Outcome> {
    const { request, prepared, common, dialer } = this.#job;
    const upload = this.#upload;
    this.#begin();
    try {
      if (request.signal?.aborted || common.closing.aborted) this.#cancel();
      this.#watch.answerAwaited(true);
      const length = upload === undefined ? (WITH_BODY.has(prepared.method) ? 0 : prepared.length) : upload.length;
      const wire = { to: prepared, body: upload, length, dialer, stop: this.#stop };
      if (this.#stop.reason !== undefined) throw this.#stop.reason;
      this.#head = await common.engine.exchange(wire);
      refuseEncoding(this.#head);
    } catch (error) {
      const failure = this.#failure(error);
      const reason = upload?.failure ?? failure.error;
      this.#stop.now(reason);
      this.ended(reason);
      if (upload?.failure !== undefined) throw upload.failure;
      return { ...failure, untouched: upload?.started !== true };
    }
    return { response: this.#response(this.#head) };
  }

  #begin(): void {
    const { id, attempt, request, prepared, common } = this.#job;
    const { purpose, method, url, signal, body, connection } = request;
    // Any number of requests may share a signal; Node warns from the eleventh listener on.
    if (signal instanceof EventTarget) setMaxListeners(0, signal);
    signal?.addEventListener('abort', this.#cancel);
    this.#underway = common.underway.add(this.#cancel);
    const { headers } = prepared;
    common.emit({ type: 'request', id, attempt, purpose, method, url, headers, body, connection });
  }

  readonly #cancel = (): void => {
    const { request, prepared, common } = this.#job;
    const fired = request.signal?.aborted ? request.signal : common.closing;
    this.#stop.now(cancelledError(request, prepared, fired.reason));
  };

  #response(head: WireResponse): SendResponse {
    const { id, attempt, request, prepared, common } = this.#job;
    const { purpose, method, url } = request;
    const { status, statusText, headers } = head;
    this.#watch.answerAwaited(false);
    this.#received = 0;
    if (status >= FIRST_REFUSING_STATUS) this.#upload?.stop();
    const ms = this.#elapsed();
    common.emit({ type: 'response', id, attempt, purpose, method, url, status, statusText, headers, ms });
    const body = new IncomingBody(head, bodyLength(prepared.method, head), this);
    return { status, statusText, headers, body, url };
  }

  expectEnd(): void {
    this.#watch.expectEnd();
  }

  reading(): void {
    this.#watch.answerAwaited(true);
  }

  read(bytes: number): void {
    this.#watch.answerAwaited(false);
    this.#received = (this.#received ?? 0) + bytes;
  }

  reusable(): boolean {
    return this.#upload === undefined || this.#upload.finished;
  }

  explain(error: unknown): Error {
    return this.#upload?.failure ?? withDoubt(this.#failure(error).error, this.#job.request, this.#head);
  }

  ended(error?: Error): void {
    const { id, attempt, request, common } = this.#job;
    const { purpose, method, url } = request;
    const head = this.#head;
    this.#watch.stop();
    this.#upload?.stop();
    request.signal?.removeEventListener('abort', this.#cancel);
    if (this.#underway !== undefined) common.underway.remove(this.#underway);
    common.emit({
      type: 'end',
      id,
      attempt,
      purpose,
      method,
      url,
      startedAt: this.#startedAt,
      ms: this.#elapsed(),
      status: head?.status,
      requestId: head === undefined ? undefined : requestIdIn(head.headers),
      received: this.#received ?? 0,
      sent: this.#upload?.sent ?? 0,
      error,
    });
  }

  #elapsed(): number {
    return Math.round((monotonicMs() - this.#started) * 10) / 10;
  }

  #failure(error: unknown): Failure {
    const { reason } = this.#stop;
    if (reason !== undefined) return { error: reason, unsent: false, transient: false };
    return failureOf(error, whereabouts(this.#job, this.#received));
  }
}

function uploadOf({ request, prepared }: Job, watch: IdleWatch): Upload | undefined {
  const { body } = request;
  if (body === undefined || (body instanceof Uint8Array && body.byteLength === 0) || body === '') {
    if ((prepared.length ?? 0) > 0) {
      throw new UsageError(`Content-Length says ${prepared.length} bytes, but there is no body.`);
    }
    return undefined;
  }
  return new Upload(body, prepared.length, watch);
}

/** Bytes of the body, where the head says that (RFC 9112 section 6.3). */
function bodyLength(method: string, { status, headers }: WireResponse): number | undefined {
  if (method === 'HEAD' || status === 204 || status === 304) return 0;
  if (headerValue(headers, 'transfer-encoding') !== undefined) return undefined;
  const length = headerValue(headers, 'content-length');
  return length === undefined ? undefined : Number(length);
}

/** Nothing was said that asks for one (`TE`), and what it encodes would pass for the body itself. */
function refuseEncoding(head: WireResponse): void {
  const encoding = headerValue(head.headers, 'transfer-encoding');
  if (encoding === undefined || encoding.toLowerCase() === 'chunked') return;
  head.abandon();
  throw new Error('the answer has a Transfer-Encoding other than chunked');
}

function whereabouts({ request, prepared, common }: Job, received: number | undefined): Whereabouts {
  return {
    provider: request.purpose.provider,
    url: prepared.shownUrl,
    peer: prepared.peer,
    hostname: prepared.hostname,
    connectTimeoutMs: common.connectTimeoutMs,
    received,
  };
}
