import { CouldNotSayError, isFedError, ProviderResponseError, type Unsaid, UsageError } from '../errors.ts';
import {
  bodyOf,
  type CancelSignal,
  type HeaderPairs,
  type RequestBody,
  readBytes,
  type SendResponse,
} from '../ports/http.ts';
import { serviceOf } from '../services/index.ts';
import type { Service } from '../services/types.ts';
import { isCancelled } from './abort.ts';
import { type Call, type Caller, isOneShot, NO_SERVICE } from './call.ts';
import { endpointsIn } from './endpoint.ts';
import { learning } from './learn.ts';
import type { Located, LocateOptions, Locator } from './locate.ts';
import type { Memory } from './memory.ts';
import { microversionsIn } from './microversion.ts';
import { onlyScope } from './only-scope.ts';
import { allUnsaid } from './outcome.ts';
import { probeOne } from './probe.ts';
import { type Referred, referencesIn, requireTogether, scopeOfReferences } from './references.ts';
import { regionalScopes } from './regions.ts';
import type { Named } from './resource.ts';
import { isNarrowed, type Narrowing, type Roster } from './roster.ts';
import { onlyPossibleScope, scopeOfProject, scopesWith } from './said-scope.ts';
import { type Scope, sameScope, scopeLabel } from './scope.ts';
import type { Subject } from './subject.ts';
import { verdictOn } from './verdict.ts';

/** A request that does not say, or only roughly says, which cloud it is for. */
export interface ForwardRequest {
  readonly method: string;
  readonly subject: Subject;
  readonly headers: HeaderPairs;
  readonly body?: RequestBody | undefined;
  readonly narrowing?: Narrowing;
  /** Sent to exactly this URL, which is inside the catalogs of the narrowing's scopes. */
  readonly url?: string;
  readonly awaiting?: (providers: readonly string[]) => void;
  readonly signal?: CancelSignal | undefined;
}

export interface Forwarded {
  readonly scope: Scope;
  /** Why this scope: it was named, remembered, probed, owns what the body names, or nothing named one. */
  readonly how: 'explicit' | 'remembered' | 'probed' | 'references' | 'home';
  /** As the provider sent it, streaming. */
  readonly response: SendResponse;
}

/** A request with the scope that it is for, not sent yet. */
export interface Planned {
  readonly scope: Scope;
  readonly how: Forwarded['how'];
  /** Send it, once. @throws TransportError, ProviderAuthError */
  send(): Promise<Forwarded>;
}

interface Route {
  readonly scope: Scope;
  readonly how: Forwarded['how'];
  /** The answer, where finding the owner gave it already. */
  readonly response?: SendResponse;
}

/** Sends requests to whoever owns what they are about. */
export class Forwarder {
  readonly #roster: Roster;
  readonly #caller: Caller;
  readonly #memory: Memory;
  readonly #locator: Locator;

  constructor(roster: Roster, caller: Caller, memory: Memory, locator: Locator) {
    this.#roster = roster;
    this.#caller = caller;
    this.#memory = memory;
    this.#locator = locator;
  }

  /**
   * Choose the scope, send once, learn, and give the response untouched.
   *
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError, SplitReferencesError, UsageError; what could not be
   *   sent is a TransportError or ProviderAuthError
   */
  forward(asked: ForwardRequest): Promise<Forwarded> {
    const request = understood(asked);
    const scope = this.#scopeAtHand(request);
    return this.#sendOn(scope === undefined ? this.#routed(request) : { scope, how: 'remembered' }, request);
  }

