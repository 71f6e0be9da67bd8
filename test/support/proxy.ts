/** A proxy in this process, and clients of it that see every line of what they are answered. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type Composition, composeForMany } from '../../src/compose.ts';
import type { AccessLogEntry } from '../../src/proxy/access-log.ts';
import { Metrics } from '../../src/proxy/metrics.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from '../../src/proxy/server.ts';
import type { Sandbox } from '../../src/sandbox/api.ts';
import { memoryOnly, type SharedMemory } from '../../src/store/shared/open.ts';
import { json, startServer, type TestServer } from './server.ts';

export interface TestProxy extends RunningProxy {
  readonly composition: Composition;
  readonly log: AccessLogEntry[];
  readonly metrics: Metrics;
  /** Log in through the proxy. */
  as(user: string): Promise<Client>;
  /** Whoever has this token. */
  bearing(token: string | undefined): Client;
  stop(): Promise<void>;
}

export interface TestProxyOptions extends Partial<Omit<ProxyOptions, 'composition' | 'log' | 'metrics'>> {
  /** Of the proxy's own environment, beside where home is. */
  readonly env?: Record<string, string>;
  readonly narrowing?: { readonly providers?: readonly string[] };
  /** Its memory, which is closed with it. Its own without. */
  readonly stores?: SharedMemory;
}

/** A proxy of a sandbox's federation with nothing in its memory. */
export async function startTestProxy(sandbox: Sandbox, options: TestProxyOptions = {}): Promise<TestProxy> {
  const { env, narrowing = {}, stores: given, ...proxyOptions } = options;
  const clock = { now: () => Date.now() };
  const stores = given ?? memoryOnly({ clock, locationsLimit: 10_000, tokensLimit: 1000 });
  const metrics = new Metrics();
  const composition = await composeForMany(
    {
      env: { OS_AUTH_URL: sandbox.home.authUrl, HOME: '/nonexistent', ...env },
      cwd: '/nonexistent',
      homeDirectory: '/nonexistent',
      options: {},
      narrowing,
      warn: () => {},
      retries: 0,
      observe: (event) => metrics.observe(event),
    },
    stores,
  );
  const log: AccessLogEntry[] = [];
  const proxy = await startProxy({
    composition,
    host: '127.0.0.1',
    port: 0,
    prefix: '',
    tokenCheckMs: 60_000,
    strict: false,
    nameRouting: false,
    maxRequests: 1000,
    metrics,
    log: (entry) => log.push(entry),
    ...proxyOptions,
  });
  const bearing = (token: string | undefined) => new Client(proxy.url, token);
  return {
    ...proxy,
    composition,
    log,
    metrics,
    bearing,
    as: (user) => bearing(undefined).login(sandbox.env(user)),
    async stop() {
      await proxy.close(0);
      await composition.close();
      await stores.close();
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** In the order and case of the wire. */
  readonly rawHeaders: readonly string[];
  readonly bytes: Buffer;
  readonly text: string;
  /** Undefined for what is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes, and fail where they differ
  readonly json: any;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

/** Somebody who sends requests to the proxy, with a token or without. */
export class Client {
  readonly url: string;
  readonly token: string | undefined;
  /** The user's project at home. */
  readonly projectId: string;
  /** The token's own body. */
  readonly body: Reply['json'];

  constructor(url: string, token: string | undefined, body: Reply['json'] = undefined) {
    this.url = url;
    this.token = token;
    this.body = body;
    this.projectId = body?.token?.project?.id ?? '';
  }

  async login(env: Readonly<Record<string, string>>): Promise<Client> {
    const domain = { name: 'Default' };
    const user = { name: env.OS_USERNAME, domain, password: env.OS_PASSWORD };
    const scope = { project: { name: env.OS_PROJECT_NAME, domain } };
    const auth = { identity: { methods: ['password'], password: { user } }, scope };
    const reply = await this.ask('/identity/v3/auth/tokens', { method: 'POST', body: { auth } });
    if (reply.status !== 201) throw new Error(`the login was answered with ${reply.status}: ${reply.text}`);
    return new Client(this.url, String(reply.headers['x-subject-token']), reply.json);
  }

  get(path: string, headers: Ask['headers'] = {}): Promise<Reply> {
    return this.ask(path, { headers });
  }

  post(path: string, body: unknown, headers: Ask['headers'] = {}): Promise<Reply> {
    return this.ask(path, { method: 'POST', body, headers });
  }

  async ask(path: string, ask: Ask = {}): Promise<Reply> {
    return readReply(await this.open(path, ask));
  }

  /** The answer's head; the body is left to be read. A stream as body is sent in chunks. */
  open(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const isBytes = body instanceof Uint8Array || typeof body === 'string';
      const isStream = !isBytes && typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
      const whole = body === undefined || isStream ? undefined : isBytes ? Buffer.from(body) : JSON.stringify(body);
      const request = httpRequest(path.startsWith('http') ? path : `${this.url}${path}`, {
        method,
        agent: false,
        headers: {
          ...(this.token !== undefined && { 'X-Auth-Token': this.token }),
          ...(whole !== undefined && { 'Content-Length': Buffer.byteLength(whole) }),
          ...(!isBytes && whole !== undefined && { 'Content-Type': 'application/json' }),
          ...(headers as Record<string, string | string[]>),
        },
      });
      request.once('error', reject);
      request.once('response', resolve);
      if (!isStream) request.end(whole);
      else void sendAll(request, body as AsyncIterable<Uint8Array>);
    });
  }
}

async function sendAll(request: ReturnType<typeof httpRequest>, body: AsyncIterable<Uint8Array>): Promise<void> {
  const closed = new Promise((resolve) => request.once('close', resolve));
  for await (const chunk of body) {
    if (request.destroyed) return;
    if (!request.write(chunk)) await Promise.race([new Promise((resolve) => request.once('drain', resolve)), closed]);
  }
  request.end();
}

/** @throws ECONNRESET for an answer that is cut */
export async function readReply(message: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  let json: Reply['json'];
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const { statusCode = 0, headers, rawHeaders } = message;
  return { status: statusCode, headers, rawHeaders, bytes, text, json };
}

/** `METHOD path` of what reached a cloud's services since the log was cleared. */
export function reached(sandbox: Sandbox, cloud: string): string[] {
  return sandbox
    .cloud(cloud)
    .requests.filter(({ path }) => /^\/(compute|volume|image|network|placement)\b/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

/** A proxy of its own for alice, with an Image of home's that keeps what reaches it and has no images. */
export async function withImageService<T>(
  sandbox: Sandbox,
  use: (alice: Client, service: TestServer) => Promise<T>,
): Promise<T> {
  const service = await startServer(json({ images: [] }));
  const proxy = await startTestProxy(sandbox, { env: { OS_IMAGE_ENDPOINT_OVERRIDE: service.origin } });
  try {
    return await use(await proxy.as('alice'), service);
  } finally {
    await proxy.stop();
    await service.close();
  }
}
