/**
 * A federation for engine tests: scopes whose tokens are all remembered already, so that the only requests are those
 * to the clouds' services, answered by a function.
 */
import { abortable } from '../../src/federation/abort.ts';
import { Federation, type FederationOptions } from '../../src/federation/federation.ts';
import type { Catalog } from '../../src/keystone/catalog.ts';
import { type Token, tokenToJson } from '../../src/keystone/token.ts';
import type { Account } from '../../src/ports/account.ts';
import type { Clock } from '../../src/ports/clock.ts';
import {
  bodyOf,
  type HeaderPairs,
  type ResponseBody,
  type SendRequest,
  type SendResponse,
} from '../../src/ports/http.ts';
import type { LocationEntry, LocationStore, TokenStore } from '../../src/ports/memory.ts';

export interface CloudRequest {
  readonly provider: string;
  readonly project: string;
  /** Of the endpoint, where the provider has several. */
  readonly region?: string;
  readonly method: string;
  /** Below the endpoint: `/volumes/1?x=y`. */
  readonly path: string;
  readonly request: SendRequest;
}

export interface CloudAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  /** A body that may be no text. */
  readonly bytes?: Uint8Array;
  /** The body in pieces, as they come. */
  readonly pieces?: AsyncIterable<string>;
  readonly contentType?: string;
  /** Besides its type. */
  readonly headers?: HeaderPairs;
}

export interface FakeFederation {
  readonly federation: Federation;
  readonly requests: CloudRequest[];
  readonly locations: Map<string, LocationEntry>;
  /** `provider project method path` of every request, in order. */
  log(): string[];
  /** The requests for lists of providers and projects: `home tokens`, `sp-a projects`. */
  readonly lists: string[];
}

export interface FakeOptions {
  /** Provider → its projects; `home` first. Each project's id is its name, padded to 32 hexadecimal digits. */
  readonly scopes: Readonly<Record<string, readonly string[]>>;
  readonly answer: (request: CloudRequest) => CloudAnswer | Promise<CloudAnswer>;
  /** Services that a provider's catalog lacks. */
  readonly without?: Readonly<Record<string, readonly string[]>>;
  /** Providers with several regions: each service has an endpoint in each, but image and identity, which have one. */
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  /** Services that every provider's catalog has besides, with the path of their endpoint; `{project}` is the project's id. */
  readonly also?: Readonly<Record<string, string>>;
  /** The region of home that the configuration names. */
  readonly homeRegion?: string;
  /** What a provider's catalog is instead. */
  readonly catalogs?: Readonly<Record<string, Catalog>>;
  readonly narrowing?: FederationOptions['narrowing'];
  /** The scopes whose lists are remembered, where those are others. */
  readonly remembered?: Readonly<Record<string, readonly string[]>>;
  /** The scopes as the clouds have them, where that is not what is remembered; a function for what changes. */
  readonly now?: () => Readonly<Record<string, readonly string[]>>;
  /** What a Keystone says instead of a list. */
  readonly listAnswer?: (provider: string) => CloudAnswer | undefined;
  /** What a Keystone waits for before it gives a list. */
  readonly beforeLists?: Promise<void>;
  readonly clock?: Clock;
}

const SERVICES = ['compute', 'volumev3', 'image', 'network', 'identity'];
/** One endpoint for all regions. */
const SHARED = ['image', 'identity'];

export function projectId(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32);
}

export function notFound(id: string): CloudAnswer {
  return { status: 404, json: { itemNotFound: { code: 404, message: `Resource ${id} could not be found.` } } };
}

/** What services answer to a path that they do not have. */
export const noSuchRoute: CloudAnswer = {
  status: 404,
  json: { itemNotFound: { code: 404, message: 'The resource could not be found.' } },
};

function memoryTokens(): TokenStore {
  const held = new Map<string, unknown>();
  return {
    get: (key) => Promise.resolve(held.get(key)),
    put: (key, value) => Promise.resolve(void held.set(key, value)),
    forget: (key) => Promise.resolve(void held.delete(key)),
    clear: () => Promise.resolve(held.clear()),
  };
}

