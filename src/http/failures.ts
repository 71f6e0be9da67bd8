import { CatalogError, TransportError, type TransportReason } from '../errors.ts';
import { type DialStage, dialStageOf } from './dial.ts';
import type { HttpProxy } from './proxy-variables.ts';
import { tlsFailure } from './tls-failures.ts';

/** Where a request was going and how far it came. */
export interface Whereabouts {
  readonly provider: string;
  /** Without query and credentials. */
  readonly url: string;
  /** Host and port, for messages. */
  readonly peer: string;
  readonly hostname: string;
  readonly connectTimeoutMs: number;
  /** Bytes of the answer's body that came; undefined before its head. */
  readonly received: number | undefined;
}

export interface Failure {
  readonly error: Error;
  /** Nothing of the request left this machine. */
  readonly unsent: boolean;
  /** The next attempt may well be answered. */
  readonly transient: boolean;
}

interface Verdict {
  readonly reason: TransportReason;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly transient?: boolean;
}

/** Make one of our errors of what Node or undici threw. */
export function failureOf(error: unknown, where: Whereabouts): Failure {
  // A host that is out of reach is no failure of the network, and nothing went there.
  if (error instanceof CatalogError) return { error, unsent: true, transient: false };
  const dial = dialStageOf(error);
  const cause = rootOf(error);
  const { reason, message, hint, transient } = verdict(cause, where, dial);
  return {
    error: new TransportError(message, { provider: where.provider, reason, url: where.url, cause, hint }),
    unsent: dial !== undefined || UNSENT_CALLS.has(fieldOf(cause, 'syscall')),
    transient: transient ?? false,
  };
}

const UNSENT_CALLS = new Set(['connect', 'getaddrinfo']);

function verdict(cause: unknown, origin: Whereabouts, dial: DialStage | undefined): Verdict {
  const { proxy, stage } = dial ?? {};
  if (stage === 'proxy' && proxy !== undefined) return refusedByProxy(cause, origin, proxy, dial?.timedOut === true);
  const where =
    stage === 'tcp' && proxy !== undefined
      ? { ...origin, peer: `the proxy ${proxy.peer}`, hostname: proxy.hostname }
      : origin;
  if (dial?.timedOut) return connectTimeout(where, dial.stage);
  const code = fieldOf(cause, 'code');
  const tls = tlsFailure({ code, message: fieldOf(cause, 'message') }, where);
  if (tls !== undefined) return { reason: 'tls', ...tls };
  if (fieldOf(cause, 'syscall') === 'getaddrinfo') return unresolved(code, where);
  const known = CONNECTING[code];
  if (known !== undefined) return { ...known, message: known.message.replace('PEER', where.peer) };
  if (code === 'ETIMEDOUT') {
    return { reason: 'timeout', message: `no connection to ${where.peer}: the network did not answer` };
  }
  // undici's parser gives no code: neither for an end that comes too early, nor for what is not HTTP.
  const unparsed = fieldOf(cause, 'name') === 'HTTPParserError';
  if (BROKEN.has(code) || (unparsed && /\(Invalid EOF state\)/.test(words(cause)))) return broken(where, stage);
  if (unparsed || NOT_HTTP.test(code)) return notHttp(cause, where);
  return { reason: stage === undefined ? 'protocol' : 'connect', message: `${where.peer}: ${words(cause)}` };
}

/** What the system says to a connection that cannot be made. */
const CONNECTING: Readonly<Record<string, Verdict>> = {
  ECONNREFUSED: { reason: 'connect', message: 'connection refused by PEER', transient: true },
  EHOSTUNREACH: { reason: 'connect', message: 'no route to PEER' },
  ENETUNREACH: { reason: 'connect', message: 'the network of PEER cannot be reached' },
  EHOSTDOWN: { reason: 'connect', message: 'PEER is down' },
  EADDRNOTAVAIL: { reason: 'connect', message: 'no local address can be used to connect to PEER' },
  EMFILE: {
    reason: 'connect',
    message: 'no connection to PEER: this process has too many open files',
    hint: 'Raise the limit with ulimit -n.',
  },
};

/** The connection ended before the answer did, in Node's words and undici's. */
const BROKEN = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_EOF_STATE',
  'UND_ERR_ABORTED',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
]);

const NOT_HTTP = /^(HPE_|UND_ERR_HEADERS_OVERFLOW$)/;

function broken(where: Whereabouts, stage: DialStage['stage'] | undefined): Verdict {
  if (stage === 'tls') {
    return {
      reason: 'tls',
      message: `${where.peer} closed the connection during the TLS handshake`,
      hint: 'If the service does not use TLS, its URL begins with http://.',
      transient: true,
    };
  }
  return {
    reason: 'reset',
    message:
      where.received === undefined
        ? `${where.peer} closed the connection without an answer`
        : `the connection to ${where.peer} broke after ${where.received} bytes of the answer`,
    transient: where.received === undefined,
  };
}

function refusedByProxy(
  cause: unknown,
  { peer, connectTimeoutMs }: Whereabouts,
  proxy: HttpProxy,
  late: boolean,
): Verdict {
  const said = late ? `it did not answer within ${seconds(connectTimeoutMs)}` : words(cause);
  return {
    reason: late ? 'timeout' : 'connect',
    message: `the proxy ${proxy.peer} made no connection to ${peer}: ${said}`,
    hint: 'The variable https_proxy names that proxy; no_proxy lists hosts that are reached without it.',
  };
}

function unresolved(code: string, { hostname }: Whereabouts): Verdict {
  return {
    reason: 'dns',
    message: `the host name ${hostname} cannot be resolved (${code})`,
    hint: 'Check the name, and whether this network (or a VPN) is the one whose name server knows it.',
    transient: code === 'EAI_AGAIN',
  };
}

function connectTimeout({ peer, connectTimeoutMs }: Whereabouts, stage: DialStage['stage']): Verdict {
  const what = stage === 'tls' ? 'no TLS connection' : 'no connection';
  return { reason: 'timeout', message: `${what} to ${peer} within ${seconds(connectTimeoutMs)}` };
}

function notHttp(cause: unknown, where: Whereabouts): Verdict {
  if (/^(HPE|UND_ERR)_HEADERS?_OVERFLOW$/.test(fieldOf(cause, 'code'))) {
    return {
      reason: 'protocol',
      message: `${where.peer} answered with headers of more than 16 KiB`,
      hint: 'With NODE_OPTIONS=--max-http-header-size=65536 fed takes longer ones.',
    };
  }
  return {
    reason: 'protocol',
    message: `${where.peer} did not answer in HTTP/1.1 (${words(cause)})`,
    hint: where.url.startsWith('http:') ? 'If the service uses TLS, its URL begins with https://.' : undefined,
  };
}

/** One of the errors that several addresses of a host gave: a refusal says more than the rest. */
function rootOf(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors: unknown[] = error.errors;
  return errors.find((one) => fieldOf(one, 'code') === 'ECONNREFUSED') ?? errors[0] ?? error;
}

function fieldOf(error: unknown, field: 'code' | 'message' | 'name' | 'syscall'): string {
  const value = typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[field] : undefined;
  return typeof value === 'string' ? value : '';
}

/** An error's own message, in one short line without control characters. */
function words(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
      .slice(0, 200) || 'unknown error'
  );
}

/** Milliseconds as people say them. */
export function seconds(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
