import { CatalogError } from '../errors.ts';
import type { ServiceEndpoint } from '../keystone/catalog.ts';
import type { KeystoneContext } from '../keystone/context.ts';
import type { Token } from '../keystone/token.ts';
import type { EndpointGuard } from '../ports/endpoint-guard.ts';
import type { CancelSignal, HeaderPairs, RequestBody, SendResponse } from '../ports/http.ts';
import { abortable } from './abort.ts';
import { endpointFor, endpointsIn, type Target, unspokenVersion, urlBelow } from './endpoint.ts';
import { microversionHeaders } from './microversion.ts';
import type { Provider } from './provider.ts';
import { reachOf } from './reach.ts';
import { everyRegion } from './regions.ts';
import type { Roster } from './roster.ts';
import type { Scope } from './scope.ts';

/** A request to make in some scope. */
export interface Call {
  readonly method: string;
  readonly target: Target;
  readonly headers: HeaderPairs;
  readonly body?: RequestBody | undefined;
  /** Asked for where the provider has it; a provider that refuses it (406) is asked without. */
  readonly microversion?: string | undefined;
  /** Sent to exactly this URL, which the caller knows to be inside the scope's catalog. */
  readonly url?: string | undefined;
  /** Whether the version that the catalog has will do, although nothing is known of it: the caller wrote the path. */
  readonly isRaw?: true;
  /** For messages and traces: `show`, `probe`, `list`… */
  readonly step: string;
  readonly signal?: CancelSignal | undefined;
}

/** The provider's catalog has no such service, which is normal. */
export const NO_SERVICE = Symbol('no such service in the catalog');

type Answer = SendResponse | typeof NO_SERVICE;

export interface CallerContext extends KeystoneContext {
  /** Absent: catalogs are followed wherever they lead. */
  readonly guard?: EndpointGuard;
}

/** Makes requests in scopes: with the scope's own token, at the scope's own endpoint. */
export class Caller {
  readonly #context: CallerContext;
  readonly #roster: Roster;
  /** Microversions that a provider's service refused. */
  readonly #withoutMicroversions = new Set<string>();

  constructor(context: CallerContext, roster: Roster) {
    this.#context = context;
    this.#roster = roster;
  }

  /**
   * Make the request in this scope. A 401 makes the scope authenticate anew, once; then the answer stands.
   * @throws ProviderAuthError, HomeAuthError, TransportError; CatalogError where the catalog does not say where to ask
   */
  async call(scope: Scope, call: Call): Promise<Answer> {
    // Decided before anything is sent: while this call waits, another one may learn that the cloud is too old.
    if (!this.#asksForMicroversion(scope, call)) return this.#answered(scope, { ...call, microversion: undefined });
    const answer = await this.#answered(scope, call);
    if (answer === NO_SERVICE || answer.status !== 406) return answer;
    answer.body.discard();
    this.#withoutMicroversions.add(microversionKey(scope, call));
    return this.#answered(scope, { ...call, microversion: undefined });
  }

  async #answered(scope: Scope, call: Call): Promise<Answer> {
    const answer = await this.#attempt(scope, call);
    return isUnauthorised(answer) ? this.#authenticatedAnew(scope, call, answer) : answer;
  }

  /** @returns the first answer where nothing can be done about it */
  async #authenticatedAnew(scope: Scope, call: Call, first: SendResponse): Promise<Answer> {
    if (isOneShot(call.body)) return first;
    if (!(await this.#roster.named(scope.provider).invalidate(scope.project))) return first;
    first.body.discard();
    return this.#attempt(scope, call);
  }

  #attempt(scope: Scope, call: Call): Promise<Answer> {
    const provider = this.#roster.named(scope.provider);
    const held = provider.heldToken?.(scope.project);
    if (held !== undefined) return this.#sendWith(held, provider, scope, call);
    const token = abortable(provider.tokenFor(scope.project), call.signal);
    return token.then((made) => this.#sendWith(made, provider, scope, call));
  }

  #sendWith(token: Token, provider: Provider, scope: Scope, call: Call): Promise<Answer> {
    const url = call.url ?? urlFor(token, provider, scope, call);
    if (url === undefined) return Promise.resolve(NO_SERVICE);
    const headers = call.headers.filter(([name]) => !isOurs(name));
    if (call.microversion !== undefined) {
      headers.push(...microversionHeaders(call.target.service, call.microversion));
    }
    headers.push(['X-Auth-Token', token.secret]);
    const { guard } = this.#context;
    return this.#context.send({
      method: call.method,
      url,
      headers,
      connection: provider.connection,
      purpose: { provider: scope.provider, project: scope.project.name, step: call.step },
      body: call.body,
      signal: call.signal,
      reach: guard && reachOf(guard, this.#roster, provider, call.target.service.type, url),
    });
  }

  #asksForMicroversion(scope: Scope, call: Call): boolean {
    return (
      call.microversion !== undefined &&
      call.target.service.microversion !== undefined &&
      !this.#withoutMicroversions.has(microversionKey(scope, call))
    );
  }
}

function urlFor({ catalog }: Token, provider: Provider, scope: Scope, { target, isRaw }: Call): string | undefined {
  const { region, project } = scope;
  const endpoints = endpointsIn(catalog, target.service, region === undefined ? provider : everyRegion(provider));
  if (endpoints === undefined) return undefined;
  const endpoint = endpointFor(endpoints, region);
  if (endpoint !== undefined) {
    if (isRaw !== true) requireSpoken(endpoint, provider, target);
    return urlBelow(endpoint, project.id, target);
  }
  const has = endpoints.flatMap(({ regions }) => regions).join(', ');
  throw new CatalogError(`${provider.name}: its catalog has ${target.service.type} in ${has}, not in ${region}.`, {
    provider: provider.name,
    service: target.service.type,
  });
}

/** @throws CatalogError for an endpoint of a version that the service's description does not speak */
function requireSpoken(endpoint: ServiceEndpoint, { name }: Provider, { service, version }: Target): void {
  const unspoken = version === undefined ? unspokenVersion(service, endpoint) : undefined;
  if (unspoken === undefined) return;
  throw new CatalogError(`${name}: its catalog has ${service.type} at ${unspoken} only, which fed does not speak.`, {
    provider: name,
    service: service.type,
    hint: `fed curl ${service.type}/${unspoken}/PATH --provider ${name} reaches it as it is; fed's own commands need ${service.version}.`,
  });
}

function isUnauthorised(answer: Answer): answer is SendResponse {
  return answer !== NO_SERVICE && answer.status === 401;
}

function microversionKey(scope: Scope, call: Call): string {
  return JSON.stringify([scope.provider, scope.region, call.target.service.type, call.microversion]);
}

/** Headers that are made anew for each scope. */
const OURS = ['x-auth-token', 'host', 'connection'];

function isOurs(name: string): boolean {
  return OURS.some((ours) => ours.length === name.length && ours === name.toLowerCase());
}

/** Whether a body can be sent only once. */
export function isOneShot(body: RequestBody | undefined): boolean {
  return body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);
}
