import { createHash } from 'node:crypto';
import type { Account, AuthMethod, DomainRef, ProjectRef, UserRef } from '../ports/account.ts';

type Parts = ReadonlyArray<string | null | Parts>;

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function domainParts(domain: DomainRef | undefined): Parts {
  return domain === undefined ? [] : [domain.id ?? null, domain.name ?? null];
}

function refParts(ref: UserRef | ProjectRef | undefined): Parts {
  return ref === undefined ? [] : [ref.id ?? null, ref.name ?? null, domainParts(ref.domain)];
}

function whoIn(method: AuthMethod): Parts {
  switch (method.method) {
    case 'password':
    case 'totp':
      return [method.method, refParts(method.user)];
    case 'token':
      return [method.method, digest(method.token)];
    case 'application_credential':
      return [method.method, method.id ?? null, method.name ?? null, refParts(method.user)];
  }
}

/**
 * A stable key for who this is: Keystone, methods, user and project. No secret can be found from it, and a changed
 * password does not change it. With a token the token itself is the identity.
 *
 * @returns 64 hexadecimal digits
 */
export function identityOf(account: Account): string {
  // JSON of arrays: nothing that is said in one place can be taken for something in another.
  const methods = account.methods.map((method) => JSON.stringify(whoIn(method))).sort();
  return digest(JSON.stringify(['fed identity 1', account.authUrl, methods, refParts(account.project)]));
}

/** What opens an account, and what is remembered of it. */
export interface Credential {
  readonly bytes: Uint8Array;
  /** Whether it came from a generator and not from somebody's head: nobody guesses it, however quick a guess is. */
  readonly isRandom: boolean;
}

/** As Keystone makes the secret of an application credential: 64 random bytes in URL-safe base64 without padding. */
const GENERATED_SECRET = /^[\w-]{86}$/;
/** Keystone's tokens of old were UUIDs without hyphens; Fernet and JWS tokens are longer. */
const SHORTEST_TOKEN = 32;

function lastingSecret(method: AuthMethod): string | undefined {
  switch (method.method) {
    case 'password':
      return method.password;
    case 'token':
      return method.token;
    case 'application_credential':
      return method.secret;
    case 'totp':
      return undefined;
  }
}

function isGenerated(method: AuthMethod): boolean {
  switch (method.method) {
    case 'token':
      return method.token.length >= SHORTEST_TOKEN;
    case 'application_credential':
      return GENERATED_SECRET.test(method.secret);
    case 'password':
    case 'totp':
      return false;
  }
}

/**
 * The user's own secret, which shows that remembered tokens are this user's. Of several methods, all that last: a
 * one-time passcode is none. Undefined when there is no secret, or one is still to be asked for.
 */
export function credentialOf(account: Account): Credential | undefined {
  const lasting = account.methods.filter(({ method }) => method !== 'totp');
  const secrets = lasting.map(lastingSecret);
  if (secrets.length === 0 || secrets.includes(undefined)) return undefined;
  return { bytes: new TextEncoder().encode(JSON.stringify(secrets)), isRandom: lasting.some(isGenerated) };
}
