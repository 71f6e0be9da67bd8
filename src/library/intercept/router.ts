import type { Composed } from '../../compose.ts';
import { CouldNotSayError, NotFoundError, SeveralOwnersError, type Unsaid } from '../../errors.ts';
import { abortable } from '../../federation/abort.ts';
import type { Federation as Engine } from '../../federation/federation.ts';
import type { Forwarded, ForwardRequest, Planned } from '../../federation/forward-request.ts';
import { isDecidedByMemory } from '../../federation/forward-request.ts';
import { isNarrowed } from '../../federation/roster.ts';
import { regionsOf, type Scope } from '../../federation/scope.ts';
import { isServiceName, type Subject, subjectOf } from '../../federation/subject.ts';
import { catalogEntryFor } from '../../keystone/catalog.ts';
import type { Token } from '../../keystone/token.ts';
import { type HeaderPairs, bodyOf as wholeBody } from '../../ports/http.ts';
import { serviceNamed } from '../../services/index.ts';
import type { FederateOptions } from '../options.ts';
import { Callers } from './callers.ts';
import { bodyOf, type Dispatched } from './dispatched.ts';
import type { Delivery } from './exchange.ts';

/** An answer; or the request goes where it was going to, with the body that was read on the way. */
export type Routed =
  | { readonly kind: 'answer'; readonly delivery: Delivery }
  | { readonly kind: 'home'; readonly body?: Uint8Array };

const AS_IT_WAS: Routed = { kind: 'home' };

/** Decides for requests to home's endpoints where they go. */
export class Router {
  readonly #engine: Engine;
  readonly #home: string;
  readonly #callers: Callers;
  readonly #options: FederateOptions;

  constructor(composed: Composed, options: FederateOptions) {
    this.#engine = composed.federation;
    this.#home = composed.settings.values['home-name'];
    this.#callers = new Callers(composed);
    this.#options = options;
  }

  /** @throws what `Federation.forward` throws, but for a resource that home alone may know */
  async route(dispatched: Dispatched, url: string, secret: string, signal: AbortSignal): Promise<Routed> {
    const token = await abortable(this.#homeToken(), signal);
    const addressed = this.#addressed(url, token);
    if (addressed === undefined) return AS_IT_WAS;
    const { region } = addressed;
    const subject = await addressed.subject;
    if (!(await abortable(this.#callers.isOwn(secret, token), signal))) return AS_IT_WAS;
    const { wanted, headers, options } = dispatched;
    const { method } = options;
    const isExplicit = isNarrowed(wanted);
    if (!isExplicit && method === 'GET' && subject.collection !== undefined) {
      if (this.#options.aggregate !== true) return AS_IT_WAS;
      return answer(await this.#aggregated(subject, url, headers, signal));
    }
    const body = await bodyOf(dispatched);
    const request: ForwardRequest = {
      ...{ method, subject, headers, narrowing: wanted, signal },
      ...(body !== undefined && { body }),
    };
    const asItWas: Routed = { kind: 'home', ...(body instanceof Uint8Array && { body }) };
    const planned = await this.#planned(request);
    if (planned === undefined || planned.how === 'home' || this.#isAt(planned.scope, region)) return asItWas;
    return answer(deliveryOf(await planned.send()));
  }

  #homeToken(): Promise<Token> {
    // Home has one project, and its token is asked for without that.
    return this.#engine.token({ provider: this.#home, project: { id: '', name: '' } });
  }

  /** Whether the program's own URL leads to a scope: to home, and to the region that the scope is in. */
  #isAt(scope: Scope, region: string): boolean {
    return scope.provider === this.#home && (scope.isRegional !== true || regionsOf(scope)?.includes(region) === true);
  }

  /** What a URL of home's is about, and in which region; undefined for all others, and for the Identity service. */
  #addressed(url: string, { catalog, project }: Token): { subject: Promise<Subject>; region: string } | undefined {
    const match = catalogEntryFor(catalog, url);
    if (match === undefined || !isServiceName(match.entry.type)) return undefined;
    const service = serviceNamed(match.entry.type);
    if (service.isIdentity === true) return undefined;
    const own = `/${project?.id}`;
    const isBelowOwn = service.projectInPath && (match.rest === own || match.rest.startsWith(`${own}/`));
    const rest = isBelowOwn ? match.rest.slice(own.length) : match.rest;
    return { subject: subjectOf(`${service.type}${rest}`), region: match.endpoint.region };
  }

  /** Undefined where home is to answer itself. */
  async #planned(request: ForwardRequest): Promise<Planned | undefined> {
    try {
      return await this.#engine.plan(request);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      // What changes something whose id others may have, too, goes nowhere as long as it is not said which is meant.
      const { named } = request.subject;
      if (named !== undefined && !isDecidedByMemory(request, named)) throw error;
      if (error instanceof SeveralOwnersError && error.owners.some(({ provider }) => provider === this.#home)) {
        return undefined;
      }
      // It may be at a provider that could not be asked: home's 404 would be taken for the truth.
      if (error instanceof CouldNotSayError && error.unsaid.every(({ provider }) => provider === this.#home)) {
        return undefined;
      }
      throw error;
    }
  }

  async #aggregated(subject: Subject, url: string, headers: HeaderPairs, signal: AbortSignal): Promise<Delivery> {
    const self = url.replace(/[?#].*/, '');
    const page = await this.#engine.aggregate({ subject, headers, self, signal });
    const missing = missingHeaders(page.missing);
    if (page.kind === 'answer') {
      const delivery = deliveryOf(page);
      return { ...delivery, headers: [...delivery.headers, ...missing] };
    }
    return {
      status: 200,
      statusText: 'OK',
      headers: [['Content-Type', 'application/json'], ...page.headers, ...missing],
      body: wholeBody(page.body),
    };
  }
}

function answer(delivery: Delivery): Routed {
  return { kind: 'answer', delivery };
}

function missingHeaders(unsaid: readonly Unsaid[]): HeaderPairs {
  const missing = [...new Set(unsaid.map(({ provider }) => encodeURIComponent(provider)))];
  return missing.length === 0 ? [] : [['X-Fed-Missing', missing.join(', ')]];
}

function deliveryOf({ scope, response }: Pick<Forwarded, 'scope' | 'response'>): Delivery {
  return { ...response, headers: [...response.headers, ...placeHeaders(scope)] };
}

/** Names that do not fit into a header are percent-encoded. */
function placeHeaders({ provider, project, region }: Scope): HeaderPairs {
  const text = (name: string) => (/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(name) ? name : encodeURIComponent(name));
  return [
    ['X-Fed-Provider', text(provider)],
    ['X-Fed-Project', text(project.id)],
    ['X-Fed-Project-Name', text(project.name)],
    ...(region !== undefined ? [['X-Fed-Region', text(region)] as const] : []),
  ];
}
