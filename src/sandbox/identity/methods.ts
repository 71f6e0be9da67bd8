import { dig, isRecord, text } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import type { Cloud } from '../model.ts';
import { malformed, notFound, strangeToken, unauthorized } from './answers.ts';
import { type ApplicationCredential, DOMAIN, isDomain, type Project, type User } from './directory.ts';
import type { Token } from './tokens.ts';
import { totpAccepts } from './totp.ts';

/** Who somebody is, as one identity method found out. */
export interface Proof {
  readonly user: User;
  readonly credential?: ApplicationCredential;
  /** With an application credential: its project, and no other. */
  readonly project?: Project;
  /** With a token: that token. */
  readonly parent?: Token;
}

/** A proof, or the answer that refuses it. */
export type Verdict = { readonly proof: Proof } | { readonly refused: Reply };

type Method = (cloud: Cloud, data: unknown) => Verdict;

const methods: Readonly<Record<string, Method>> = {
  password: (cloud, data) => {
    const found = userOf(cloud, dig(data, 'user'));
    if ('refused' in found) return found;
    const password = dig(data, 'user', 'password');
    if (found.user?.person === undefined || found.user.person.password !== password)
      return { refused: unauthorized(cloud) };
    return { proof: { user: found.user } };
  },
  totp: (cloud, data) => {
    const found = userOf(cloud, dig(data, 'user'));
    if ('refused' in found) return found;
    const passcode = text(dig(data, 'user', 'passcode'));
    const { user } = found;
    if (user === undefined || passcode === undefined) return { refused: unauthorized(cloud) };
    const now = cloud.clock.now();
    const right = cloud.directory.totpSecrets(user).some((secret) => totpAccepts(secret, passcode, now));
    return right ? { proof: { user } } : { refused: unauthorized(cloud) };
  },
  token: (cloud, data) => {
    const secret = text(dig(data, 'id'));
    if (secret === undefined) return { refused: malformed('id in token') };
    const token = cloud.tokens.find(secret);
    if (token === undefined) return { refused: strangeToken(cloud, secret) };
    return { proof: { user: token.user, parent: token } };
  },
  application_credential: (cloud, data) => {
    const id = text(dig(data, 'id'));
    const name = text(dig(data, 'name'));
    const byId = id === undefined ? undefined : cloud.directory.applicationCredentials.get(id);
    if (id !== undefined && byId === undefined) return { refused: notFound('Application Credential', id) };
    const found = byId === undefined ? userOf(cloud, dig(data, 'user')) : { user: byId.user };
    if ('refused' in found) return found;
    const credential =
      byId ??
      (found.user !== undefined && name !== undefined
        ? cloud.directory.applicationCredentialNamed(found.user, name)
        : undefined);
    if (credential === undefined || credential.secret !== dig(data, 'secret')) return { refused: unauthorized(cloud) };
    return { proof: { user: credential.user, project: credential.project, credential } };
  },
};

export function methodNamed(name: string): Method | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

/** The user that a request means; a user whom nobody knows is undefined and refused like a wrong password. */
function userOf(cloud: Cloud, given: unknown): { readonly user: User | undefined } | { readonly refused: Reply } {
  const id = text(dig(given, 'id'));
  if (id !== undefined) return { user: cloud.directory.user(id) };
  const name = text(dig(given, 'name'));
  if (name === undefined) return { refused: malformed('id or name in user') };
  const domain = dig(given, 'domain');
  if (!isRecord(domain)) return { refused: malformed('domain in user') };
  return { user: isDomain(DOMAIN, domain) ? cloud.directory.userNamed(name) : undefined };
}
