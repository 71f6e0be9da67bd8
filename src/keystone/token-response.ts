import { headerValue } from '../ports/http.ts';
import { catalogFrom } from './catalog.ts';
import type { Answer } from './exchange.ts';
import { arrayIn, isObject, objectIn, parseJson, textIn } from './shape.ts';
import type { Project, ServiceProvider, Token } from './token.ts';

/** A token, or what is wrong with the answer that should have held one. */
export type TokenReading = { readonly token: Token } | { readonly problem: string };

/**
 * Read the answer to a request for a token (Identity API v3, `POST /auth/tokens` and the federated `auth`).
 *
 * @param askedAt our clock before the request was sent; the token's life is counted from there
 * @param given when the token began to live: with this answer, or before it (`GET /auth/tokens` describes an older one)
 */
export function readToken(answer: Answer, askedAt: number, given: 'with-it' | 'before' = 'with-it'): TokenReading {
  const secret = headerValue(answer.headers, 'x-subject-token')?.trim();
  const json = parseJson(answer.text);
  const body = objectIn(json, 'token');
  if (!isObject(json)) return { problem: 'the answer is not JSON' };
  if (!isObject(json.token)) return { problem: 'the answer has no "token"' };
  if (secret === undefined || secret === '') {
    return { problem: 'the answer has no X-Subject-Token header (does a proxy in between drop it?)' };
  }
  // It goes into a header later: anything else than visible ASCII could not be sent.
  if (!/^[\x21-\x7e]+$/.test(secret)) return { problem: 'the X-Subject-Token header holds no usable token' };
  const user = userFrom(body);
  if (user === undefined) return { problem: 'the token does not say whose it is' };
  const lifetime = lifetimeOf(body, headerValue(answer.headers, 'date'), askedAt, given);
  if (lifetime === undefined) return { problem: 'the token does not say when it expires' };
  const rules = body.application_credential;
  const project = projectFromApi(body.project);
  if (body.project !== undefined && project === undefined) {
    return { problem: "the token's project has no id or no name" };
  }
  return {
    token: {
      secret,
      expiresAt: askedAt + lifetime,
      lifetime,
      user,
      ...(project !== undefined && { project }),
      roles: arrayIn(body, 'roles').flatMap((role) => textIn(role, 'name') ?? []),
      catalog: catalogFrom(body.catalog),
      serviceProviders: arrayIn(body, 'service_providers').flatMap(serviceProviderFrom),
      ...(isObject(rules) && Array.isArray(rules.access_rules) && { hasAccessRules: true as const }),
    },
  };
}

/** A project as Identity v3 shows it, in a token or in a listing; undefined without id or name. */
export function projectFromApi(value: unknown): Project | undefined {
  const [id, name] = [textIn(value, 'id'), textIn(value, 'name')];
  if (id === undefined || name === undefined) return undefined;
  const domain = objectIn(value, 'domain');
  const domainId = textIn(domain, 'id') ?? textIn(value, 'domain_id');
  const domainName = textIn(domain, 'name');
  return { id, name, ...(domainId !== undefined && { domainId }), ...(domainName !== undefined && { domainName }) };
}

function userFrom(body: unknown): Token['user'] | undefined {
  const user = objectIn(body, 'user');
  const id = textIn(user, 'id');
  if (id === undefined) return undefined;
  const domainName = textIn(objectIn(user, 'domain'), 'name');
  return { id, name: textIn(user, 'name') ?? id, ...(domainName !== undefined && { domainName }) };
}

function serviceProviderFrom(value: unknown): ServiceProvider[] {
  const id = textIn(value, 'id');
  return id === undefined
    ? []
    : [{ id, authUrl: textIn(value, 'auth_url') ?? '', spUrl: textIn(value, 'sp_url') ?? '' }];
}

/**
 * Milliseconds from now: by `issued_at`, else by the answer's Date, which are both the cloud's own clock; only
 * without either is that clock taken to agree with ours.
 */
function lifetimeOf(
  body: unknown,
  date: string | undefined,
  askedAt: number,
  given: 'with-it' | 'before',
): number | undefined {
  const expires = timeOf(textIn(body, 'expires_at'));
  if (expires === undefined) return undefined;
  const clocks = [given === 'with-it' ? timeOf(textIn(body, 'issued_at')) : undefined, timeOf(date)];
  const now = clocks.find((time) => time !== undefined && time < expires);
  return Math.max(0, expires - (now ?? askedAt));
}

/** ISO 8601, where a missing zone means UTC (Keystone's own clock is), or a date as HTTP has it. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}
