import { UsageError } from '../errors.ts';
import type { HeaderPairs, SendRequest } from '../ports/http.ts';
import { remembering } from '../remembering.ts';
import type { HttpProxy } from './proxy-variables.ts';

/** A request that was checked, in the parts that both engines need. */
export interface Prepared {
  readonly method: string;
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** Host and port, for messages. */
  readonly peer: string;
  /** Scheme, host and port; the last always. */
  readonly origin: string;
  readonly host: string;
  readonly path: string;
  readonly headers: HeaderPairs;
  /** What the caller's own `Content-Length` says. */
  readonly length: number | undefined;
  /** Scheme, host and path, without query and credentials, for messages. */
  readonly shownUrl: string;
}

/**
 * Headers that belong to one connection (RFC 9110 section 7.6.1) and `Expect`: the connection is ours, so they are
 * not taken from the caller. `Connection` may name more.
 */
const CONNECTION_HEADERS = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 section 5.5: visible characters, blanks, and bytes beyond ASCII. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Check a request and take it apart.
 *
 * @throws UsageError for a URL, method or header that cannot be sent as it is
 */
export function prepare(request: SendRequest, userAgent: string): Prepared {
  const { origin, path } = parse(request.url);
  if (!TOKEN.test(request.method)) throw new UsageError(`"${request.method}" is not an HTTP method.`);
  const { headers, host, length, agent } = sort(request.headers);
  if (!agent) headers.push(['User-Agent', userAgent]);
  const query = path.indexOf('?');
  return {
    method: request.method,
    secure: origin.secure,
    hostname: origin.hostname,
    port: origin.port,
    peer: origin.peer,
    origin: origin.whole,
    host: host ?? origin.host,
    path,
    headers,
    length,
    shownUrl: `${origin.shown}${query === -1 ? path : path.slice(0, query)}`,
  };
}

/** The same by way of a proxy that passes requests on (RFC 9112 section 3.2.2). */
export function throughProxy(prepared: Prepared, { authorization }: HttpProxy): Prepared {
  const credentials = authorization === undefined ? [] : [['Proxy-Authorization', authorization] as const];
  return {
    ...prepared,
    path: `http://${prepared.peer}${prepared.path}`,
    headers: [...prepared.headers, ...credentials],
  };
}

/** Where a URL leads, in the parts that are needed. */
interface Origin {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  readonly peer: string;
  readonly whole: string;
  readonly host: string;
  /** Without the port that is the scheme's own. */
  readonly shown: string;
}

/** Where a URL leads. @throws UsageError for one that no request can be made to */
export function targetOf(url: string): Pick<Origin, 'secure' | 'hostname' | 'port'> {
  return parse(url).origin;
}

function parse(text: string): { readonly origin: Origin; readonly path: string } {
  const [, start, rest = ''] = /^(https?:\/\/[^\s/?#\\]+)([/?#\\].*)?$/is.exec(text) ?? [];
  const origin = start === undefined ? undefined : originOf(start);
  if (origin === undefined) {
    // A URL without http:// may begin with a password.
    const shown = text.replace(/[?#].*$/s, '').replace(/^.*@/s, '…@');
    throw new UsageError(`${JSON.stringify(shown)} is not an http: or https: URL.`);
  }
  return { origin, path: rawPath(rest) };
}

/** @param start of a URL, up to the path. @throws UsageError for one with credentials */
const originOf = remembering((start): Origin | undefined => {
  if (!URL.canParse(start)) return undefined;
  const url = new URL(start);
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`The URL of ${url.host} contains a user name or a password, which OpenStack does not use.`, {
      hint: 'Take the part before the @ out of the URL.',
    });
  }
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    peer: `${url.hostname}:${port}`,
    whole: `${url.protocol}//${url.hostname}:${port}`,
    host: url.host,
    shown: url.origin,
  };
});

/**
 * Path and query as they were written: `new URL()` would take `..` and `%2e%2e` away, which are names like any
 * other to an object store. Only what a request line cannot hold is escaped.
 */
function rawPath(rest: string): string {
  const hash = rest.indexOf('#');
  const written = hash === -1 ? rest : rest.slice(0, hash);
  const path = written.replace(/[^\x21-\x7e]+/g, (run) => Buffer.from(run).toString('hex').replace(/../g, '%$&'));
  return path.startsWith('/') ? path : `/${path}`;
}

interface Sorted {
  headers: (readonly [string, string])[];
  host: string | undefined;
  length: number | undefined;
  /** Whether there is a `User-Agent`. */
  agent: boolean;
}

/** The name of a header in lower case. @throws UsageError for what is none */
const lowerCase = remembering((name) => {
  if (!TOKEN.test(name)) throw new UsageError(`${JSON.stringify(name)} is not the name of an HTTP header.`);
  return name.toLowerCase();
});

function sort(given: HeaderPairs): Sorted {
  const sorted: Sorted = { headers: [], host: undefined, length: undefined, agent: false };
  const named = namedByConnection(given);
  for (const [name, value] of given) {
    const lower = lowerCase(name);
    if (!HEADER_VALUE.test(value)) {
      throw new UsageError(`The value of the header ${name} contains a character that HTTP cannot carry.`, {
        hint: 'Line breaks and characters beyond U+00FF must be encoded, as the service wants them.',
      });
    }
    if (lower === 'host') sorted.host = value;
    else if (lower === 'content-length') sorted.length = lengthOf(value);
    else if (!CONNECTION_HEADERS.has(lower) && !named?.has(lower)) {
      sorted.headers.push([name, value]);
      sorted.agent ||= lower === 'user-agent';
    }
  }
  return sorted;
}

/** Undefined where there is no `Connection`, as is usual. */
function namedByConnection(given: HeaderPairs): Set<string> | undefined {
  const lines = given.filter(([name]) => name.length === 10 && name.toLowerCase() === 'connection');
  if (lines.length === 0) return undefined;
  return new Set(lines.flatMap(([, value]) => value.toLowerCase().split(',')).map((name) => name.trim()));
}

function lengthOf(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new UsageError(`Content-Length ${JSON.stringify(value)} is not a number.`);
  return Number(value);
}
