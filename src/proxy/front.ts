import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Composition } from '../compose.ts';
import type { Unsaid } from '../errors.ts';
import { isCancelled } from '../federation/abort.ts';
import { headerValue, requestIdIn } from '../ports/http.ts';
import { services } from '../services/index.ts';
import type { Service } from '../services/types.ts';
import { type AccessLogEntry, withoutTokens } from './access-log.ts';
import { type Answer, jsonAnswer, send } from './answer.ts';
import { BODY_LIMITS, BodyBudget, type BodyLimits } from './body-budget.ts';
import { ClientGone } from './client-gone.ts';
import type { Place } from './creation.ts';
import { IdentityDoor } from './identity.ts';
import { InFlight, type Stay } from './in-flight.ts';
import type { Metrics } from './metrics.ts';
import { identityPath } from './normal-path.ts';
import { OpenVersions } from './open-versions.ts';
import { answerFor, Refusal } from './refusal.ts';
import { type ProxyRequest, proxyRequest } from './request.ts';
import { serviceAt, serviceRoute } from './route.ts';
import { ServiceDoor } from './service-door.ts';
import { timestamp } from './timestamp.ts';
import { type User, Users } from './users.ts';
import { refuseLoop } from './via.ts';

/** What a proxy is to do, whatever it listens on. */
export interface FrontOptions {
  readonly composition: Composition;
  /** `http` or `https`, as the server speaks. */
  readonly scheme: 'http' | 'https';
  /** All paths begin with it: empty, or `/` and something. */
  readonly prefix: string;
  /** How clients reach the proxy, where that is not what their `Host` header says: without a trailing slash. */
  readonly publicUrl?: string | undefined;
  readonly tokenCheckMs: number;
  readonly strict: boolean;
  readonly nameRouting: boolean;
  /**
   * Whether catalogs offer the regions of other providers, for programs that choose one by its name. Those that name none
   * would find more than one.
   */
  readonly offersRegions?: boolean;
  readonly defaultPlace?: Place | undefined;
  readonly pageSize?: number | undefined;
  /** Told of who could not answer when a listing was asked for: programs do not show the header that says so. */
  readonly incomplete?: ((missing: readonly Unsaid[]) => void) | undefined;
  /** Requests answered at once; more are refused (503). One whose body is read into memory counts when that is there. */
  readonly maxRequests: number;
  /** Of bodies that are read into memory. */
  readonly bodies?: BodyLimits | undefined;
  /** Bytes of a request's body; undefined for any. */
  readonly maxBodyBytes?: number | undefined;
  readonly metrics?: Metrics | undefined;
  /** Called when a request begins to be worked on, and when it waits for its client again. */
  readonly working?: ((connection: Socket, isWorking: boolean) => void) | undefined;
  /** Called when an answer is over and its connection free again, or gone. */
  readonly over: () => void;
  /** Told of every request that is over. */
  readonly log?: ((entry: AccessLogEntry) => void) | undefined;
}

const REQUEST_ID = 'x-openstack-request-id';

/** What metrics name. */
const KNOWN = new Set(['proxy', ...services.map(({ type }) => type)]);

/** Tokens that are kept in mind. */
const MAX_TOKENS = 20_000;

/** What is found out about a request on its way, for the log. */
interface Course {
  service: string;
  userId?: string | undefined;
  projectId?: string | undefined;
}

interface Way {
  readonly gone: ClientGone;
  readonly course: Course;
  readonly stay: Stay;
}

/** Answers the proxy's requests: who it is for, what is meant, and what is told of it afterwards. */
export class Front {
  readonly #options: FrontOptions;
  readonly #users: Users;
  readonly #identity: IdentityDoor;
  readonly #services: ServiceDoor;
  readonly #openVersions: OpenVersions;
  #address = '';
  readonly #inFlight: InFlight;
  readonly #bodies: BodyBudget;
  #stopping = false;