function memoryLocations(held: Map<string, LocationEntry>): LocationStore {
  const keyOf = (type: string, id: string) => JSON.stringify([type, id]);
  return {
    find: (id) => Promise.resolve([...held.values()].filter((entry) => entry.id === id)),
    recent: () => Promise.resolve([...held.values()].reverse()),
    put: (entries) => {
      for (const entry of entries) held.set(keyOf(entry.type, entry.id), entry);
      return Promise.resolve();
    },
    forget: (type, id) => Promise.resolve(void held.delete(keyOf(type, id))),
    async *entries() {
      yield* held.values();
    },
    clear: () => Promise.resolve(held.clear()),
  };
}

function tokenOf(provider: string, project: string, options: FakeOptions): Token {
  const providers = Object.keys(options.remembered ?? options.scopes).filter((name) => name !== 'home');
  const without = options.without?.[provider] ?? [];
  const regions = options.regions?.[provider];
  const endpointsOf = (type: string) => {
    const url = endpoint(provider, type, project, options.also);
    if (regions === undefined) return [{ interface: 'public', region: `${provider}-region`, url }];
    const own = (region: string) => (SHARED.includes(type) ? url : url.replace('.test/', `.test/in-${region}/`));
    return regions.map((region) => ({ interface: 'public', region, url: own(region) }));
  };
  const made = [...SERVICES, ...Object.keys(options.also ?? {})]
    .filter((type) => !without.includes(type))
    .map((type) => ({
      type,
      endpoints: endpointsOf(type),
    }));
  const catalog = options.catalogs?.[provider] ?? made;
  return {
    secret: `token-of-${provider}-${project}`,
    expiresAt: Date.now() + 3_600_000,
    lifetime: 3_600_000,
    user: { id: 'user', name: 'alice' },
    project: { id: projectId(project), name: project },
    roles: ['member'],
    catalog,
    serviceProviders: providers.map((id) => ({ id, authUrl: `http://${id}/auth`, spUrl: `http://${id}/sp` })),
  };
}

function endpoint(provider: string, type: string, project: string, also: FakeOptions['also'] = {}): string {
  const paths: Record<string, string> = {
    compute: '/compute/v2.1',
    volumev3: `/volume/v3/${projectId(project)}`,
    image: '/image',
    network: '/network',
    identity: '/identity/v3',
  };
  return `http://${provider}.test${paths[type] ?? also[type]?.replace('{project}', projectId(project))}`;
}

function bodyInPieces(pieces: AsyncIterable<string>): ResponseBody {
  const encoder = new TextEncoder();
  return {
    async *[Symbol.asyncIterator]() {
      for await (const piece of pieces) yield encoder.encode(piece);
    },
    discard() {},
  };
}

function responseOf(request: SendRequest, answer: CloudAnswer): SendResponse {
  const { status = 200, json, text, bytes, pieces, contentType, headers = [] } = answer;
  const body = bytes ?? new TextEncoder().encode(text ?? (json === undefined ? '' : JSON.stringify(json)));
  return {
    status,
    statusText: '',
    headers: [['Content-Type', contentType ?? 'application/json'], ...headers],
    body: pieces === undefined ? bodyOf(body) : bodyInPieces(pieces),
    url: request.url,
  };
}

/** What Keystones say: home of its token, with the providers of now, and each provider of the user's projects of now. */
function listFor(request: SendRequest, options: FakeOptions): { what: string; answer: CloudAnswer } | undefined {
  const { host, pathname } = new URL(request.url);
  const provider = host.split('.')[0] ?? '';
  const now = options.now?.() ?? options.scopes;
  const secret = request.headers.find(([name]) => name === 'X-Auth-Token')?.[1];
  if (provider === 'home' && request.method === 'GET' && pathname === '/identity/v3/auth/tokens') {
    return { what: 'home tokens', answer: options.listAnswer?.('home') ?? { json: { token: homeTokenNow(now) } } };
  }
  if (pathname === '/identity/v3/auth/projects' && secret === `entry-of-${provider}`) {
    const projects = (now[provider] ?? []).map((name) => ({ id: projectId(name), name, enabled: true }));
    return { what: `${provider} projects`, answer: options.listAnswer?.(provider) ?? { json: { projects } } };
  }
  return undefined;
}

