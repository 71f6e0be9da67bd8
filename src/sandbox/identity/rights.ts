import type { Cloud } from '../model.ts';
import type { Project, User } from './directory.ts';
import type { FederatedIdentity } from './tokens.ts';

/** The projects that a user may use: by name at the own Keystone, by groups for whoever came with an assertion. */
export function projectsOf(cloud: Cloud, user: User, federated: FederatedIdentity | undefined): readonly Project[] {
  if (cloud.trouble.noProjects) return [];
  if (federated !== undefined) return federated.projects;
  return (user.person?.projects ?? []).flatMap((name) => cloud.directory.projectTitled(name) ?? []);
}
