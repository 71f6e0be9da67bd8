import type { Project } from '../keystone/token.ts';
import type { DomainRef } from '../ports/account.ts';
import type { Provider } from './provider.ts';

/**
 * Of these projects of a provider, those in the domain. Keystone lists projects with their domain's id; its name stands
 * in a project's token only.
 */
export async function inDomain(
  provider: Pick<Provider, 'tokenFor'>,
  projects: readonly Project[],
  { id, name }: DomainRef,
): Promise<readonly Project[]> {
  const domainOf = ({ domainId, domainName }: Pick<Project, 'domainId' | 'domainName'>) =>
    id === undefined ? domainName : domainId;
  const domains = await Promise.all(
    projects.map(async (project) => domainOf(project) ?? domainOf((await provider.tokenFor(project)).project ?? {})),
  );
  return projects.filter((_, index) => domains[index] === (id ?? name));
}
