/** Plain HTTP, without anything of fed's own: no redirects, no cookies, no retries. */
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

export interface Answer {
  readonly status: number;
  /** Lower-case names; repeated lines are joined with `, `, those of `set-cookie` are kept apart. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape, and a wrong path fails them.
  readonly json: any;
}

export interface Call {
  readonly token?: string | undefined;
  /** Default `application/json`; null sends no Accept header at all. */
  readonly accept?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

/** Send one request, exactly as given. The path is not normalised. */
export function call(method: string, url: string, options: Call = {}): Promise<Answer> {
  const { hostname, origin, port } = new URL(url);
  const { accept = 'application/json', body, token } = options;
  const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const headers: Record<string, string | number> = {
    ...(accept === null ? {} : { Accept: accept }),
    ...(token === undefined ? {} : { 'X-Auth-Token': token }),
    ...(raw === body || raw === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(raw === undefined ? {} : { 'Content-Length': Buffer.byteLength(raw) }),
    ...options.headers,
  };
  const path = url.slice(origin.length) || '/';
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
          ),
          cookies: response.headers['set-cookie'] ?? [],
          bytes,
          text,
          json: parsed(text),
        });
      });
    });
    sent.on('error', reject);
    sent.end(raw);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
