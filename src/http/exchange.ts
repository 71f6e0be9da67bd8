import { setMaxListeners } from 'node:events';
import { UsageError } from '../errors.ts';
import { headerValue, type SendRequest, type SendResponse } from '../ports/http.ts';
import { cancelledError, idleError } from './deadlines.ts';
import type { Dialer } from './dial.ts';
import type { ExchangeEvent } from './events.ts';
import { type Failure, failureOf, type Whereabouts } from './failures.ts';
import { IdleWatch } from './idle-watch.ts';
import type { Prepared } from './prepare.ts';
import { IncomingBody } from './response-body.ts';
import { Upload } from './upload.ts';
import type { Engine, WireResponse } from './wire.ts';

/** Everything that one attempt needs. */
export interface Job {
  readonly id: number;
  readonly attempt: number;
  readonly request: SendRequest;
  readonly prepared: Prepared;
  readonly engine: Engine;
  readonly dialer: Dialer;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly emit: (event: ExchangeEvent) => void;
  /** Fires when the sender is closed. */
  readonly closing: AbortSignal;
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
export async function exchange(job: Job): Promise<Outcome> {
  const { request, prepared, emit } = job;
  const common = {
    id: job.id,
    attempt: job.attempt,
    purpose: request.purpose,
    method: request.method,
    url: request.url,
  };
  const startedAt = Date.now();
  const started = performance.now();
  const elapsed = (): number => Math.round((performance.now() - started) * 10) / 10;
  const stop = new AbortController();
  const watch = new IdleWatch(job.idleTimeoutMs, () =>
    stop.abort(idleError(request, prepared, received, job.idleTimeoutMs)),
  );
  const upload = uploadOf(job, watch);
  let received: number | undefined;
  let head: WireResponse | undefined;

  const signals = request.signal === undefined ? [job.closing] : [request.signal, job.closing];
  const cancel = (): void => {
    const fired = signals.find((signal) => signal.aborted);
    stop.abort(cancelledError(request, prepared, fired?.reason));
  };
  const finish = (error?: Error): void => {
    watch.stop();
    upload?.stop();
    for (const signal of signals) signal.removeEventListener('abort', cancel);
    emit({
      ...common,
      type: 'end',
      startedAt,
      ms: elapsed(),
      status: head?.status,
      requestId: head === undefined ? undefined : requestIdOf(head),
      received: received ?? 0,
      sent: upload?.sent ?? 0,
      error,
    });
  };
  const explain = (error: unknown): Failure => {
    if (stop.signal.aborted) return { error: stop.signal.reason, unsent: false, transient: false };
    return failureOf(error, whereabouts(job, received));
  };

  // Any number of requests may share a signal; Node warns from the eleventh listener on.
  setMaxListeners(0, ...signals);
  for (const signal of signals) signal.addEventListener('abort', cancel, { once: true });
  emit({ ...common, type: 'request', headers: prepared.headers, body: request.body, connection: request.connection });
  try {
    if (signals.some((signal) => signal.aborted)) cancel();
    watch.answerAwaited(true);
    const length = upload === undefined ? (WITH_BODY.has(prepared.method) ? 0 : prepared.length) : upload.length;
    const wire = { ...prepared, body: upload, length, dialer: job.dialer, signal: stop.signal };
    head = await orStopped(() => job.engine.exchange(wire), stop.signal);
  } catch (error) {
    const failure = explain(error);
    const reason = upload?.failure ?? failure.error;
    stop.abort(reason);
    finish(reason);
    if (upload?.failure !== undefined) throw upload.failure;
    return { ...failure, untouched: upload?.started !== true };
  }
  watch.answerAwaited(false);
  received = 0;
  if (head.status >= FIRST_REFUSING_STATUS) upload?.stop();
  emit({
    ...common,
    type: 'response',
    status: head.status,
    statusText: head.statusText,
    headers: head.headers,
    ms: elapsed(),
  });
  const body = new IncomingBody(head, bodyLength(prepared.method, head), {
    reading: () => watch.answerAwaited(true),
    read: (bytes) => {
      watch.answerAwaited(false);
      received = (received ?? 0) + bytes;
    },
    ended: finish,
    explain: (error) => upload?.failure ?? explain(error).error,
    reusable: () => upload === undefined || upload.finished,
  });
  const { status, statusText, headers } = head;
  return { response: { status, statusText, headers, body, url: request.url } };
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

/** The engine's answer, or at once what `signal` says; an answer that comes later is thrown away. */
function orStopped(start: () => Promise<WireResponse>, signal: AbortSignal): Promise<WireResponse> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stopped = (): void => reject(signal.reason);
    signal.addEventListener('abort', stopped, { once: true });
    start().then((response) => {
      signal.removeEventListener('abort', stopped);
      if (signal.aborted) response.abandon();
      else resolve(response);
    }, reject);
  });
}

/** Bytes of the body, where the head says that (RFC 9112 section 6.3). */
function bodyLength(method: string, { status, headers }: WireResponse): number | undefined {
  if (method === 'HEAD' || status === 204 || status === 304) return 0;
  if (headerValue(headers, 'transfer-encoding') !== undefined) return undefined;
  const length = headerValue(headers, 'content-length');
  return length === undefined ? undefined : Number(length);
}

const REQUEST_IDS = ['x-openstack-request-id', 'x-compute-request-id', 'x-trans-id'];

function requestIdOf({ headers }: WireResponse): string | undefined {
  return REQUEST_IDS.map((name) => headerValue(headers, name)).find((id) => id !== undefined);
}

function whereabouts({ request, prepared, connectTimeoutMs }: Job, received: number | undefined): Whereabouts {
  return {
    provider: request.purpose.provider,
    url: prepared.shownUrl,
    peer: prepared.peer,
    hostname: prepared.hostname,
    connectTimeoutMs,
    received,
  };
}