  /**
   * Choose the scope, and leave it to the caller whether the request is sent.
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError, SplitReferencesError, UsageError
   */
  async plan(asked: ForwardRequest): Promise<Planned> {
    const request = understood(asked);
    const route = await this.#routed(request);
    const { scope, how } = route;
    return { scope, how, send: () => this.#sendOn(route, request) };
  }

  /** What most requests to a proxy are about, so it is known without waiting: a resource whose owner is remembered. */
  #scopeAtHand({ subject, body, narrowing }: ForwardRequest): Scope | undefined {
    const isOpen = subject.named !== undefined && subject.projectId === undefined && subject.account === undefined;
    if (!isOpen || body !== undefined || isNarrowed(this.#roster.narrowing(narrowing))) return undefined;
    return this.#memory.heldScope(subject.named);
  }

  async #routed(request: ForwardRequest): Promise<Route> {
    const route = await this.#route(request);
    if (request.body !== undefined) await this.#checkReferences(route, request);
    return route;
  }

  async #sendOn(routed: Route | Promise<Route>, request: ForwardRequest): Promise<Forwarded> {
    const route = routed instanceof Promise ? await routed : routed;
    const answer = route.response ?? (await this.#answerAt(route, request));
    if (answer === undefined) return this.#sendOn(this.#routed(request), request);
    const response = answered(answer, route, request);
    const moved = route.how === 'remembered' ? await this.#whereItMoved(route.scope, request, response) : undefined;
    if (moved !== undefined) return moved;
    return this.#learnt(route, request, response);
  }

  /**
   * @returns undefined where the resource was remembered at a provider that home does not list any more: it is to be
   *   looked for. What may have been sent and done there is not sent once more.
   */
  async #answerAt({ scope, how }: Route, request: ForwardRequest) {
    const { named } = request.subject;
    try {
      return await this.#caller.call(scope, callOf(request));
    } catch (error) {
      if (how !== 'remembered' || named === undefined || !isFedError(error) || isCancelled(request.signal)) throw error;
      const isLost = await this.#locator.isLost(scope, named);
      if (isLost && (request.method === 'GET' || request.method === 'HEAD')) return undefined;
      throw error;
    }
  }

