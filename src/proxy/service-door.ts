import { type Owner, ProviderResponseError, SeveralOwnersError, type Unsaid } from '../errors.ts';
import type { RankedScope } from '../federation/ask.ts';
import type { Forwarded, ForwardRequest } from '../federation/forward-request.ts';
import { referencesIn } from '../federation/references.ts';
import { isNarrowed, type Narrowing, narrowingTo } from '../federation/roster.ts';
import type { Scope } from '../federation/scope.ts';
import { isStrangerThere } from '../federation/unsaid.ts';
import { labelOf } from '../federation/unsaid-words.ts';
import type { HeaderPairs } from '../ports/http.ts';
import type { Service } from '../services/types.ts';
import type { Answer } from './answer.ts';
import { namedPlace, narrowingAt, type Place } from './creation.ts';
import { upstreamHeaders } from './headers.ts';
import { parsed } from './json.ts';
import { headerText, passedOn } from './passed-on.ts';
import { Refusal } from './refusal.ts';
import type { HeldBody, ProxyRequest } from './request.ts';
import type { ServiceRoute } from './route.ts';
import type { User } from './users.ts';
import { VersionsDoor } from './versions-door.ts';
import { hasPassed, viaOf } from './via.ts';

export interface ServiceDoorOptions {
  readonly homeName: string;
  /** What this proxy is called in the header against loops. */
  readonly name: string;
  /** A list that lacks a provider is refused (502) instead of given with a header that says so. */
  readonly strict: boolean;
  /** `name@provider` in a creation says where. */
  readonly nameRouting: boolean;
  /** Where creations go that name nothing; absent: home. */
  readonly defaultPlace?: Place | undefined;
  /** Items of a page where the client says nothing. */
  readonly pageSize?: number | undefined;
  /** Told of who could not answer when a listing was asked for. */
  readonly incomplete?: ((missing: readonly Unsaid[]) => void) | undefined;
  /** Told how the scope of a forwarded request was found. */
  readonly routed: (how: Forwarded['how']) => void;
}

/** Every service but Identity: requests go to whoever owns what they are about, listings to all. */
export class ServiceDoor {
  readonly #options: ServiceDoorOptions;
  readonly #versions = new VersionsDoor();

  constructor(options: ServiceDoorOptions) {
    this.#options = options;
  }

