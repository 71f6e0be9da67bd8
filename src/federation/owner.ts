import type { ResourceType } from '../services/types.ts';
import { textAt } from './pointer.ts';
import type { Scope } from './scope.ts';

/** The id of the project that owns an item, where the item says so. */
export function ownerOf(type: ResourceType | undefined, item: unknown): string | undefined {
  return type?.ownerPointer === undefined ? undefined : textAt(item, type.ownerPointer);
}

/** Whether a type's items can be seen from several projects of a provider. */
export function isShared(type: ResourceType | undefined): boolean {
  return type !== undefined && type.visibility !== 'project';
}

/**
 * Of scopes at one provider that see the same resource, the one whose project owns it, else the first in the
 * federation's order.
 */
export function preferOwner<T extends { readonly scope: Scope & { readonly rank: number } }>(
  seen: readonly T[],
  ownerId: string | undefined,
): T | undefined {
  const byRank = [...seen].sort((a, b) => a.scope.rank - b.scope.rank);
  return byRank.find(({ scope }) => scope.project.id === ownerId) ?? byRank[0];
}
