import type { ConnectionProfile, Preconnect, Reach, Send, SendRequest, SendResponse } from '../ports/http.ts';
import { keepSecret } from '../secrets.ts';
import { Chain } from './chain.ts';
import { cancelledError } from './deadlines.ts';
import { createDialer, type Dialer } from './dial.ts';
import { withDoubt, withGlobalId } from './doubt.ts';
import type { ExchangeEvent } from './events.ts';
import { type Common, exchange, type Job, type Outcome } from './exchange.ts';
import { createGrowing } from './growing.ts';
import { IdleWatches } from './idle-watch.ts';
import { createOneShot } from './one-shot.ts';
import { type Prepared, prepare, targetOf, throughProxy } from './prepare.ts';
import { type Environment, proxyFor, rememberedProxies } from './proxy-variables.ts';
import { type Attempted, delayAfterAnswer, delayAfterFailure } from './retries.ts';
import { loadTrust } from './trust.ts';
import type { Engine } from './wire.ts';

export interface SenderOptions {
  /** For name resolution, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** How long a provider may do nothing while something is expected of it. */
  readonly idleTimeoutMs: number;
  /** How long an answer may take altogether of which the whole is wanted. */
  readonly answerTimeoutMs: number;
  /** How many times a request is repeated at most, where that is safe. */
  readonly retries: number;
  /** Sent where the caller gives no `User-Agent`. */
  readonly userAgent: string;
  /** Told of everything that happens; what it throws is swallowed. */
  readonly observe?: ((event: ExchangeEvent) => void) | undefined;
  /** By default `node:http` first, and undici when a process has made very many requests. */
  readonly engine?: Engine;
  /** Load undici at once: the process is going to make very many requests. */
  readonly busy?: boolean;
  /** Where proxies are named; the process's environment by default. */
  readonly env?: Environment;
}

export interface Sender {
  readonly send: Send;
  readonly preconnect: Preconnect;
  /** Close every connection. Requests under way, and later ones, fail as aborted. */
  close(): Promise<void>;
}

/**
 * Requests after which undici is loaded. Measured in CPU time of whole processes against a local server (2 cores,
 * noisy: compare, don't quote): eight requests at once cost 17 ms more than one on `node:http`, and 430 ms more with
 * undici on Node 20, 290 ms more on Node 24, most of it V8 compiling its parser. Once it runs, a small request costs
 * 0.04 instead of 0.05 ms on Node 20, and 0.06 instead of 0.09 ms on Node 24, so it has earned its price after some
 * 10,000 requests or more (a large download costs it more, not less). A process that made as many will probably
 * make as many again; a command never gets there.
 */
const POOL_AFTER = 10_000;

/** What fed must not show where a service repeats it. */
const SECRET_HEADERS = ['x-auth-token', 'x-subject-token', 'x-service-token', 'authorization', 'cookie'];

function isSecretHeader(name: string): boolean {
  return SECRET_HEADERS.some((secret) => secret.length === name.length && secret === name.toLowerCase());
}

