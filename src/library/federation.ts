import type { Composed } from '../compose.ts';
import { type FedError, type Unsaid, UsageError } from '../errors.ts';
import type { Federation as Engine } from '../federation/federation.ts';
import type { ForwardRequest } from '../federation/forward-request.ts';
import { ListOutcome } from '../federation/list-outcome.ts';
import { incompleteListing } from '../federation/outcome.ts';
import type { Scope } from '../federation/scope.ts';
import type { Owned } from '../federation/shown.ts';
import { subjectOf } from '../federation/subject.ts';
import { ForwardAnswer } from './answer.ts';
import { cancellable, cancellableEach } from './cancel.ts';
import { composeFrom } from './open.ts';
import type { GatheringOptions, ListOptions, NarrowingOptions, OpenOptions } from './options.ts';
import { contentOf, type ForwardOptions } from './request.ts';
import type { Item, ListedResource, LocatedResource, Place, ShownResource } from './results.ts';
import { type ResourceTypeName, resourceTypeOf } from './type-names.ts';

/** @internal @throws UsageError when it was closed */
export let composedOf: (federation: Federation) => Composed;

/**
 * All clouds of one user as if they were one. Federations share nothing, unless they are given the same memory.
 *
 * Every call can throw `HomeAuthError` (home refused the credentials, or the password is missing), `UsageError` (a provider, project, type or target
 * that does not exist) and the reason of its signal. A provider that cannot be reached, home too, is one that could not
 * be asked.
 */
export class Federation implements AsyncDisposable {
  /** What is behind a federation, for what else the library builds on one. */
  static {
    composedOf = (federation) => {
      void federation.#engine;
      return federation.#composed;
    };
  }
  readonly #composed: Composed;
  readonly #pageSize: number | undefined;
  readonly #warn: (message: string) => void;
  #closed = false;

  private constructor(composed: Composed, options: OpenOptions) {
    this.#composed = composed;
    this.#pageSize = options.pageSize;
    this.#warn = (message) => options.onWarning?.(message);
  }

  /**
   * Read the configuration, if the options leave it to that. No request is made: the first call that needs a token
   * authenticates.
   *
   * @throws ConfigError, UsageError
   */
  static async open(options: OpenOptions = {}): Promise<Federation> {
    return new Federation(await composeFrom(options), options);
  }

