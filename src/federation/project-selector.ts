import type { Project } from '../keystone/token.ts';
import type { DomainRef } from '../ports/account.ts';
import type { Provider } from './provider.ts';

/** Which projects a call is about. */
export interface ProjectSelector {
  /** Ids or names. Absent: all. */
  readonly projects?: readonly string[];
  /** The domain of the projects, which are given by name then. Absent: any. */
  readonly projectDomain?: DomainRef;
  /** Where the names come from, if not from the call itself: `the setting projects`. For messages. */
  readonly origin?: string;
}

/** A selector that says nothing where it names no project. */
export function selectorOf({ projects, projectDomain, origin }: ProjectSelector): ProjectSelector {
  if (!projects?.length) return {};
  return {
    projects,
    ...(projectDomain !== undefined && { projectDomain }),
    ...(origin !== undefined && { origin }),
  };
}

/** Of these projects of a provider, those that are meant. */
export async function selected(
  provider: Pick<Provider, 'tokenFor'>,
  projects: readonly Project[],
  { projects: wanted, projectDomain }: ProjectSelector,
): Promise<readonly Project[]> {
  if (wanted === undefined) return projects;
  if (projectDomain === undefined)
    return projects.filter(({ id, name }) => wanted.includes(id) || wanted.includes(name));
  const { inDomain } = await import('./project-domain.ts');
  const named = projects.filter(({ name }) => wanted.includes(name));
  return inDomain(provider, named, projectDomain);
}
