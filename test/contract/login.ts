/** Authentication and Keystone-to-Keystone, step by step, without fed's own code. */
import { type Answer, call } from './http.ts';
import { HOME_PROJECTS, PASSWORDS, type Target, type TargetCloud } from './target.ts';

export type User = keyof typeof PASSWORDS;

export const DEFAULT = { id: 'default' };

/** `POST /auth/tokens`. */
export function authenticate(
  cloud: TargetCloud,
  identity: unknown,
  scope?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const auth = { identity, ...(scope === undefined ? {} : { scope }) };
  return call('POST', `${cloud.identity}/v3/auth/tokens`, { headers, body: { auth } });
}

export function passwordIdentity(user: User, password: string = PASSWORDS[user]): unknown {
  return { methods: ['password'], password: { user: { name: user, domain: DEFAULT, password } } };
}

export function tokenIdentity(id: string): unknown {
  return { methods: ['token'], token: { id } };
}

export function projectScope(name: string): unknown {
  return { project: { name, domain: DEFAULT } };
}

export function secretOf(answer: Answer): string {
  const secret = answer.headers['x-subject-token'];
  if (secret === undefined) throw new Error(`no token: ${answer.status} ${answer.text.slice(0, 300)}`);
  return secret;
}

/** A user's token at home, for the project at home, or unscoped. */
export function homeToken(target: Target, user: User, scoped = true): Promise<Answer> {
  const scope = scoped ? projectScope(HOME_PROJECTS[user]) : 'unscoped';
  return authenticate(target.home, passwordIdentity(user), scope);
}

/** What home's token says of a provider. */
export function providerEntry(home: Answer, provider: string): { id: string; auth_url: string; sp_url: string } {
  const list: { id: string; auth_url: string; sp_url: string }[] = home.json.token.service_providers;
  const found = list.find(({ id }) => id === provider);
  if (found === undefined) throw new Error(`home's token does not list ${provider}`);
  return found;
}

/** Step 1: the assertion. */
export function assertion(target: Target, token: string, provider: string): Promise<Answer> {
  const body = { auth: { identity: tokenIdentity(token), scope: { service_provider: { id: provider } } } };
  return call('POST', `${target.home.identity}/v3/auth/OS-FEDERATION/saml2/ecp`, { body });
}

/** Step 2: present it. */
export function present(spUrl: string, body: string, type = 'application/vnd.paos+xml'): Promise<Answer> {
  return call('POST', spUrl, { headers: { 'Content-Type': type }, body });
}

/** The pair of name and value of the one cookie that an answer sets. */
export function sessionCookie(answer: Answer): string {
  return answer.cookies[0]?.split(';')[0] ?? '';
}

export interface Entry {
  readonly home: Answer;
  readonly asserted: Answer;
  readonly presented: Answer;
  readonly federated: Answer;
  readonly cookie: string;
  readonly spUrl: string;
  readonly authUrl: string;
  /** The provider's Identity v3. */
  readonly base: string;
}

/** Steps 1 to 3. */
export async function enter(target: Target, user: User, provider: string): Promise<Entry> {
  const home = await homeToken(target, user);
  const { auth_url: authUrl, sp_url: spUrl } = providerEntry(home, provider);
  const asserted = await assertion(target, secretOf(home), provider);
  const presented = await present(spUrl, asserted.text);
  const cookie = sessionCookie(presented);
  const federated = await call('GET', authUrl, { headers: { Cookie: cookie } });
  const base = authUrl.split('/OS-FEDERATION/')[0] ?? '';
  return { home, asserted, presented, federated, cookie, spUrl, authUrl, base };
}
