import type { Unsaid } from '../errors.ts';
import type { ResourceType } from '../services/types.ts';
import type { RankedScope } from './ask.ts';
import type { Engine } from './engine.ts';
import { type ListOptions, list } from './list.ts';
import { textAt } from './pointer.ts';

/** A resource that has the name which was looked for. */
export interface NamedMatch {
  readonly id: string;
  readonly item: unknown;
  readonly scope: RankedScope;
}

/** Every resource of a type with exactly this name, over all scopes. */
export async function findByName(
  { roster, caller, memory }: Engine,
  type: ResourceType,
  name: string,
  options: Pick<ListOptions, 'narrowing' | 'awaiting' | 'signal'>,
): Promise<{ matches: NamedMatch[]; answered: string[]; unsaid: Unsaid[] }> {
  const matches: NamedMatch[] = [];
  const answered: RankedScope[] = [];
  const unsaid: Unsaid[] = [];
  for await (const event of list(roster, caller, memory, type, { ...options, name })) {
    if (event.kind === 'scope-done' || event.kind === 'no-service') answered.push(event.scope);
    else if (event.kind === 'unsaid') unsaid.push(event.unsaid);
    else if (event.kind === 'items') {
      for (const { scope, item } of event.items) {
        const id = textAt(item, `/${type.idField}`);
        if (id !== undefined) matches.push({ id, item, scope });
      }
    }
  }
  return {
    matches: matches.sort((a, b) => a.scope.rank - b.scope.rank),
    answered: answered.sort((a, b) => a.rank - b.rank).map(({ provider }) => provider),
    unsaid,
  };
}