  /** @throws the engine's errors; Refusal */
  answer(user: User, request: ProxyRequest, route: ServiceRoute): Promise<Answer> {
    const { subject } = route;
    if (user.token.project === undefined) throw new Refusal(401, 'The token is not scoped to a project.');
    const narrowing = this.#narrowing(request);
    if (request.method === 'GET' && route.isVersions) {
      return this.#versions.answer(user, {
        request,
        route,
        narrowing,
        headers: this.#headersFor(request, request.headers),
      });
    }
    if (request.method === 'GET' && subject.collection !== undefined) {
      return this.#list(user, request, route, narrowing);
    }
    return this.#forward(user, request, route, narrowing);
  }

  /** What the client's headers say of where. A request that another proxy sent on is for this cloud only. */
  #narrowing(request: ProxyRequest): Narrowing {
    const provider = request.header('x-fed-provider') ?? request.header('mm-service-provider');
    const project = request.header('x-fed-project') ?? request.header('mm-project-id');
    const region = request.header('x-fed-region') ?? request.region;
    // mixmatch's own name for the cloud that it stands before.
    const named = provider === 'default' ? this.#options.homeName : provider;
    if (hasPassed(request)) return { providers: [this.#options.homeName] };
    if (named === undefined && project === undefined && region === undefined) return {};
    return {
      ...(named !== undefined && { providers: [named] }),
      ...(project !== undefined && { projects: [project] }),
      ...(region !== undefined && { regions: [region] }),
    };
  }

  #headersFor(request: ProxyRequest, headers: HeaderPairs): HeaderPairs {
    const passed = request.header('mm-proxy-list');
    const upstream = upstreamHeaders(headers);
    upstream.push(['X-Fed-Via', [...viaOf(request), this.#options.name].join(', ')]);
    if (passed !== undefined) upstream.push(['MM-PROXY-LIST', `${passed},${this.#options.homeName}`]);
    return upstream;
  }

  async #list(user: User, request: ProxyRequest, route: ServiceRoute, narrowing: Narrowing): Promise<Answer> {
    const { strict, pageSize, incomplete } = this.#options;
    const aggregated = await user.federation.aggregate({
      subject: route.subject,
      headers: this.#headersFor(request, request.headers),
      narrowing,
      self: `${request.base}${route.path}`,
      signal: request.gone.signal,
      ...(pageSize !== undefined && { pageSize }),
    });
    const { missing } = aggregated;
    if (missing.some((each) => isRefusedAtHome(each, this.#options.homeName))) {
      throw new Refusal(401, 'The request you have made requires authentication.');
    }
    if (missing.length > 0) incomplete?.(missing);
    if (aggregated.kind === 'answer') {
      const answer = passedOn(aggregated.response, aggregated.scope, 'refused', { user, request, route });
      return { ...answer, headers: [...answer.headers, ...missingHeaders(missing)] };
    }
    const { body, headers } = aggregated;
    if (strict && missing.some(({ cause }) => !isStrangerThere(cause)))
      throw new Refusal(502, `The listing is incomplete: ${reasons(missing)}.`);
    return {
      status: 200,
      headers: [['Content-Type', 'application/json'], ...headers, ...missingHeaders(missing)],
      body,
      by: { provider: 'all', how: 'aggregated' },
    };
  }

  async #forward(user: User, request: ProxyRequest, route: ServiceRoute, narrowing: Narrowing): Promise<Answer> {
    const body = request.body();
    const held = body instanceof Promise ? await body : body;
    const { named, projectId, account, undecided } = route.subject;
    const isFree = !isNarrowed(narrowing) && [named, projectId, account, undecided].every((each) => each === undefined);
    const placed = isFree ? await this.#placed(user, request, route, held) : { narrowing, body: held.body };
    const forward: ForwardRequest = {
      method: request.method,
      subject: route.subject,
      headers: this.#headersFor(request, held.headers),
      narrowing: placed.narrowing,
      signal: request.gone,
      body: placed.body,
    };
    let forwarded: Forwarded;
    try {
      forwarded = await user.federation.forward(forward);
    } catch (error) {
      forwarded = await firstOwner(user, forward, error);
    }
    const { response, scope, how } = forwarded;
    this.#options.routed(how);
    return passedOn(response, scope, how, { user, request, route });
  }

  /** Where a request goes that says nothing of where and names nothing that lives somewhere. */
  async #placed(
    user: User,
    { method }: ProxyRequest,
    { subject }: ServiceRoute,
    { body }: HeldBody,
  ): Promise<{ narrowing: Narrowing; body: HeldBody['body'] }> {
    const { collection } = subject;
    if (method === 'POST' && collection !== undefined) {
      const json = jsonOf(body);
      if (this.#options.nameRouting) {
        const named = namedPlace(json, collection.itemKey, await user.federation.providers());
        if (named !== undefined) {
          return { narrowing: await this.#oneScope(user, named.place, subject), body: JSON.stringify(named.body) };
        }
      }
      const { defaultPlace } = this.#options;
      if (defaultPlace !== undefined && referencesIn(method, subject, json).length === 0) {
        return { narrowing: await this.#oneScope(user, defaultPlace, subject), body };
      }
    }
    return { narrowing: await this.#whoHasIt(user, subject), body };
  }

  /** Where a place has several projects or regions, the first is meant. */
  async #oneScope(user: User, place: Place, { service }: ServiceRoute['subject']): Promise<Narrowing> {
    const narrowing = narrowingAt(place);
    const first = await firstScope(user, narrowing, service);
    return first === undefined ? narrowing : narrowingTo(first);
  }

  /** A service that home does not have is the first provider's that has it. */
  async #whoHasIt(user: User, { service }: ServiceRoute['subject']): Promise<Narrowing> {
    const { project } = user.token;
    const home = project && { provider: this.#options.homeName, project };
    if (home !== undefined && (await user.federation.serviceRoot(home, service)) !== undefined) return {};
    const found = await firstScope(user, {}, service, async (scope) => {
      return (await user.federation.serviceRoot(scope, service)) !== undefined;
    });
    if (found === undefined) throw new Refusal(404, `No provider has a ${service.type} service.`);
    return narrowingTo(found);
  }
}

/**
 * Where an id means something at several clouds (a flavor's), a reader is answered by the first of them in the
 * federation's order, and told by headers which: programs that know one cloud only could do nothing with a choice.
 * @throws the error, where that is not it
 */
async function firstOwner(user: User, request: ForwardRequest, error: unknown): Promise<Forwarded> {
  const { named } = request.subject;
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!(error instanceof SeveralOwnersError) || !isReading || named?.type?.visibility === 'project') throw error;
  const owner = await firstOf(user, error.owners);
  if (owner === undefined) throw error;
  return user.federation.forward({
    ...request,
    narrowing: {
      providers: [owner.provider],
      projects: [owner.project],
      ...(owner.region !== undefined && { regions: [owner.region] }),
    },
  });
}

async function firstOf(user: User, owners: readonly Owner[]): Promise<Owner | undefined> {
  const names = await user.federation.providers();
  const rank = (owner: Owner) => names.indexOf(owner.provider);
  return [...owners].sort((a, b) => rank(a) - rank(b))[0];
}

/** The first scope in the federation's order, of those that are fit. */
async function firstScope(
  user: User,
  narrowing: Narrowing,
  service: Service,
  isFit: (scope: RankedScope) => Promise<boolean> = () => Promise.resolve(true),
): Promise<Scope | undefined> {
  const fit: RankedScope[] = [];
  const hooks = { narrowing, service, unsaid: () => {}, isEnough: () => fit.length > 0 };
  await user.federation.scopes(hooks, async (scope) => {
    if (await isFit(scope)) fit.push(scope);
  });
  return fit.sort((a, b) => a.rank - b.rank)[0];
}

/** Home's service refuses the token, which is the client's own: with a new one it gets home's items, too. */
function isRefusedAtHome({ provider, cause }: Unsaid, homeName: string): boolean {
  return provider === homeName && cause instanceof ProviderResponseError && cause.status === 401;
}

function reasons(missing: readonly Unsaid[]): string {
  return missing.map((each) => `${labelOf(each)}: ${each.reason.replace(/\.+$/, '')}`).join('; ');
}

function missingHeaders(missing: readonly Unsaid[]): HeaderPairs {
  if (missing.length === 0) return [];
  const names = [...new Set(missing.map(({ provider }) => headerText(provider)))].join(', ');
  const text = reasons(missing)
    .replace(/["\\]/g, "'")
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 1000);
  return [
    ['X-Fed-Missing', names],
    ['Warning', `199 fed "${text}"`],
  ];
}

function jsonOf(body: HeldBody['body']): unknown {
  return typeof body === 'string'
    ? parsed(body)
    : body instanceof Uint8Array
      ? parsed(new TextDecoder().decode(body))
      : undefined;
}