/** Makes the `Send` that everything in fed uses. */
export function createSender(options: SenderOptions): Sender {
  const engine = options.engine ?? createGrowing(createOneShot(), options.busy ? 1 : POOL_AFTER, loadUndici);
  const env = options.env ?? process.env;
  const dialers = new Map<string, Dialer | Promise<Dialer>>();
  const reaches = new Map<string, Reach>();
  const proxyTo = rememberedProxies(env);
  const closing = new AbortController();
  const underway = new Chain<() => void>();
  const { connectTimeoutMs } = options;
  const idle = new IdleWatches(options.idleTimeoutMs, options.answerTimeoutMs);
  const common: Common = { engine, connectTimeoutMs, idle, emit, closing: closing.signal, underway };
  let count = 0;

  function emit(event: ExchangeEvent): void {
    try {
      options.observe?.(event);
    } catch {
      // Whoever only watches must not break what is watched.
    }
  }

  function dialerFor(profile: ConnectionProfile, secure: boolean, reach?: Reach): Dialer | Promise<Dialer> {
    const trust = secure ? [profile.caFile, profile.certFile, profile.keyFile, profile.insecure] : [];
    const key = trust.length === 0 && reach === undefined ? '' : JSON.stringify([secure, trust, reach?.name]);
    // What is known of the providers grows: the last request's reach knows most.
    if (reach !== undefined) reaches.set(reach.name, reach);
    const known = dialers.get(key);
    if (known !== undefined) return known;
    const made = (async () =>
      createDialer({
        timeoutMs: options.connectTimeoutMs,
        tls: secure ? await loadTrust(profile) : undefined,
        proxyFor: (target) => proxyFor({ ...target, secure }, env),
        reach: reach && (() => reaches.get(reach.name) ?? reach),
      }))();
    dialers.set(key, made);
    made.then(
      (dialer) => dialers.set(key, dialer),
      () => dialers.delete(key),
    );
    return made;
  }

  /** TLS goes through a tunnel, which the dialer makes; other requests are handed to the proxy as a whole. */
  function routed(prepared: Prepared): Prepared {
    const proxy = proxyTo(prepared);
    return proxy === undefined || prepared.secure ? prepared : throughProxy(prepared, proxy);
  }

  async function send(asked: SendRequest): Promise<SendResponse> {
    const request = withGlobalId(asked);
    for (const [name, value] of request.headers) if (isSecretHeader(name)) keepSecret(value);
    const prepared = routed(prepare(request, options.userAgent));
    const known = dialerFor(request.connection, prepared.secure, request.reach);
    const dialer = known instanceof Promise ? await known : known;
    const id = ++count;
    for (let attempt = 1, waited = 0; ; attempt += 1) {
      const job: Job = { common, id, attempt, request, prepared, dialer };
      const outcome = await exchange(job);
      const delayMs = delayFor(job, outcome, waited);
      if (delayMs === undefined) {
        if ('response' in outcome) return outcome.response;
        throw outcome.unsent ? outcome.error : withDoubt(outcome.error, request);
      }
      if ('response' in outcome) outcome.response.body.discard();
      const why = 'response' in outcome ? `answered ${outcome.response.status}` : outcome.error.message;
      const { purpose, method, url } = request;
      emit({ type: 'retry', id, attempt, purpose, method, url, why, delayMs });
      await pause(delayMs, request, prepared);
      waited += delayMs;
    }
  }

  function preconnect(url: string, connection: ConnectionProfile): void {
    const begin = async () => {
      const target = targetOf(url);
      const dialer = await dialerFor(connection, target.secure);
      if (!closing.signal.aborted) engine.preconnect?.(target, dialer);
    };
    // Whatever is wrong will be wrong for the request, too, which says it.
    begin().catch(() => {});
  }

  /** @throws TransportError when the request is cancelled meanwhile */
  function pause(ms: number, request: SendRequest, prepared: Prepared): Promise<void> {
    const { signal = closing.signal } = request;
    return new Promise((resolve, reject) => {
      const over = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        underway.remove(entry);
        resolve();
      };
      const cancel = (): void => {
        const { reason } = signal.aborted ? signal : closing.signal;
        reject(cancelledError(request, prepared, reason));
        over();
      };
      const timer = setTimeout(over, ms);
      signal.addEventListener('abort', cancel);
      const entry = underway.add(cancel);
      if (signal.aborted || closing.signal.aborted) cancel();
    });
  }

  function delayFor({ request, attempt }: Job, outcome: Outcome, waited: number): number | undefined {
    if (request.retry === 'never' || attempt > options.retries || request.signal?.aborted) return undefined;
    const whole = request.body === undefined || typeof request.body === 'string' || request.body instanceof Uint8Array;
    const attempted: Attempted = { method: request.method, attempt, waited, replayable: whole };
    if ('response' in outcome) return delayAfterAnswer(outcome.response, attempted, Math.random, Date.now());
    return delayAfterFailure(outcome, { ...attempted, replayable: whole || outcome.untouched }, Math.random);
  }

  return {
    send,
    preconnect,
    async close() {
      closing.abort();
      // Each of them may take itself out, and others.
      for (const cancel of underway.values()) cancel();
      for (const dialer of await Promise.allSettled(dialers.values())) {
        if (dialer.status === 'fulfilled') dialer.value.close();
      }
      await engine.close();
    },
  };
}

async function loadUndici(): Promise<Engine> {
  const { loadPool } = await import('./pool.ts');
  return loadPool();
}
