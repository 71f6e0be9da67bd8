import { ConfigError } from '../errors.ts';
import type { DomainRef, ProjectRef } from '../ports/account.ts';
import { domainOf } from './auth-methods.ts';
import type { Method } from './auth-type.ts';
import type { Facts } from './layer.ts';

const projectKeys = ['project_id', 'project_name'];

function refuse(facts: Facts, keys: readonly string[], what: string): void {
  const found = keys.map((key) => facts.get(key)).find((each) => each !== undefined);
  if (found === undefined) return;
  throw new ConfigError(`${found.origin} asks for ${what}, and with that Keystone asserts nobody to other clouds.`, {
    hint: 'Remove it, and name a project instead: project_name, or OS_PROJECT_NAME.',
  });
}

/**
 * The project to work in.
 *
 * @throws ConfigError for scopes from which there is no way to other clouds
 */
export function projectOf(
  facts: Facts,
  methods: readonly Method[],
  warn: (text: string) => void,
): ProjectRef | undefined {
  refuse(facts, ['system_scope'], 'a system-scoped token');
  refuse(facts, ['trust_id'], "a trust's token");
  const named = projectKeys.map((key) => facts.get(key)).find((each) => each !== undefined);
  // Beside a project, a domain is the one of user and project.
  if (named === undefined) refuse(facts, ['domain_id', 'domain_name'], 'a domain-scoped token');
  if (named !== undefined && methods.includes('application_credential')) {
    warn(
      `${named.origin} is not used: an application credential belongs to one project, and Keystone allows no other.`,
    );
    return undefined;
  }
  const id = facts.text('project_id');
  if (id !== undefined) return { id };
  const name = facts.text('project_name');
  return name === undefined ? undefined : { name, domain: domainOf(facts, 'project') };
}

/** The provider, and the project there, that osc-lib's `service_provider` and `remote_project_*` name. */
export function remoteScopeOf(
  facts: Facts,
  warn: (text: string) => void,
): { readonly serviceProvider?: string; readonly remoteProject?: ProjectRef } {
  const serviceProvider = facts.text('service_provider');
  const id = facts.text('remote_project_id');
  const name = facts.text('remote_project_name');
  const named = facts.get('remote_project_id') ?? facts.get('remote_project_name');
  const domain = facts.get('remote_project_domain_id') ?? facts.get('remote_project_domain_name');
  if (serviceProvider === undefined) {
    const unused = named ?? domain;
    if (unused !== undefined) warn(`${unused.origin} is not used, because no service provider is named with it.`);
    return {};
  }
  if (domain !== undefined && named === undefined) {
    warn(`${domain.origin} is not used, because no remote project is named with it.`);
  }
  if (id !== undefined) return { serviceProvider, remoteProject: { id } };
  if (name === undefined) return { serviceProvider };
  return { serviceProvider, remoteProject: { name, ...remoteDomainOf(facts) } };
}

function remoteDomainOf(facts: Facts): { readonly domain?: DomainRef } {
  const id = facts.text('remote_project_domain_id');
  if (id !== undefined) return { domain: { id } };
  const name = facts.text('remote_project_domain_name');
  return name === undefined ? {} : { domain: { name } };
}
