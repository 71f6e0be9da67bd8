/** What the calls of a `Federation` give. */
import type { Unsaid } from '../errors.ts';
import type { Project } from '../keystone/token.ts';

/** A resource as its service describes it, with the API's own field names. */
export type Item = Readonly<Record<string, unknown>>;

/** Where something is: a project in a region of a provider. */
export interface Place {
  /** The provider's name; `home` for home unless it is called otherwise. */
  readonly provider: string;
  readonly project: Project;
  /** As the provider's catalog names it; absent where it names none, and for a project as such. */
  readonly region?: string;
}

export interface ListedResource extends Place {
  readonly item: Item;
}

export interface LocatedResource extends Place {
  /** The name of its type: `volume`; `service/collection` for a type that is not known by name. */
  readonly type: string;
  /** As the resource itself spells it. */
  readonly id: string;
  /** It was remembered, found by asking every scope for that id, or found by its name. */
  readonly how: 'remembered' | 'probed' | 'named';
  /** Who could not be asked although they may have another one of that id or name; mostly empty. */
  readonly unsaid: readonly Unsaid[];
}

export interface ShownResource extends LocatedResource {
  readonly item: Item;
}
