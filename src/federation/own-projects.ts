import { isFedError, type Unsaid } from '../errors.ts';
import { anySignal } from './abort.ts';
import { askScopes, type RankedScope } from './ask.ts';
import type { LocateOptions } from './locate.ts';
import type { Roster } from './roster.ts';

/** The user's own projects of an id or a name: fed knows them, whatever each Keystone lets the user read. */
export interface OwnProjects {
  readonly scopes: readonly RankedScope[];
  readonly by: 'id' | 'name';
  readonly unsaid: readonly Unsaid[];
}

/** @param matched called as soon as one has the id */
export async function ownProjects(
  roster: Roster,
  idOrName: string,
  options: LocateOptions,
  matched: () => void = () => {},
): Promise<OwnProjects> {
  const byId: RankedScope[] = [];
  const byName: RankedScope[] = [];
  const unsaid: Unsaid[] = [];
  const hooks = {
    unsaid: (each: Unsaid) => void unsaid.push(each),
    isEnough: () => byId.length > 0,
    ...(options.narrowing !== undefined && { narrowing: options.narrowing }),
    signal: anySignal(options.signal, new AbortController().signal),
  };
  await askScopes(roster, hooks, ({ project, ...scope }) => {
    if (project.id === idOrName) {
      byId.push({ ...scope, project });
      matched();
    } else if (project.name === idOrName) byName.push({ ...scope, project });
    return Promise.resolve();
  });
  const scopes = byId.length > 0 ? byId : byName;
  return { scopes: scopes.sort((a, b) => a.rank - b.rank), by: byId.length > 0 ? 'id' : 'name', unsaid };
}

/** What is known of a project without asking its Keystone. */
export function projectItem({ project: { id, name, domainId } }: RankedScope): Readonly<Record<string, unknown>> {
  return { id, name, ...(domainId !== undefined && { domain_id: domainId }) };
}

/** What a failure of ours leaves undefined. */
export function unlessFailed<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (!isFedError(error)) throw error;
    return undefined;
  });
}
