import type { Composition } from '../compose.ts';
import type { Federation } from '../federation/federation.ts';
import { type Catalog, regionsIn } from '../keystone/catalog.ts';
import { described } from '../keystone/describe-token.ts';
import { readToken } from '../keystone/token-response.ts';
import { Lru } from '../lru.ts';
import { headerValue, readBytes, type SendResponse } from '../ports/http.ts';
import type { Answer } from './answer.ts';
import { type Beyond, type ExtraService, extraServices, isRecord, rewrittenCatalog } from './catalog.ts';
import { identityAnswerHeaders, identityHeaders, without } from './headers.ts';
import { parsed } from './json.ts';
import type { ProxyRequest } from './request.ts';
import type { User, Users } from './users.ts';
import { commonVersions } from './versions.ts';

/** Answers of Identity that are looked into are smaller; a larger one passes as it is. */
const LOOKED_INTO = 16 * 1024 * 1024;

/** Bodies that are sent without a token; Keystone itself takes 112 KiB where nobody has changed that. */
const MAX_LOGIN_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 1024 * 1024;

/** So long may the first login of a user take for learning what services the providers have. */
const EXTRA_WAIT_MS = 3000;
const EXTRA_KEPT_MS = 10 * 60_000;
/** A token's answer has an endpoint for each service, interface and region. */
const MOST_REGIONS = 30;
const NOTHING: Beyond = { services: [], regions: [] };
/** What lacks a provider is asked for again sooner. */
const EXTRA_PARTLY_KEPT_MS = 30_000;

/** `/identity`: home's Keystone, whose answers lead to the proxy instead of to home. */
export class IdentityDoor {
  readonly #composition: Composition;
  readonly #users: Users;
  /** Home's Identity without version and trailing slash. */
  readonly #root: string;
  /** That in texts, and not as the beginning of another host's name or port. */
  readonly #rootInText: RegExp;
  readonly #beyond = new Lru<{ until: number; beyond: Beyond }>(10_000);
  readonly #offersRegions: boolean;

  /** @param offersRegions whether the catalog has other providers' regions, too */
  constructor(composition: Composition, users: Users, offersRegions: boolean) {
    this.#offersRegions = offersRegions;
    this.#composition = composition;
    this.#users = users;
    this.#root = composition.home.account.authUrl.replace(/\/+$/, '').replace(/\/v3$/, '');
    this.#rootInText = new RegExp(`${this.#root.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w.:-])`, 'g');
  }

  /** @param rest the path below `/identity`, empty or from a `/` on */
  async answer(request: ProxyRequest, rest: string): Promise<Answer> {
    const { context, home } = this.#composition;
    const { body, headers } = await request.wholeBody(isLogin(rest) ? MAX_LOGIN_BYTES : MAX_BODY_BYTES);
    const askedAt = context.clock.now();
    const response = await context.send({
      method: request.method,
      url: `${this.#root}${rest}${request.query === '' ? '' : `?${request.query}`}`,
      headers: identityHeaders(headers),
      connection: home.account.connection,
      purpose: { provider: home.name, step: 'identity' },
      signal: request.gone,
      ...(body !== undefined && { body }),
    });
    this.#noteRevocation(request, rest, response.status);
    const by = { provider: home.name, how: 'identity' };
    const answered = identityAnswerHeaders(response.headers).map(
      ([name, value]) => [name, this.#led(value, request)] as const,
    );
    const isJson = /\bjson\b/i.test(headerValue(response.headers, 'content-type') ?? '');
    const isLarge = Number(headerValue(response.headers, 'content-length') ?? 0) > LOOKED_INTO;
    const { status, statusText } = response;
    if (!isJson || isLarge || request.method === 'HEAD')
      return { status, statusText, headers: answered, body: response.body, by };
    const text = await this.#rewritten(request, rest, response, askedAt);
    return { status, statusText, headers: without(answered, 'content-length', 'content-md5'), body: text, by };
  }

  async #rewritten(request: ProxyRequest, rest: string, response: SendResponse, askedAt: number): Promise<string> {
    const bytes = await readBytes(response.body, LOOKED_INTO);
    const text = new TextDecoder().decode(bytes);
    const isToken = rest === '/v3/auth/tokens' && (request.method === 'POST' || request.method === 'GET');
    const isCatalog = rest === '/v3/auth/catalog' && request.method === 'GET';
    const json = isToken || isCatalog ? parsed(text) : undefined;
    const holder = isToken && isRecord(json) ? json.token : json;
    if (response.status < 300 && isRecord(holder) && Array.isArray(holder.catalog)) {
      const user = isToken ? this.#userIn(request, response, bytes, text, askedAt) : await this.#bearer(request);
      const catalog = rewrittenCatalog(holder.catalog, {
        base: request.base,
        identityRoot: this.#root,
        projectId: user?.token.project?.id,
        region: this.#composition.home.account.region,
        beyond: user === undefined ? NOTHING : await this.#beyondHome(user, request.gone.signal),
      });
      return JSON.stringify(isToken ? { ...(json as object), token: { ...holder, catalog } } : { ...holder, catalog });
    }
    // Keystone's version documents may name another host than the one that is called, and clients follow them.
    if (/^\/?(v3\/?)?$/.test(rest)) {
      const document = commonVersions([parsed(text)], `${request.base}/identity`);
      if (isRecord(document)) return JSON.stringify(document);
    }
    // Links in listings.
    return this.#led(text, request);
  }

