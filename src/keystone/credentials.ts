import type { Account, AuthMethod, DomainRef, ProjectRef, UserRef } from '../ports/account.ts';
import { hasOwnScope } from './auth-body.ts';
import { arrayIn, objectIn } from './shape.ts';

/** Which credentials were used, without what is secret of them. */
export function usedInWords(account: Account): string {
  const project = hasOwnScope(account) ? 'its own project' : projectInWords(account.project);
  return `Used: ${account.methods.map(methodInWords).join(' and ')}, ${project}.`;
}

/** What may be wrong with them. Keystone says on purpose no more than "401", so the user has to compare. */
export function doubtsInWords(account: Account): string {
  return account.methods.map(doubt).join(' ');
}

/** The methods that are still missing, from the body that comes with a receipt (Identity API v3, multi-factor). */
export function missingMethods(body: unknown): string {
  const done = arrayIn(objectIn(body, 'receipt'), 'methods');
  const ways = arrayIn(body, 'required_auth_methods')
    .filter((way) => Array.isArray(way))
    .map((way) => way.filter((method) => typeof method === 'string' && !done.includes(method)).join(' and '))
    .filter((way) => way !== '');
  return ways.length === 0 ? 'it does not say which' : ways.join(', or ');
}

function methodInWords(method: AuthMethod): string {
  switch (method.method) {
    case 'password':
      return `the password of ${userInWords(method.user)}`;
    case 'totp':
      return `a one-time passcode of ${userInWords(method.user)}`;
    case 'token':
      return 'a token';
    case 'application_credential':
      return method.id === undefined
        ? `the application credential "${method.name ?? ''}" of ${userInWords(method.user ?? {})}`
        : `the application credential ${method.id}`;
  }
}

function doubt({ method }: AuthMethod): string {
  switch (method) {
    case 'password':
      return 'Keystone gives this answer alike to a wrong password, user, domain or project, and to a project that is not granted.';
    case 'totp':
      return 'A passcode is good for half a minute, and once.';
    case 'token':
      return 'The token may have ended, may have been revoked, or be of another Keystone.';
    case 'application_credential':
      return 'It may have ended or been deleted, its secret may be wrong, or its user may have lost the role it was made with.';
  }
}

function userInWords({ id, name, domain }: UserRef): string {
  return id === undefined ? `user "${name ?? ''}"${domainInWords(domain)}` : `user ${id}`;
}

function projectInWords(project: ProjectRef | undefined): string {
  if (project === undefined) return 'no project';
  return project.id === undefined
    ? `project "${project.name ?? ''}"${domainInWords(project.domain)}`
    : `project ${project.id}`;
}

function domainInWords(domain: DomainRef | undefined): string {
  if (domain?.id !== undefined) return ` of the domain with id ${domain.id}`;
  return domain?.name === undefined ? ' without a domain' : ` of domain "${domain.name}"`;
}