  /**
   * The projects that the user has, at home and at every provider, in the federation's order: home first, then as home
   * lists its providers.
   *
   * @throws PartialError when some providers could not be asked, CouldNotSayError when none could; not with `onMissing`
   */
  scopes(options: GatheringOptions = {}): Promise<readonly Place[]> {
    return this.#cancellable(options, async (engine) => {
      const scopes: Array<Place & { readonly rank: number }> = [];
      const unsaid: Unsaid[] = [];
      const hooks = { ...askingOf(options), unsaid: (each: Unsaid) => unsaid.push(each) };
      await engine.scopes(hooks, (scope) => Promise.resolve(void scopes.push(scope)));
      tell(unsaid, incompleteListing(scopes.length, unsaid), options);
      return scopes.sort((a, b) => a.rank - b.rank).map(({ provider, project }) => ({ provider, project }));
    });
  }

  /**
   * Who owns a resource: as remembered, without a request, else found by asking every scope.
   *
   * @param type undefined for any
   * @throws NotFoundError when every scope says that it is not there; CouldNotSayError when nobody has it and some
   *   could not be asked; SeveralOwnersError when it is not unique
   */
  locate(
    type: ResourceTypeName | undefined,
    idOrName: string,
    options: NarrowingOptions = {},
  ): Promise<LocatedResource> {
    return this.#cancellable(options, async (engine) => {
      const known = type === undefined ? undefined : resourceTypeOf(type);
      return this.#located(await engine.locate(known, checkedId(idOrName), askingOf(options)));
    });
  }

  /**
   * A resource, wherever it is.
   *
   * @param type undefined for any, and then by id only
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError as `locate`; ProviderResponseError when its owner
   *   answers with an error
   */
  show(type: ResourceTypeName | undefined, idOrName: string, options: NarrowingOptions = {}): Promise<ShownResource> {
    return this.#cancellable(options, async (engine) => {
      const id = checkedId(idOrName);
      const asking = askingOf(options);
      const shown = await (type === undefined
        ? engine.showAny(id, asking)
        : engine.show(resourceTypeOf(type), id, asking));
      return { ...this.#located({ ...shown, typeName: shown.type.name }), item: shown.item };
    });
  }

  /**
   * The resources of a type over all scopes, in the order in which they arrive. One that several projects of a provider
   * see (a public image, a shared network, a flavor) is given once. Leaving the loop early ends the requests.
   *
   * @throws PartialError, after the last item, when some providers could not be asked, CouldNotSayError when none
   *   could, and ProviderResponseError when all refuse alike; not with `onMissing`. ProviderResponseError when no provider
   *   has the service
   */
  list(type: ResourceTypeName, options: ListOptions = {}): AsyncGenerator<ListedResource, void> {
    return cancellableEach(options.signal, () => this.#list(type, options));
  }

  /**
   * Send a request to whoever owns what it is about: what its path names, else what its body names; one that names
   * nothing goes home. It is sent once, with the scope's own token, and any status is an answer.
   *
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError as `locate`; SplitReferencesError when the body names
   *   resources of different clouds; ProviderAuthError, TransportError; ProviderResponseError when the provider has no
   *   such service
   */
  forward(request: ForwardOptions): Promise<ForwardAnswer> {
    const { signal } = request;
    return this.#cancellable(request, async (engine) => {
      const forwarded = await engine.forward({
        ...(await routed(engine, request)),
        ...contentOf(request),
        method: (request.method ?? 'GET').toUpperCase(),
        ...(signal !== undefined && { signal }),
      });
      return new ForwardAnswer(forwarded, signal);
    });
  }

  /** Close all connections. Requests under way fail; memory that the program brought along stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#composed.close();
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #engine(): Engine {
    if (this.#closed) throw new UsageError('The federation was closed.');
    return this.#composed.federation;
  }

  #cancellable<T>({ signal }: { readonly signal?: AbortSignal }, work: (engine: Engine) => Promise<T>): Promise<T> {
    return cancellable(signal, () => work(this.#engine));
  }

  #located({ scope, id, typeName, how, unsaid }: Owned): LocatedResource {
    for (const { provider, reason } of unsaid) {
      this.#warn(`${provider} may have another ${typeName} ${id}, and could not be asked: ${reason}`);
    }
    return { type: typeName, id, ...placeOf(scope), how, unsaid };
  }

  async *#list(name: ResourceTypeName, options: ListOptions): AsyncGenerator<ListedResource, void> {
    const outcome = new ListOutcome();
    let left = checkedLimit(options.limit);
    if (left === 0) return;
    const type = resourceTypeOf(name);
    for await (const event of this.#engine.list(type, this.#listing(options))) {
      for (const listed of outcome.note(event)) {
        yield { ...placeOf(listed.scope), item: listed.item as Item };
        left -= 1;
        if (left === 0) return;
      }
    }
    tell(outcome.unsaid, outcome.failure(type.service), options);
  }

  #listing({ name, status, limit, query, pageSize = this.#pageSize, ...options }: ListOptions) {
    return {
      ...askingOf(options),
      query: queryPairs(query ?? []),
      ...(name !== undefined && { name }),
      ...(status !== undefined && { status }),
      ...(limit !== undefined && { limit }),
      ...(pageSize !== undefined && { pageSize }),
    };
  }
}

function placeOf({ provider, project, region }: Scope): Place {
  return { provider, project, ...(region !== undefined && { region }) };
}

/** What is missing cannot be overlooked: the caller takes it, or the call fails. */
function tell(unsaid: readonly Unsaid[], failure: FedError | undefined, { onMissing }: GatheringOptions): void {
  for (const each of unsaid) onMissing?.(each);
  if (failure !== undefined && (onMissing === undefined || unsaid.length === 0)) throw failure;
}

function askingOf({ providers, projects, regions, signal }: NarrowingOptions) {
  return {
    narrowing: {
      ...(providers !== undefined && { providers }),
      ...(projects !== undefined && { projects }),
      ...(regions !== undefined && { regions }),
    },
    ...(signal !== undefined && { signal }),
  };
}

type Pairs = ReadonlyArray<readonly [string, string]>;

function queryPairs(query: NonNullable<ListOptions['query']>): Pairs {
  const pairs = Array.isArray(query) ? (query as Pairs) : Object.entries(query as Record<string, string>);
  return pairs.map(([key, value]) => [key, String(value)]);
}

function checkedLimit(limit: number | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (Number.isInteger(limit) && limit >= 0) return limit;
  throw new UsageError('limit must be a whole number, 0 or more.');
}

function checkedId(idOrName: string): string {
  if (typeof idOrName === 'string' && idOrName !== '') return idOrName;
  throw new UsageError('An id or a name is missing.');
}

async function routed(
  engine: Engine,
  { target, provider, project, region }: ForwardOptions,
): Promise<Pick<ForwardRequest, 'subject' | 'narrowing' | 'url'>> {
  const narrowing = {
    ...(provider !== undefined && { providers: [provider] }),
    ...(project !== undefined && { projects: [project] }),
    ...(region !== undefined && { regions: [region] }),
  };
  if (typeof target !== 'string') throw new UsageError('A target is a text: SERVICE/path, or a URL.');
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return { subject: await subjectOf(target), narrowing };
  return { ...(await engine.resolveUrl(target, narrowing)), url: target.replace(/#.*/, '') };
}