  constructor(options: FrontOptions) {
    const { composition, tokenCheckMs, metrics } = options;
    this.#options = options;
    this.#users = new Users(composition, {
      tokenCheckMs,
      limit: MAX_TOKENS,
      told: (how) => metrics?.tokenChecked(how),
    });
    this.#identity = new IdentityDoor(composition, this.#users, options.offersRegions === true);
    this.#inFlight = new InFlight(options.maxRequests, (count) => metrics?.inFlight(count));
    this.#bodies = new BodyBudget(options.bodies ?? BODY_LIMITS);
    this.#openVersions = new OpenVersions(composition);
    this.#services = new ServiceDoor({
      ...options,
      homeName: composition.home.name,
      name: composition.station,
      routed: (how) => metrics?.routed(how),
    });
  }

  listening(address: string): void {
    this.#address = address;
  }

  /** From now on not ready, for balancers, while what is in flight goes on. */
  stop(): void {
    this.#stopping = true;
  }

  /** Answer one request. Never throws. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    const requestId = `req-${randomUUID()}`;
    // A connection that is over does not know any more whose it was.
    const remote = message.socket.remoteAddress;
    const gone = new ClientGone();
    response.on('close', () => {
      gone.now();
      this.#options.over();
    });
    const course: Course = { service: 'proxy' };
    const { socket } = message;
    const stay = this.#inFlight.enter((isWorking) => this.#options.working?.(socket, isWorking));
    let answer: Answer;
    let trouble: unknown;
    try {
      answer = await this.#answer(message, response, { gone, course, stay });
    } catch (error) {
      trouble = error;
      answer = answerFor(error, course.service, `${this.#base(message)}/identity/v3`);
    }
    const providerRequestId = requestIdIn(answer.headers);
    let bytes = 0;
    try {
      if (!response.destroyed) {
        const more: Array<readonly [string, string]> = [];
        if (headerValue(answer.headers, REQUEST_ID) === undefined) more.push(['X-Openstack-Request-Id', requestId]);
        if (this.#stopping) more.push(['Connection', 'close']);
        await send(response, answer, { more, isHead: message.method === 'HEAD' }, (count) => {
          bytes += count;
        });
      }
    } catch (error) {
      trouble ??= error;
    }
    if (!message.complete) this.#readRest(message);
    stay.leave();
    this.#over(message, {
      answer,
      course,
      requestId,
      providerRequestId,
      remote,
      bytes,
      trouble,
      ms: performance.now() - began,
      gone,
    });
  }

  /** What was not read of a refused body must not be taken for the next request. It may not take for ever, either. */
  #readRest(message: IncomingMessage): void {
    const { socket } = message;
    const { ms } = this.#options.bodies ?? BODY_LIMITS;
    const late = setTimeout(() => socket.destroy(), ms).unref();
    message.once('close', () => clearTimeout(late)).resume();
  }

  #answer(message: IncomingMessage, response: ServerResponse, way: Way): Answer | Promise<Answer> {
    const { gone, course, stay } = way;
    const { prefix } = this.#options;
    refuseMethod(message.method ?? '');
    const target = message.url ?? '/';
    const below = target.startsWith(prefix) ? target.slice(prefix.length) : undefined;
    if (below === undefined || !below.startsWith('/')) throw new Refusal(404, 'There is nothing here.');
    const { maxBodyBytes } = this.#options;
    const wanted = () => {
      if (message.headers.expect !== undefined && !response.headersSent) response.writeContinue();
    };
    const request = proxyRequest(message, {
      below,
      base: this.#base(message),
      gone,
      maxBodyBytes,
      wanted,
      budget: this.#bodies,
      incomplete: () => stay.pause(),
    });
    const own = this.#ownAnswer(request);
    if (own !== undefined) return own;
    // Whoever watches over a proxy is answered when it is busy, too.
    stay.check();
    return this.#cloudsAnswer(request, course);
  }

  #ownAnswer(request: ProxyRequest): Answer | Promise<Answer> | undefined {
    switch (request.path) {
      case '/':
        return jsonAnswer(200, { identity: `${request.base}/identity/v3` });
      case '/healthz':
        return jsonAnswer(200, { status: 'ok' });
      case '/readyz':
        return this.#readiness(request.gone.signal);
      case '/metrics':
        return this.#options.metrics && metricsAnswer(this.#options.metrics);
      default:
        return undefined;
    }
  }

  /** Ready is who can reach home and is not about to leave. */
  async #readiness(signal: AbortSignal): Promise<Answer> {
    if (this.#stopping) return jsonAnswer(503, { status: 'stopping' });
    const { context, home } = this.#options.composition;
    try {
      const response = await context.send({
        method: 'GET',
        url: home.account.authUrl,
        headers: [['Accept', 'application/json']],
        connection: home.account.connection,
        purpose: { provider: home.name, step: 'readiness' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
      });
      response.body.discard();
      return response.status < 500
        ? jsonAnswer(200, { status: 'ready' })
        : jsonAnswer(503, { status: 'home answers with an error', code: response.status });
    } catch (error) {
      return jsonAnswer(503, { status: 'home cannot be reached', why: error instanceof Error ? error.message : '' });
    }
  }

  #cloudsAnswer(request: ProxyRequest, course: Course): Answer | Promise<Answer> {
    const { path } = request;
    refuseLoop(request, this.#options.composition.station);
    if (path === '/identity' || path.startsWith('/identity/')) {
      course.service = 'identity';
      return this.#identity.answer(request, identityPath(path.slice('/identity'.length)));
    }
    const service = serviceAt(path);
    if (service === undefined)
      throw new Refusal(404, `${path} is no service: paths begin with a service type, such as /compute.`);
    course.service = service.type;
    const secret = request.header('x-auth-token');
    if (secret === undefined) return this.#answerWithoutToken(request, service);
    const known = this.#users.of(secret);
    return known instanceof Promise
      ? known.then((user) => this.#serviceAnswer(user, request, service, course))
      : this.#serviceAnswer(known, request, service, course);
  }

  /** Version documents are for anybody. */
  async #answerWithoutToken(request: ProxyRequest, service: Service): Promise<Answer> {
    const { path, query, method } = request;
    const route = await serviceRoute(service, { path, query, projectId: undefined });
    const isAsked = route.isVersions && (method === 'GET' || method === 'HEAD');
    const answer = isAsked ? await this.#openVersions.answer(request, route, this.#users.homeCatalog) : undefined;
    if (answer === undefined) throw new Refusal(401, 'The request has no X-Auth-Token.');
    return answer;
  }

  #serviceAnswer(user: User, request: ProxyRequest, service: Service, course: Course): Promise<Answer> {
    course.userId = user.token.user.id;
    course.projectId = user.token.project?.id;
    const { path, query } = request;
    const route = serviceRoute(service, { path, query, projectId: user.token.project?.id });
    return route instanceof Promise
      ? route.then((read) => this.#services.answer(user, request, read))
      : this.#services.answer(user, request, route);
  }

  /** How this client reaches the proxy. */
  #base(message: IncomingMessage): string {
    if (this.#options.publicUrl !== undefined) return this.#options.publicUrl;
    const { host } = message.headers;
    if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return this.#address;
    return `${this.#options.scheme}://${host}${this.#options.prefix}`;
  }

  #over(message: IncomingMessage, end: Ending): void {
    const { answer, course, requestId, providerRequestId, remote, bytes, trouble, ms } = end;
    const { metrics, log, prefix } = this.#options;
    const { method = 'GET' } = message;
    // 499 is what servers write for a client that did not wait.
    const status = isCancelled(end.gone) && bytes === 0 && trouble !== undefined ? 499 : answer.status;
    metrics?.finished({
      // Not what clients think of: each label is kept for ever.
      service: KNOWN.has(course.service) ? course.service : 'other',
      method,
      status,
      provider: answer.by?.provider ?? 'proxy',
      seconds: ms / 1000,
    });
    if (log === undefined) return;
    log({
      time: timestamp(),
      request_id: requestId,
      remote,
      method,
      path: pathOf(message.url ?? '', prefix),
      status,
      ms: Math.round(ms * 10) / 10,
      bytes,
      user_id: course.userId,
      project_id: course.projectId,
      provider: answer.by?.provider,
      provider_project_id: answer.by?.project,
      how: answer.by?.how,
      provider_request_id: providerRequestId,
      error: trouble === undefined ? undefined : trouble instanceof Error ? trouble.message : String(trouble),
    });
  }
}

/** TRACE shows what a client sent, its token included; CONNECT would make a way to anywhere. */
function refuseMethod(method: string): void {
  if (method !== 'TRACE' && method !== 'CONNECT') return;
  throw new Refusal(405, `${method} is not served.`, [['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']]);
}

/** Below the prefix, without the query. */
function pathOf(target: string, prefix: string): string {
  const mark = target.indexOf('?');
  return withoutTokens(target.slice(prefix.length, mark === -1 ? undefined : mark));
}

async function metricsAnswer(metrics: Metrics): Promise<Answer> {
  const { type, text } = await metrics.text();
  return { status: 200, headers: [['Content-Type', type]], body: text };
}

interface Ending {
  readonly answer: Answer;
  readonly course: Course;
  readonly requestId: string;
  readonly providerRequestId: string | undefined;
  readonly remote: string | undefined;
  readonly bytes: number;
  readonly trouble: unknown;
  readonly ms: number;
  readonly gone: ClientGone;
}