  async #route(request: ForwardRequest): Promise<Route> {
    const { subject } = request;
    const own = await scopeOfProject(this.#roster, subject, request.narrowing);
    if (own !== undefined) return { scope: own, how: 'explicit' };
    if (subject.named !== undefined) return this.#routeToOwner(request, subject.named);
    const { providers, projects, regions } = this.#roster.narrowing(request.narrowing);
    if (providers !== undefined || projects !== undefined) {
      return { scope: await onlyScope(this.#roster, request.narrowing ?? {}, subject.service), how: 'explicit' };
    }
    const references = referencesIn(request.method, subject, jsonOf(request.body));
    if (references.length > 0) return { scope: await this.#scopeOfReferences(request, references), how: 'references' };
    if (regions !== undefined) {
      return { scope: await onlyScope(this.#roster, request.narrowing ?? {}, subject.service), how: 'explicit' };
    }
    if (subject.undecided === true && !isReading(request)) {
      const what = 'Whose this request is cannot be found out: who is to answer it does not see what it is about';
      const scope = await onlyPossibleScope(this.#roster, subject, what, request.narrowing);
      if (scope !== undefined) return { scope, how: 'explicit' };
    }
    return { scope: await this.#scopeAtHome(subject.service), how: 'home' };
  }

  /**
   * Home's, in the region of its configuration or else the catalog's first, as programs that know one cloud have it. A
   * service that home does not have is asked where it is, if that is one scope only.
   *
   * @throws ProviderResponseError for a service that nobody has; UsageError for one that several have; CouldNotSayError
   */
  async #scopeAtHome(service: Service): Promise<Scope> {
    const { home } = this.#roster;
    const { catalog } = await home.token();
    const [project] = await home.projects();
    if (project === undefined) throw new Error('home without a project');
    const scope = { provider: home.name, project };
    if (endpointsIn(catalog, service, home) === undefined) return this.#onlyScopeWith(service);
    return regionalScopes(scope, catalog, home, service, undefined)[0] ?? scope;
  }

  async #onlyScopeWith(service: Service): Promise<Scope> {
    const { having, asked, open } = await scopesWith(this.#roster, service);
    const [only, another] = having;
    if (only !== undefined && another === undefined && open.length === 0) return only;
    if (only !== undefined) throw severalHave(service, this.#roster.home.name, having, open);
    const nobody = `No provider has a service of type ${service.type}`;
    if (open.length > 0) {
      throw new CouldNotSayError(`${nobody}; ${allUnsaid(open)}.`, {
        absent: asked.map(({ provider }) => provider),
        unsaid: open,
      });
    }
    const hint = 'fed catalog list shows what each provider has.';
    // A type that is none of OpenStack's, and in no catalog, is a slip of the pen.
    if (serviceOf(service.type) === undefined) throw new UsageError(`${nobody}.`, { hint });
    throw new ProviderResponseError(`${nobody}.`, { provider: this.#roster.home.name, status: 404, hint });
  }

  /** Where everything is that the body names, in the one region that leaves. */
  async #scopeOfReferences(request: ForwardRequest, references: readonly Referred[]): Promise<Scope> {
    const { service } = request.subject;
    const { scope, regions } = await scopeOfReferences(this.#locator, this.#caller, references, optionsOf(request));
    const provider = this.#roster.named(scope.provider);
    const { catalog } = await provider.tokenFor(scope.project);
    const wanted = this.#roster.narrowing(request.narrowing).regions ?? regions;
    const place = { provider: scope.provider, project: scope.project };
    const [only, another] = regionalScopes(place, catalog, provider, service, wanted);
    if (only !== undefined && another === undefined) return only;
    return onlyScope(
      this.#roster,
      { providers: [scope.provider], projects: [scope.project.id], ...(wanted !== undefined && { regions: wanted }) },
      service,
    );
  }

  /** What a request on a resource names must live where the resource does. */
  async #checkReferences({ scope }: Route, request: ForwardRequest): Promise<void> {
    const { named } = request.subject;
    if (named === undefined) return;
    const references = referencesIn(request.method, request.subject, jsonOf(request.body));
    if (references.length === 0) return;
    await requireTogether(this.#locator, { named, scope }, references, optionsOf({ ...request, narrowing: {} }));
  }

  async #routeToOwner(request: ForwardRequest, named: Named): Promise<Route> {
    const isNarrow = isNarrowed(this.#roster.narrowing(request.narrowing));
    const explicit = isNarrow ? await this.#explicitScope(request) : undefined;
    if (explicit !== undefined) return { scope: explicit, how: 'explicit' };
    const known = await this.#knownOwner(request, named);
    if (known !== undefined) return { scope: known.scope, how: 'remembered' };
    if (named.hasGet === false) {
      const what = `${named.typeName} ${named.id} cannot be looked for: the service shows none by its id`;
      const scope = await onlyPossibleScope(this.#roster, request.subject, what, request.narrowing);
      return { scope: scope ?? (await this.#scopeAtHome(request.subject.service)), how: 'explicit' };
    }
    const found = await this.#locator.probed(request.subject.service, named, probingOf(request));
    return { scope: found.scope, how: 'probed', ...this.#answerOf(found, request, named) };
  }

  /** The scope, where provider, project and region leave no choice; where they do, the owner is looked for. */
  async #explicitScope(request: ForwardRequest): Promise<Scope | undefined> {
    const { providers, projects, regions } = this.#roster.narrowing(request.narrowing);
    if (providers?.length !== 1 && projects === undefined) return undefined;
    const [provider, other] = await this.#roster.providers(request.narrowing);
    if (provider === undefined || other !== undefined) return undefined;
    const [project, another] = await this.#roster.projectsAt(provider, request.narrowing);
    const { service } = request.subject;
    if (project === undefined) return onlyScope(this.#roster, request.narrowing ?? {}, service);
    if (another !== undefined) return undefined;
    const { catalog } = await provider.tokenFor(project);
    const scopes = regionalScopes({ provider: provider.name, project }, catalog, provider, service, regions);
    return scopes.length > 1 ? undefined : (scopes[0] ?? onlyScope(this.#roster, request.narrowing ?? {}, service));
  }

  /** A body that can be sent only once is not risked on a location that may have changed: a GET asks first. */
  async #knownOwner(request: ForwardRequest, named: Named): Promise<Located | undefined> {
    const known = await this.#locator.remembered(named, request.narrowing);
    if (known === undefined || named.hasGet === false || !isOneShot(request.body)) return known;
    const { service } = request.subject;
    const verdict = await probeOne(this.#caller, known.scope, service, named, probingOf(request));
    if (verdict.kind !== 'absent') return known;
    await this.#memory.forget(named.typeName, known.id);
    return undefined;
  }

  /** The probe's own answer serves where it is what was asked for, to the letter. */
  #answerOf({ scope, sighting }: Located, request: ForwardRequest, named: Named): Pick<Route, 'response'> {
    const plain =
      request.method === 'GET' &&
      request.subject.path === named.itemPath &&
      request.subject.query === '' &&
      request.url === undefined &&
      named.type?.microversion === undefined &&
      named.microversion === undefined &&
      named.showQuery === undefined &&
      request.headers.every(([name, value]) => name.toLowerCase() === 'accept' && value === 'application/json');
    const same = sighting !== undefined && sameScope(sighting.scope, scope);
    if (!plain || !same || sighting === undefined) return {};
    return { response: { ...sighting.response, body: bodyOf(sighting.bytes) } };
  }

  /**
   * A remembered location that answers "no such resource" is forgotten and the others are probed. If another scope
   * owns it now, the request goes there; if none does, the first answer stands.
   */
  async #whereItMoved(scope: Scope, request: ForwardRequest, response: SendResponse): Promise<Forwarded | undefined> {
    const { named, service } = request.subject;
    if (named === undefined || response.status !== 404 || isOneShot(request.body)) return undefined;
    const bytes = await readBytes(response.body);
    const replayed = { ...response, body: bodyOf(bytes) };
    if (verdictOn(named, response, bytes).kind !== 'absent') {
      return { scope, how: 'remembered', response: replayed };
    }
    const isItem = request.subject.path === named.itemPath;
    if (named.hasGet === false) {
      if (isItem) await this.#memory.forget(named.typeName, named.id);
      return { scope, how: 'remembered', response: replayed };
    }
    // A resource below it may be what is missing: its parent tells.
    if (!isItem || request.method !== 'GET') {
      const verdict = await probeOne(this.#caller, scope, service, named, probingOf(request));
      if (verdict.kind !== 'absent') return { scope, how: 'remembered', response: replayed };
    }
    await this.#memory.forget(named.typeName, named.id);
    const found = await this.#locator.probed(service, named, probingOf(request)).catch(() => undefined);
    if (found === undefined) return { scope, how: 'remembered', response: replayed };
    const answer = answered(await this.#caller.call(found.scope, callOf(request)), found, request);
    return this.#learnt({ scope: found.scope, how: 'probed' }, request, answer);
  }

  #learnt({ scope, how }: Route, request: ForwardRequest, response: SendResponse): Forwarded {
    const { method, subject } = request;
    // What is remembered, and was found where it was, has nothing new to tell.
    const isKnown = how === 'remembered' && method === 'GET' && subject.path === subject.named?.itemPath;
    if (isKnown) return { scope, how, response };
    return { scope, how, response: learning(this.#memory, method, subject, scope, response) };
  }
}

/** What a PUT makes is no resource yet, whose owner could be looked for. */
function understood(request: ForwardRequest): ForwardRequest {
  const { named, ...subject } = request.subject;
  const isMade = request.method === 'PUT' && named?.madeByPut === true && subject.path === named.itemPath;
  return isMade ? { ...request, subject } : request;
}

function isReading({ method }: ForwardRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function callOf({ method, subject, headers, body, url, signal }: ForwardRequest): Call {
  return { method, target: subject, headers, isRaw: true, step: 'forward', body, url, signal };
}

/** @throws ProviderResponseError for a provider that does not have the service */
function answered(
  answer: SendResponse | typeof NO_SERVICE,
  { scope: { provider } }: { readonly scope: Scope },
  { subject }: ForwardRequest,
): SendResponse {
  if (answer !== NO_SERVICE) return answer;
  throw new ProviderResponseError(`${provider} has no ${subject.service.type} service.`, {
    provider,
    status: 404,
    hint: 'fed catalog list shows what each provider has.',
  });
}

function severalHave(service: Service, home: string, having: readonly Scope[], open: readonly Unsaid[]): UsageError {
  const where = having.map(scopeLabel).join(', ');
  const others = open.length > 0 ? `, and perhaps others (${allUnsaid(open)})` : '';
  return new UsageError(`${home} has no ${service.type} service; ${where} have${others}.`, {
    hint: 'Say which with --provider and --project.',
  });
}

function optionsOf({ narrowing, awaiting, signal }: ForwardRequest): LocateOptions {
  return {
    ...(narrowing !== undefined && { narrowing }),
    ...(awaiting !== undefined && { awaiting }),
    ...(signal !== undefined && { signal }),
  };
}

/** Version and microversion are the service's own: what the body names may be of other services. */
function probingOf(request: ForwardRequest): LocateOptions {
  const { service, version } = request.subject;
  const asked = microversionsIn(service, request.headers);
  return { ...optionsOf(request), asked, ...(version !== undefined && { version }) };
}

/** The body as JSON, if it is held in memory and is JSON. */
function jsonOf(body: RequestBody | undefined): unknown {
  if (body === undefined || isOneShot(body)) return undefined;
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array));
  } catch {
    return undefined;
  }
}
