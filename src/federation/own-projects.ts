import { isFedError, type Unsaid } from '../errors.ts';
import type { ResourceType } from '../services/types.ts';
import { anySignal } from './abort.ts';
import { askScopes, type RankedScope } from './ask.ts';
import type { Engine } from './engine.ts';
import type { LocateOptions } from './locate.ts';
import { probeOne } from './probe.ts';
import { showSubject } from './resource.ts';
import type { Roster } from './roster.ts';
import type { Shown } from './shown.ts';

/** The user's own projects of an id or a name: fed knows them, whatever each Keystone lets the user read. */
interface OwnProjects {
  readonly scopes: readonly RankedScope[];
  readonly by: 'id' | 'name';
  readonly unsaid: readonly Unsaid[];
}

/** How the user's own projects are looked through. */
export interface OwnSearch {
  /** Remembered lists cost nothing; those of now are for what was found nowhere else. */
  readonly lists: 'remembered' | 'current';
  /** Absent: by id, else by name. */
  readonly only?: 'id';
  /** Called as soon as one has the id. */
  readonly matched?: () => void;
}

/**
 * One of the user's own projects, with all that its Keystone tells of it; undefined where none is meant.
 * @throws SeveralOwnersError
 */
export async function ownProject(
  { roster, caller }: Engine,
  type: ResourceType,
  idOrName: string,
  options: LocateOptions,
  how: OwnSearch = { lists: 'current' },
): Promise<Shown | undefined> {
  const { scopes, by, unsaid } = await ownProjects(roster, idOrName, options, how);
  const [scope, another] = scopes;
  if (scope === undefined || (how.only !== undefined && by !== how.only)) return undefined;
  const { service, named } = showSubject(type, scope.project.id);
  if (another !== undefined) {
    const seen = scopes.map((each) => ({ named, id: each.project.id, item: projectItem(each), scope: each }));
    const { severalOwners } = await import('./ambiguity.ts');
    throw severalOwners(`${type.name} ${idOrName}`, seen);
  }
  const { signal } = options;
  const verdict = await unlessFailed(probeOne(caller, scope, service, named, { signal }));
  const item = verdict?.kind === 'here' ? verdict.item : projectItem(scope);
  return {
    type,
    id: scope.project.id,
    item,
    scope,
    how: by === 'id' ? 'probed' : 'named',
    unsaid: by === 'id' ? [] : unsaid,
  };
}

async function ownProjects(
  roster: Roster,
  idOrName: string,
  options: LocateOptions,
  { lists, matched }: OwnSearch,
): Promise<OwnProjects> {
  const byId: RankedScope[] = [];
  const byName: RankedScope[] = [];
  const unsaid: Unsaid[] = [];
  const hooks = {
    unsaid: (each: Unsaid) => void unsaid.push(each),
    isEnough: () => lists === 'remembered' || byId.length > 0,
    ...(options.narrowing !== undefined && { narrowing: options.narrowing }),
    signal: anySignal(options.signal, new AbortController().signal),
  };
  await askScopes(roster, hooks, ({ project, ...scope }) => {
    if (project.id === idOrName) {
      byId.push({ ...scope, project });
      matched?.();
    } else if (project.name === idOrName) byName.push({ ...scope, project });
    return Promise.resolve();
  });
  const scopes = byId.length > 0 ? byId : byName;
  return { scopes: scopes.sort((a, b) => a.rank - b.rank), by: byId.length > 0 ? 'id' : 'name', unsaid };
}

/** What is known of a project without asking its Keystone. */
function projectItem({ project: { id, name, domainId } }: RankedScope): Readonly<Record<string, unknown>> {
  return { id, name, ...(domainId !== undefined && { domain_id: domainId }) };
}

/** What a failure of ours leaves undefined. */
function unlessFailed<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (!isFedError(error)) throw error;
    return undefined;
  });
}
