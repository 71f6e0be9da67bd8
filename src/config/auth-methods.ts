import type { AuthMethod, DomainRef, UserRef } from '../ports/account.ts';
import type { Method } from './auth-type.ts';
import type { Facts } from './layer.ts';
import { missing, type Place } from './place.ts';

/**
 * The domain of a user or project that is given by name: its own, else the one that is said for both, else the
 * domain `default`, as `openstack` has it.
 */
export function domainOf(facts: Facts, whose: 'user' | 'project'): DomainRef {
  for (const prefix of [`${whose}_domain`, 'domain', 'default_domain']) {
    const id = facts.text(`${prefix}_id`);
    if (id !== undefined) return { id };
    const name = facts.text(`${prefix}_name`);
    if (name !== undefined) return { name };
  }
  return { id: facts.text('default_domain') ?? 'default' };
}

function userOf(facts: Facts): UserRef | undefined {
  const id = facts.text('user_id');
  if (id !== undefined) return { id };
  const name = facts.text('username');
  return name === undefined ? undefined : { name, domain: domainOf(facts, 'user') };
}

/**
 * One identity method with what it needs. A missing password or passcode stays away: whoever has a terminal asks.
 *
 * @throws ConfigError that says what is missing and where to put it
 */
export function authMethod(method: Method, facts: Facts, place: Place): AuthMethod {
  const user = userOf(facts);
  const need = <T>(value: T | undefined, what: string, ...keys: string[]): T => {
    if (value === undefined) throw missing(what, keys, place);
    return value;
  };
  switch (method) {
    case 'password': {
      const password = facts.text('password');
      const needed = need(user, 'the user', 'username', 'user_id');
      return { method, user: needed, ...(password !== undefined && { password }) };
    }
    case 'totp': {
      const passcode = facts.text('passcode');
      const needed = need(user, 'the user', 'username', 'user_id');
      return { method, user: needed, ...(passcode !== undefined && { passcode }) };
    }
    case 'token':
      return { method, token: need(facts.text('token'), 'the token', 'token') };
    case 'application_credential': {
      const secret = need(
        facts.text('application_credential_secret'),
        'the secret of the application credential',
        'application_credential_secret',
      );
      const id = facts.text('application_credential_id');
      if (id !== undefined) return { method, id, secret };
      const name = need(
        facts.text('application_credential_name'),
        'the application credential',
        'application_credential_id',
        'application_credential_name',
      );
      const owner = need(user, 'the user whose application credential it is', 'username', 'user_id');
      return { method, name, user: owner, secret };
    }
  }
}
