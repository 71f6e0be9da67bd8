import type { AbsentAnswer } from '../errors.ts';
import { bodyOf } from '../ports/http.ts';
import { type Caller, isOneShot } from './call.ts';
import {
  type ForwardRequest,
  isDecidedByMemory,
  isReading,
  jsonOf,
  optionsOf,
  probingOf,
  type Route,
} from './forward-request.ts';
import type { Located, Locator } from './locate.ts';
import type { Memory } from './memory.ts';
import { onlyScope } from './only-scope.ts';
import { answerOf, probeOne } from './probe.ts';
import { type Referred, referencesIn, requireTogether, scopeOfReferences } from './references.ts';
import { regionalScopes } from './regions.ts';
import type { Named } from './resource.ts';
import { isNarrowed, type Roster } from './roster.ts';
import { onlyPossibleScope, placeOfProject, scopeAtHome } from './said-scope.ts';
import { type Scope, sameScope } from './scope.ts';

/** Chooses the scope that a request goes to. Sends nothing but what it takes to find out. */
export class Router {
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
   * The scope that a request goes to, which everything fits that its body names.
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError, SplitReferencesError, UsageError
   */
  async routeOf(request: ForwardRequest): Promise<Route> {
    const route = await this.#route(request);
    if (request.body !== undefined) await this.#checkReferences(route, request);
    return route;
  }

  async #route(request: ForwardRequest): Promise<Route> {
    const { subject } = request;
    const own = await placeOfProject(this.#roster, subject, request.narrowing);
    if (own !== undefined) {
      // Of several regions, what the path names is in one.
      if (subject.named !== undefined) return this.#routeToOwner({ ...request, narrowing: own }, subject.named);
      return { scope: await onlyScope(this.#roster, own, subject.service), how: 'explicit' };
    }
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
    return { scope: await scopeAtHome(this.#roster, subject.service), how: 'home' };
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
    const { known, gone } = await this.#knownOwner(request, named);
    if (known !== undefined) return { scope: known.scope, how: 'remembered' };
    if (named.hasGet === false) {
      const what = `${named.typeName} ${named.id} cannot be looked for: the service shows none by its id`;
      const scope = await onlyPossibleScope(this.#roster, request.subject, what, request.narrowing);
      return { scope: scope ?? (await scopeAtHome(this.#roster, request.subject.service)), how: 'explicit' };
    }
    const { service } = request.subject;
    const found = isDecidedByMemory(request, named)
      ? await this.#locator.probed(service, named, probingOf(request), gone)
      : await this.#locator.probedByAll(service, named, probingOf(request), gone);
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

  /**
   * A body that can be sent only once is not risked on a location that may have changed: a GET asks first.
   * @returns the 404, where the remembered owner does not have it any more
   */
  async #knownOwner(request: ForwardRequest, named: Named): Promise<{ known?: Located; gone?: AbsentAnswer }> {
    const known = isDecidedByMemory(request, named)
      ? await this.#locator.remembered(named, request.narrowing)
      : undefined;
    if (known === undefined) return {};
    if (named.hasGet === false || !isOneShot(request.body)) return { known };
    const { service } = request.subject;
    const verdict = await probeOne(this.#caller, known.scope, service, named, probingOf(request));
    if (verdict.kind !== 'absent') return { known };
    await this.#memory.forget(named.typeName, known.id);
    const gone = answerOf(known.scope, verdict);
    return gone === undefined ? {} : { gone };
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
}
