import type { FedError } from '../errors.ts';
import type { Project, Token } from '../keystone/token.ts';
import type { HeaderPairs, SendResponse } from '../ports/http.ts';
import type { LocationStore } from '../ports/memory.ts';
import type { ResourceType, Service } from '../services/types.ts';
import type { Aggregated, AggregateRequest } from './aggregate/request.ts';
import { type AskOptions, askScopes, type RankedScope } from './ask.ts';
import { Caller, type CallerContext, NO_SERVICE } from './call.ts';
import { endpointFor, endpointsIn, splitEndpoint } from './endpoint.ts';
import type { Forwarder } from './forward.ts';
import type { Forwarded, ForwardRequest, Planned } from './forward-request.ts';
import { Home } from './home.ts';
import type { ListEvent, ListOptions } from './list.ts';
import { type LocateOptions, Locator } from './locate.ts';
import { type LocationsOwner, Memory } from './memory.ts';
import { onlyScope } from './only-scope.ts';
import { OwnProvider } from './own-provider.ts';
import type { Member } from './provider.ts';
import { everyRegion } from './regions.ts';
import { isNarrowed, type Narrowing, Roster } from './roster.ts';
import type { Scope } from './scope.ts';
import { Finder } from './show.ts';
import type { Owned, Shown } from './shown.ts';
import type { StatesHooks, StatesOptions } from './states.ts';
import type { Subject } from './subject.ts';
import { UnusableProvider } from './unusable-provider.ts';
import type { ResolvedUrl } from './url.ts';
import { Vault } from './vault.ts';

export interface FederationOptions extends CallerContext {
  readonly home: Member;
  /** Where the tokens that K2K gives are kept, when several federations of one user share them. Absent: with home's. */
  readonly k2kVault?: Vault;
  /** Clouds that are no service providers of home's, each with credentials of its own. */
  readonly own: ReadonlyArray<Member | Unusable>;
  readonly locations: (owner: LocationsOwner) => LocationStore;
  /** Used when a call does not narrow by itself. */
  readonly narrowing: Narrowing;
  /** Providers that are left out unless they are named. */
  readonly skip: readonly string[];
  /** Told once of each oddity in how providers are registered. */
  readonly notice?: (message: string) => void;
}

/** A cloud whose configuration cannot be used, and why. */
export interface Unusable {
  readonly name: string;
  readonly why: FedError;
}

/** All clouds of one user as if they were one. Does nothing until it is asked for something. */
export class Federation {
  readonly memory: Memory;
  readonly #roster: Roster;
  readonly #caller: Caller;
  readonly #finder: Finder;
  readonly #locator: Locator;
  #forwarder: Forwarder | undefined;
  readonly #options: FederationOptions;
  readonly #vaults: Vault[];