function homeTokenNow(scopes: Readonly<Record<string, readonly string[]>>) {
  const ids = Object.keys(scopes).filter((name) => name !== 'home');
  return {
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    user: { id: 'user', name: 'alice' },
    service_providers: ids.map((id) => ({ id, auth_url: `http://${id}/auth`, sp_url: `http://${id}/sp` })),
  };
}

export async function fakeFederation(options: FakeOptions): Promise<FakeFederation> {
  const requests: CloudRequest[] = [];
  const locations = new Map<string, LocationEntry>();
  const tokens = memoryTokens();
  const far = Date.now() + 3_600_000;
  const secrets = new Map<string, { provider: string; project: string }>();
  for (const [provider, projects] of Object.entries(options.scopes)) {
    for (const project of projects) {
      const token = tokenOf(provider, project, options);
      secrets.set(token.secret, { provider, project });
      const key = provider === 'home' ? ['home'] : ['k2k', provider, 'scope', projectId(project)];
      await tokens.put(JSON.stringify(key), tokenToJson(token), far);
    }
    if (provider !== 'home') {
      const { project: _, ...unscoped } = { ...tokenOf(provider, '', options), secret: `entry-of-${provider}` };
      const entry = { base: `http://${provider}.test/identity/v3`, token: tokenToJson(unscoped) };
      await tokens.put(JSON.stringify(['k2k', provider, 'entry']), entry, far);
    }
    const inList = options.remembered === undefined ? projects : options.remembered[provider];
    if (inList === undefined) continue;
    const list = inList.map((name) => ({ id: projectId(name), name }));
    await tokens.put(JSON.stringify(['k2k', provider, 'projects']), { projects: list, expiresAt: far }, far);
  }
  const lists: string[] = [];
  const send = async (request: SendRequest): Promise<SendResponse> => {
    const listed = listFor(request, options);
    if (listed !== undefined) {
      lists.push(listed.what);
      await options.beforeLists;
      return responseOf(request, listed.answer);
    }
    const secret = request.headers.find(([name]) => name === 'X-Auth-Token')?.[1] ?? '';
    const scope = secrets.get(secret);
    const url = new URL(request.url);
    if (scope === undefined || !url.host.startsWith(`${scope.provider}.`)) {
      throw new Error(`${request.url} was sent the token of ${scope?.provider ?? 'nobody'}`);
    }
    const [, region] = /^\/in-([^/]+)/.exec(url.pathname) ?? [];
    const path = (url.pathname + url.search)
      .replace(/^\/in-[^/]+/, '')
      .replace(/^\/(compute\/v2\.1|volume\/v3\/[0-9a-f]{32}|image\/v2|network\/v2\.0|identity\/v3)/, '');
    const asked = { ...scope, ...(region !== undefined && { region }), method: request.method, path, request };
    requests.push(asked);
    const answer = abortable(Promise.resolve(options.answer(asked)), request.signal);
    return responseOf(request, await answer);
  };
  const account: Account = {
    name: 'test',
    authUrl: 'http://home.test/identity/v3',
    methods: [],
    interface: 'public',
    connection: {},
    endpointOverrides: {},
    ...(options.homeRegion !== undefined && { region: options.homeRegion }),
  };
  const federation = new Federation({
    send,
    clock: options.clock ?? { now: () => Date.now() },
    home: { name: 'home', account, tokens },
    own: [],
    locations: () => memoryLocations(locations),
    narrowing: options.narrowing ?? {},
    skip: [],
  });
  const log = () =>
    requests.map(
      ({ provider, project, region, method, path }) =>
        `${provider} ${project}${region === undefined ? '' : ` ${region}`} ${method} ${path}`,
    );
  return { federation, requests, locations, log, lists };
}
