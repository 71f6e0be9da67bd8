import { ConfigError } from '../errors.ts';
import type { Account, AuthMethod, DomainRef, ProjectRef, UserRef } from '../ports/account.ts';
import type { JsonObject } from './shape.ts';

/**
 * The body of `POST /auth/tokens` for an account (Identity API v3).
 *
 * Without a project no scope is asked for, as `openstack` does: Keystone then takes the user's default project, if
 * there is one. An application credential has its project built in, and Keystone refuses it together with a scope.
 *
 * @throws ConfigError if something is missing that Keystone would refuse the request for
 */
export function authBody(account: Account): JsonObject {
  if (account.methods.length === 0) {
    throw new ConfigError(`There are no credentials for ${account.name}.`, {
      hint: 'Set OS_USERNAME and OS_PASSWORD, or OS_APPLICATION_CREDENTIAL_ID and _SECRET, or name a cloud: OS_CLOUD.',
    });
  }
  const payloads = Object.fromEntries(account.methods.map((method) => [method.method, payloadOf(method, account)]));
  const scope = hasOwnScope(account) || account.project === undefined ? undefined : scopeOf(account.project, account);
  return {
    auth: {
      identity: { methods: Object.keys(payloads), ...payloads },
      ...(scope !== undefined && { scope }),
    },
  };
}

/** Whether the credentials fix the project themselves. */
export function hasOwnScope(account: Account): boolean {
  return account.methods.some(({ method }) => method === 'application_credential');
}

/** Everything in the account that must not be shown. */
export function secretsOf(account: Account): string[] {
  return account.methods.map(secretOf).filter((secret) => secret !== undefined);
}

function secretOf(method: AuthMethod): string | undefined {
  switch (method.method) {
    case 'password':
      return method.password;
    case 'token':
      return method.token;
    case 'application_credential':
      return method.secret;
    case 'totp':
      return method.passcode;
  }
}

function payloadOf(method: AuthMethod, account: Account): JsonObject {
  switch (method.method) {
    case 'password':
      return { user: { ...userOf(method.user, account), password: needed(method.password, 'password', account) } };
    case 'totp':
      return { user: { ...userOf(method.user, account), passcode: needed(method.passcode, 'passcode', account) } };
    case 'token':
      return { id: method.token };
    case 'application_credential':
      if (method.id !== undefined) return { id: method.id, secret: method.secret };
      return {
        name: needed(method.name, 'application credential id or name', account),
        user: userOf(method.user ?? {}, account),
        secret: method.secret,
      };
  }
}

function needed(value: string | undefined, what: string, account: Account): string {
  if (value !== undefined && value !== '') return value;
  const variable = what.includes('credential') ? 'APPLICATION_CREDENTIAL_ID' : what.toUpperCase();
  throw new ConfigError(`There is no ${what} for ${account.name}.`, {
    hint: `Set OS_${variable}, or ${variable.toLowerCase()} under auth in clouds.yaml.`,
  });
}

function userOf(user: UserRef, account: Account): JsonObject {
  if (user.id !== undefined) return { id: user.id };
  if (user.name === undefined) {
    throw new ConfigError(`The credentials for ${account.name} name no user.`, {
      hint: 'Set OS_USERNAME and OS_USER_DOMAIN_NAME, or OS_USER_ID.',
    });
  }
  return { name: user.name, ...domainOf(user.domain) };
}

function scopeOf(project: ProjectRef, account: Account): JsonObject {
  if (project.id !== undefined) return { project: { id: project.id } };
  if (project.name === undefined) {
    throw new ConfigError(`The project of ${account.name} has neither id nor name.`, {
      hint: 'Set OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME, or OS_PROJECT_ID.',
    });
  }
  return { project: { name: project.name, ...domainOf(project.domain) } };
}

/** An id belongs to one domain only, so it needs none; a name without its domain is left for Keystone to judge. */
function domainOf(domain: DomainRef | undefined): JsonObject {
  if (domain?.id !== undefined) return { domain: { id: domain.id } };
  return domain?.name === undefined ? {} : { domain: { name: domain.name } };
}
