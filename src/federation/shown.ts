import type { Unsaid } from '../errors.ts';
import type { ResourceType } from '../services/types.ts';
import type { Located } from './locate.ts';
import type { Scope } from './scope.ts';

/** A resource with the scope that owns it. */
export interface Shown {
  readonly type: ResourceType;
  readonly id: string;
  /** As the API gave it, without the key around it. */
  readonly item: Readonly<Record<string, unknown>>;
  readonly scope: Scope;
  /** `named`: found by its name. */
  readonly how: Located['how'] | 'named';
  /** Who could not be asked although they may have another one of that id or name. */
  readonly unsaid: readonly Unsaid[];
}

/** Who owns a resource, and how that is known. */
export type Owned = Pick<Located, 'scope' | 'id' | 'typeName' | 'unsaid'> & { readonly how: Shown['how'] };
