import { CouldNotSayError, isFedError, NotFoundError, ProviderResponseError } from '../errors.ts';
import type { CancelSignal } from '../ports/http.ts';
import { resourceTypes } from '../services/index.ts';
import type { ResourceType } from '../services/types.ts';
import { isCancelled } from './abort.ts';
import type { Engine } from './engine.ts';
import type { Located, LocateOptions, Locator } from './locate.ts';
import { type NoService, probeOne } from './probe.ts';
import { looksLikeId, showSubject } from './resource.ts';
import { type Scope, scopeLabel } from './scope.ts';
import type { Owned, Shown } from './shown.ts';
import { unsaidOf } from './unsaid.ts';
import type { Verdict } from './verdict.ts';

/** Finds one resource by its id, or by its name. */
export class Finder {
  readonly #engine: Engine;
  readonly #locator: Locator;

  constructor(engine: Engine, locator: Locator) {
    this.#engine = engine;
    this.#locator = locator;
  }

  /**
   * The resource with this id, else the one with this name. A name is looked for only when no resource has it as its
   * id; where ids have a form of their own, what has not that form is a name.
   *
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError
   */
  async show(type: ResourceType, idOrName: string, options: LocateOptions = {}): Promise<Shown> {
    if (type.isScope) {
      const { ownProject } = await import('./own-projects.ts');
      const own = await ownProject(this.#engine, type, idOrName, options);
      if (own !== undefined) return own;
    }
    if (type.ids === 'uuid' && !looksLikeId(idOrName)) return this.#showNamed(type, idOrName, options);
    try {
      return await this.#showId(type, idOrName, options);
    } catch (error) {
      if (type.idField === 'name' || !(error instanceof NotFoundError || error instanceof CouldNotSayError))
        throw error;
      return this.#showNamed(type, idOrName, options, error);
    }
  }

  async #showId(type: ResourceType, id: string, options: LocateOptions): Promise<Shown> {
    const { service, named } = showSubject(type, id);
    const known = await this.#locator.remembered(named, options.narrowing);
    const shown = known && (await this.#showAt(type, id, known, options.signal));
    if (shown !== undefined) return shown;
    const found = await this.#locator.probed(service, named, options);
    const { scope, sighting, unsaid } = found;
    if (sighting === undefined) throw new Error('a probe without an answer');
    return { type, id: found.id, item: sighting.item, scope, how: 'probed', unsaid };
  }

  /** The resource where it is remembered; undefined when it is not there any more. */
  async #showAt(type: ResourceType, id: string, { scope }: Located, signal?: CancelSignal): Promise<Shown | undefined> {
    const { service, named } = showSubject(type, id);
    const verdict = await this.#ask(type, id, scope, signal);
    if (verdict === undefined) return undefined;
    switch (verdict.kind) {
      case 'here':
        await this.#engine.memory.learn({ named, id: verdict.id, item: verdict.item, scope });
        return { type, id: verdict.id, item: verdict.item, scope, how: 'remembered', unsaid: [] };
      case 'absent':
        await this.#engine.memory.forget(named.typeName, id);
        return undefined;
      case 'unsaid':
        throw new ProviderResponseError(
          `${named.typeName} ${id} is remembered at ${scopeLabel(scope)}, but ${verdict.reason.replace(/\.$/, '')}.`,
          {
            provider: scope.provider,
            status: verdict.status,
            hint: verdict.hint ?? `The ${service.type} service there may be in trouble.`,
          },
        );
    }
  }

  /** Undefined where the scope's provider is no more. */
  async #ask(
    type: ResourceType,
    id: string,
    scope: Scope,
    signal?: CancelSignal,
  ): Promise<Verdict | NoService | undefined> {
    const { service, named } = showSubject(type, id);
    try {
      return await probeOne(this.#engine.caller, scope, service, named, { signal });
    } catch (error) {
      if (isCancelled(signal)) throw error;
      if (isFedError(error) && (await this.#locator.isLost(scope, named))) return undefined;
      const unsaid = [unsaidOf(error, scope)];
      const { allUnsaid } = await import('./outcome.ts');
      throw new CouldNotSayError(
        `${named.typeName} ${id} is remembered at ${scopeLabel(scope)}; ${allUnsaid(unsaid)}.`,
        { absent: [], unsaid, hint: isFedError(error) ? error.hint : undefined },
      );
    }
  }

  async #showNamed(
    type: ResourceType,
    name: string,
    options: LocateOptions,
    byId?: NotFoundError | CouldNotSayError,
  ): Promise<Shown> {
    const [{ findByName }, { nothingFound }] = await Promise.all([import('./name.ts'), import('./outcome.ts')]);
    const { matches, answered, unsaid } = await findByName(this.#engine, type, name, options);
    const [match, another] = matches;
    if (match === undefined) throw byId ?? nothingFound(`${type.name} ${name}`, answered, unsaid);
    const { named } = showSubject(type, match.id);
    if (another !== undefined) {
      const { severalOwners } = await import('./ambiguity.ts');
      throw severalOwners(
        `${type.name} ${name}`,
        matches.map((each) => ({ named, item: each.item, id: each.id, scope: each.scope })),
      );
    }
    const shown = await this.#showAt(type, match.id, {
      scope: match.scope,
      id: match.id,
      typeName: type.name,
      how: 'probed',
      unsaid: [],
    });
    if (shown === undefined) throw nothingFound(`${type.name} ${name}`, answered, unsaid);
    return { ...shown, how: 'named', unsaid };
  }

  /**
   * Who owns a resource: as remembered, without asking, else found as `show` finds it.
   *
   * @param type undefined for any
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError
   */
  async locate(type: ResourceType | undefined, idOrName: string, options: LocateOptions = {}): Promise<Owned> {
    const entries = await this.#engine.memory.recallAll(idOrName);
    for (const entry of type === undefined ? entries : entries.filter((each) => each.type === type.name)) {
      const named = { typeName: entry.type, id: entry.id, itemPath: '' };
      const known = await this.#locator.remembered(named, options.narrowing);
      if (known !== undefined) return known;
    }
    const shown = await (type === undefined ? this.showAny(idOrName, options) : this.show(type, idOrName, options));
    return { scope: shown.scope, id: shown.id, typeName: shown.type.name, how: shown.how, unsaid: shown.unsaid };
  }

  /**
   * A resource of any type that has this id.
   * @throws NotFoundError, CouldNotSayError, SeveralOwnersError
   */
  async showAny(id: string, options: LocateOptions = {}): Promise<Shown> {
    for (const entry of await this.#engine.memory.recallAll(id)) {
      const type = resourceTypes.find(({ name }) => name === entry.type);
      if (type !== undefined) return this.show(type, id, options);
    }
    const { findOfAnyType } = await import('./any-type.ts');
    return findOfAnyType(this.#engine, id, options);
  }
}