  constructor(options: FederationOptions) {
    this.#options = options;
    const vault = new Vault(options.home.tokens);
    this.#vaults = [vault];
    const home = new Home(options.home, options, vault);
    const own = options.own.map((each) => {
      if ('why' in each) return new UnusableProvider(each.name, each.why);
      const ownVault = new Vault(each.tokens);
      this.#vaults.push(ownVault);
      return new OwnProvider(each, options, ownVault);
    });
    const { narrowing, skip, k2kVault, notice } = options;
    this.#roster = new Roster({ home, own, context: options, vault: k2kVault ?? vault, narrowing, skip, notice });
    this.#caller = new Caller(options, this.#roster);
    this.memory = new Memory(home, this.#roster, options.locations);
    const locator = new Locator(this.#roster, this.#caller, this.memory);
    const engine = { roster: this.#roster, caller: this.#caller, memory: this.memory };
    this.#finder = new Finder(engine, locator);
    this.#locator = locator;
  }

  /** Wait until the tokens that were made are where other processes find them. */
  async settled(): Promise<void> {
    await Promise.all(this.#vaults.map((vault) => vault.settled()));
  }

  /** One resource by id or name. @throws NotFoundError, CouldNotSayError, SeveralOwnersError */
  show(type: ResourceType, idOrName: string, options?: LocateOptions): Promise<Shown> {
    return this.#finder.show(type, idOrName, options);
  }

  /** One resource by id, whatever its type. @throws NotFoundError, CouldNotSayError, SeveralOwnersError */
  showAny(id: string, options?: LocateOptions): Promise<Shown> {
    return this.#finder.showAny(id, options);
  }

  /** Who owns a resource, without asking where that is remembered. @throws as `show` */
  locate(type: ResourceType | undefined, idOrName: string, options?: LocateOptions): Promise<Owned> {
    return this.#finder.locate(type, idOrName, options);
  }

  /** A type's resources over all scopes. @throws HomeAuthError, UsageError */
  async *list(type: ResourceType, options?: ListOptions): AsyncGenerator<ListEvent, void> {
    // Loaded when used: a resource that is shown by its id needs no listing.
    const { list } = await import('./list.ts');
    yield* list(this.#roster, this.#caller, this.memory, type, options);
  }

  /**
   * One page of a collection over all scopes, as the service itself would answer it.
   * @throws HomeAuthError, UsageError; CouldNotSayError when no scope could be asked
   */
  async aggregate(request: AggregateRequest): Promise<Aggregated> {
    // Commands have no use for it, and start faster without.
    const { aggregate } = await import('./aggregate/aggregate.ts');
    const engine = { roster: this.#roster, caller: this.#caller, memory: this.memory };
    return aggregate(engine, request);
  }

  /** Send a request to whoever owns what it is about. */
  forward(request: ForwardRequest): Promise<Forwarded> {
    return this.#forwarder?.forward(request) ?? this.#forwarding().then((forwarder) => forwarder.forward(request));
  }

  /** Find out whom a request is for, without sending it. @throws as `forward` */
  async plan(request: ForwardRequest): Promise<Planned> {
    return (await this.#forwarding()).plan(request);
  }

  /** Commands that show and list have no use for it, and start faster without. */
  async #forwarding(): Promise<Forwarder> {
    const { Forwarder } = await import('./forward.ts');
    this.#forwarder ??= new Forwarder(this.#roster, this.#caller, this.memory, this.#locator);
    return this.#forwarder;
  }

  /** What a full URL is about. @throws UsageError for one that is in no catalog */
  async resolveUrl(url: string, narrowing?: Narrowing): Promise<ResolvedUrl> {
    const { resolveUrl } = await import('./url.ts');
    return resolveUrl(this.#roster, url, narrowing);
  }

  /**
   * GET the same of every scope; a scope whose provider has no such service is left out.
   * @returns the providers that have none
   */
  async getEverywhere(
    request: { readonly subject: Subject; readonly headers: HeaderPairs },
    options: AskOptions,
    each: (scope: RankedScope, response: SendResponse) => Promise<void>,
  ): Promise<readonly string[]> {
    const lacking = new Set<string>();
    await askScopes(this.#roster, { ...options, service: request.subject.service }, async (scope) => {
      const response = await this.#caller.call(scope, {
        method: 'GET',
        target: request.subject,
        headers: request.headers,
        step: 'forward',
        ...(options.signal !== undefined && { signal: options.signal }),
      });
      if (response === NO_SERVICE) lacking.add(scope.provider);
      else await each(scope, response);
    });
    return [...lacking];
  }

  /** Every scope, told as its provider is entered. */
  async scopes(options: AskOptions, each: (scope: RankedScope) => Promise<void>): Promise<void> {
    await askScopes(this.#roster, options, each);
  }

  /** The one scope that the narrowing leaves; home's for none. @throws UsageError, CouldNotSayError */
  scope(narrowing?: Narrowing): Promise<Scope> {
    const isNarrow = isNarrowed(this.#roster.narrowing(narrowing));
    return onlyScope(this.#roster, isNarrow ? (narrowing ?? {}) : { providers: [this.#options.home.name] });
  }

  /** The names of the service providers that home lists. @throws HomeAuthError, TransportError */
  async serviceProviders(): Promise<readonly string[]> {
    return (await this.#roster.home.serviceProviders()).map(({ id }) => id);
  }

  /** The providers' names, home first. @throws HomeAuthError */
  async providers(narrowing?: Narrowing): Promise<readonly string[]> {
    return (await this.#roster.providers(narrowing)).map(({ name }) => name);
  }

  /**
   * Where a service is in a scope, without its version and without a trailing slash; undefined where the provider does
   * not have it.
   * @throws CatalogError; as `token`
   */
  async serviceRoot(scope: Scope, service: Service): Promise<string | undefined> {
    const { catalog } = await this.token(scope);
    const provider = this.#roster.named(scope.provider);
    const endpoints = endpointsIn(catalog, service, scope.region === undefined ? provider : everyRegion(provider));
    const endpoint = endpoints && endpointFor(endpoints, scope.region);
    return endpoint && splitEndpoint(endpoint.url).root;
  }

  /** A scope's token, with its catalog. @throws HomeAuthError, ProviderAuthError, TransportError */
  token(scope: Scope): Promise<Token> {
    return this.#roster.named(scope.provider).tokenFor(scope.project);
  }

  /** The home project, in which everything at the providers is done. Undefined when it is not scoped. */
  async homeProject(): Promise<Project | undefined> {
    return (await this.#roster.home.token()).project;
  }

  /** Ask every provider, and tell of each how it went. @throws HomeAuthError, UsageError */
  async states(options: StatesOptions, told: StatesHooks): Promise<void> {
    const { tellStates } = await import('./states.ts');
    return tellStates(this.#roster, this.#options.clock, options, told);
  }
}