  #led(text: string, request: ProxyRequest): string {
    return text.replace(this.#rootInText, () => `${request.base}/identity`);
  }

  /** Whoever was given a token just now will be back with it: home need not be asked about it again. */
  #userIn(
    request: ProxyRequest,
    response: SendResponse,
    bytes: Uint8Array,
    text: string,
    askedAt: number,
  ): User | undefined {
    if (request.method !== 'POST') return undefined;
    const { status, headers, url } = response;
    const reading = readToken({ status, headers, bytes, text, url }, askedAt);
    if ('problem' in reading) return undefined;
    return this.#users.adopt(described(reading.token, text));
  }

  #bearer(request: ProxyRequest): User | Promise<User> | undefined {
    const secret = request.header('x-auth-token');
    return secret === undefined ? undefined : this.#users.of(secret);
  }

  /** What the providers have and home does not, as far as they say it in time. */
  async #beyondHome({ federation, identity, token }: User, signal: AbortSignal): Promise<Beyond> {
    if (token.project === undefined || token.serviceProviders.length === 0) return NOTHING;
    const now = this.#composition.context.clock.now();
    const kept = this.#beyond.get(identity);
    if (kept !== undefined && now < kept.until) return kept.beyond;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(EXTRA_WAIT_MS)]);
    const { services, regions, isWhole } = await offered(federation, token.catalog, limit);
    const beyond = { services, regions: this.#offersRegions ? regions.slice(0, MOST_REGIONS) : [] };
    this.#beyond.set(identity, { until: now + (isWhole ? EXTRA_KEPT_MS : EXTRA_PARTLY_KEPT_MS), beyond });
    return beyond;
  }

  #noteRevocation(request: ProxyRequest, rest: string, status: number): void {
    const subject = request.header('x-subject-token');
    const isRevocation = request.method === 'DELETE' && rest === '/v3/auth/tokens' && status < 300;
    if (isRevocation && subject !== undefined) this.#users.forget(subject);
  }
}

function isLogin(rest: string): boolean {
  return /^\/(v3\/auth|v2\.0\/tokens)(\/|$)/.test(rest);
}

async function offered(
  federation: Federation,
  home: Catalog,
  signal: AbortSignal,
): Promise<Beyond & { readonly isWhole: boolean }> {
  const known = new Set(home.map(({ type }) => type));
  const regions = new Set<string>();
  let isWhole = true;
  const lacking = () => {
    isWhole = false;
  };
  const found = new Map<string, ExtraService>();
  const note = async (scope: Parameters<Federation['token']>[0]) => {
    const { catalog } = await federation.token(scope);
    for (const region of regionsIn(catalog)) regions.add(region);
    for (const service of extraServices(catalog, scope.project.id, known)) {
      if (!found.has(service.type)) found.set(service.type, service);
    }
  };
  // Who cannot be entered now has nothing to add now: a login must not fail for it.
  await federation.scopes({ unsaid: lacking, signal, isEnough: () => true }, note).catch(lacking);
  for (const region of regionsIn(home)) regions.delete(region);
  return { services: [...found.values()], regions: [...regions], isWhole };
}
