import { isFedError, NotFoundError } from '../errors.ts';
import { bodyOf, readBytes, type SendResponse } from '../ports/http.ts';
import { isCancelled } from './abort.ts';
import { type Caller, isOneShot, NO_SERVICE } from './call.ts';
import {
  callOf,
  type Forwarded,
  type ForwardRequest,
  isDecidedByMemory,
  isReading,
  type Planned,
  probingOf,
  type Route,
  understood,
} from './forward-request.ts';
import { learning } from './learn.ts';
import type { Locator } from './locate.ts';
import type { Memory } from './memory.ts';
import { noSuchService } from './outcome.ts';
import { probeOne } from './probe.ts';
import { isNarrowed, type Roster } from './roster.ts';
import { Router } from './route.ts';
import type { Scope } from './scope.ts';
import { verdictOn } from './verdict.ts';

/** Sends requests to whoever owns what they are about. */
export class Forwarder {
  readonly #roster: Roster;
  readonly #caller: Caller;
  readonly #memory: Memory;
  readonly #locator: Locator;
  readonly #router: Router;

  constructor(roster: Roster, caller: Caller, memory: Memory, locator: Locator) {
    this.#roster = roster;
    this.#caller = caller;
    this.#memory = memory;
    this.#locator = locator;
    this.#router = new Router(roster, caller, memory, locator);
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
    return this.#sendOn(scope === undefined ? this.#router.routeOf(request) : { scope, how: 'remembered' }, request);
  }

  /**
   * Choose the scope, and leave it to the caller whether the request is sent.
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError, SplitReferencesError, UsageError
   */
  async plan(asked: ForwardRequest): Promise<Planned> {
    const request = understood(asked);
    const route = await this.#router.routeOf(request);
    const { scope, how } = route;
    return { scope, how, send: () => this.#sendOn(route, request) };
  }

  /** What most requests to a proxy are about, so it is known without waiting: a resource whose owner is remembered. */
  #scopeAtHand({ method, subject, body, narrowing }: ForwardRequest): Scope | undefined {
    const isOpen =
      subject.named !== undefined &&
      isDecidedByMemory({ method }, subject.named) &&
      subject.projectId === undefined &&
      subject.account === undefined;
    if (!isOpen || body !== undefined || isNarrowed(this.#roster.narrowing(narrowing))) return undefined;
    return this.#memory.heldScope(subject.named);
  }

  async #sendOn(routed: Route | Promise<Route>, request: ForwardRequest): Promise<Forwarded> {
    const route = routed instanceof Promise ? await routed : routed;
    const answer = route.response ?? (await this.#answerAt(route, request));
    if (answer === undefined) return this.#sendOn(this.#router.routeOf(request), request);
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
      if (isLost && isReading(request)) return undefined;
      throw error;
    }
  }

  /**
   * A remembered location that answers "no such resource" is forgotten and the others are probed. If another scope
   * owns it now, the request goes there; if all say that they do not, the first answer stands.
   *
   * @throws CouldNotSayError where some could not be asked, SeveralOwnersError
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
    const found = await this.#locator.probed(service, named, probingOf(request)).catch((error: unknown) => {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
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

/** @throws ProviderResponseError for a provider that does not have the service */
function answered(
  answer: SendResponse | typeof NO_SERVICE,
  { scope: { provider } }: { readonly scope: Scope },
  { subject }: ForwardRequest,
): SendResponse {
  if (answer === NO_SERVICE) throw noSuchService([provider], subject.service.type);
  return answer;
}
