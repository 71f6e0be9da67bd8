import type { Account, AuthMethod, DomainRef, ProjectRef, UserRef } from '../ports/account.ts';

/**
 * The `OS_*` variables that make any OpenStack program authenticate as this account, at another address of the same
 * Keystone.
 *
 * @param token used instead of the account's credentials: one-time passcodes are good for one authentication only
 */
export function variablesOf(account: Account, authUrl: string, token?: string): Record<string, string> {
  const [method, another] = account.methods;
  const own = token === undefined && another === undefined ? method : undefined;
  const { project, region } = account;
  const scoped = own?.method === 'application_credential' ? {} : projectVariables('OS_PROJECT', project);
  return {
    OS_AUTH_URL: authUrl,
    OS_IDENTITY_API_VERSION: '3',
    OS_INTERFACE: account.interface,
    ...(region !== undefined && { OS_REGION_NAME: region }),
    ...scoped,
    ...(own === undefined ? tokenVariables(token ?? '') : methodVariables(own)),
  };
}

/** Whether a program could not authenticate with these credentials by itself. */
export function needsToken({ methods }: Account): boolean {
  return methods.length !== 1 || methods.some(({ method }) => method === 'totp');
}

function methodVariables(method: AuthMethod): Record<string, string> {
  switch (method.method) {
    case 'password':
      return { OS_AUTH_TYPE: 'password', ...userVariables(method.user), OS_PASSWORD: method.password ?? '' };
    case 'token':
      return tokenVariables(method.token);
    case 'application_credential':
      return {
        OS_AUTH_TYPE: 'v3applicationcredential',
        ...(method.id !== undefined && { OS_APPLICATION_CREDENTIAL_ID: method.id }),
        ...(method.name !== undefined && { OS_APPLICATION_CREDENTIAL_NAME: method.name }),
        ...(method.user !== undefined && userVariables(method.user)),
        OS_APPLICATION_CREDENTIAL_SECRET: method.secret,
      };
    case 'totp':
      return {};
  }
}

function tokenVariables(token: string): Record<string, string> {
  return { OS_AUTH_TYPE: 'v3token', OS_TOKEN: token };
}

function userVariables({ id, name, domain }: UserRef): Record<string, string> {
  return {
    ...(id !== undefined && { OS_USER_ID: id }),
    ...(name !== undefined && { OS_USERNAME: name }),
    ...domainVariables('OS_USER_DOMAIN', domain),
  };
}

function projectVariables(prefix: string, project: ProjectRef | undefined): Record<string, string> {
  if (project === undefined) return {};
  const { id, name, domain } = project;
  return {
    ...(id !== undefined && { [`${prefix}_ID`]: id }),
    ...(name !== undefined && { [`${prefix}_NAME`]: name }),
    ...domainVariables(`${prefix}_DOMAIN`, domain),
  };
}

function domainVariables(prefix: string, domain: DomainRef | undefined): Record<string, string> {
  return {
    ...(domain?.id !== undefined && { [`${prefix}_ID`]: domain.id }),
    ...(domain?.name !== undefined && { [`${prefix}_NAME`]: domain.name }),
  };
}
