import type { Caller } from './call.ts';
import type { Memory } from './memory.ts';
import type { Roster } from './roster.ts';

/** What a search over all scopes works with. */
export interface Engine {
  readonly roster: Roster;
  readonly caller: Caller;
  readonly memory: Memory;
}
