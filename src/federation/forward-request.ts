/** A request that is to be forwarded, and what it says of how it is to be sent and looked for. */
import type { CancelSignal, HeaderPairs, RequestBody, SendResponse } from '../ports/http.ts';
import { type Call, isOneShot } from './call.ts';
import type { LocateOptions } from './locate.ts';
import { microversionsIn } from './microversion.ts';
import { idsOf, type Named } from './resource.ts';
import type { Narrowing } from './roster.ts';
import type { Scope } from './scope.ts';
import type { Subject } from './subject.ts';

/** A request that does not say, or only roughly says, which cloud it is for. */
export interface ForwardRequest {
  readonly method: string;
  readonly subject: Subject;
  readonly headers: HeaderPairs;
  readonly body?: RequestBody | undefined;
  readonly narrowing?: Narrowing;
  /** Sent to exactly this URL, which is inside the catalogs of the narrowing's scopes. */
  readonly url?: string;
  readonly awaiting?: (providers: readonly string[]) => void;
  readonly signal?: CancelSignal | undefined;
}

export interface Forwarded {
  readonly scope: Scope;
  /** Why this scope: it was named, remembered, probed, owns what the body names, or nothing named one. */
  readonly how: 'explicit' | 'remembered' | 'probed' | 'references' | 'home';
  /** As the provider sent it, streaming. */
  readonly response: SendResponse;
}

/** A request with the scope that it is for, not sent yet. */
export interface Planned {
  readonly scope: Scope;
  readonly how: Forwarded['how'];
  /** Send it, once. @throws TransportError, ProviderAuthError */
  send(): Promise<Forwarded>;
}

/** The scope that a request goes to. */
export interface Route {
  readonly scope: Scope;
  readonly how: Forwarded['how'];
  /** The answer, where finding the owner gave it already. */
  readonly response?: SendResponse;
}

/** What a PUT makes is no resource yet, whose owner could be looked for. */
export function understood(request: ForwardRequest): ForwardRequest {
  const { named, ...subject } = request.subject;
  const isMade = request.method === 'PUT' && named?.madeByPut === true && subject.path === named.itemPath;
  return isMade ? { ...request, subject } : request;
}

export function isReading({ method }: Pick<ForwardRequest, 'method'>): boolean {
  return method === 'GET' || method === 'HEAD';
}

export function callOf({ method, subject, headers, body, url, signal }: ForwardRequest): Call {
  return { method, target: subject, headers, isRaw: true, step: 'forward', body, url, signal };
}

export function optionsOf({ narrowing, awaiting, signal }: ForwardRequest): LocateOptions {
  return {
    ...(narrowing !== undefined && { narrowing }),
    ...(awaiting !== undefined && { awaiting }),
    ...(signal !== undefined && { signal }),
  };
}

/** Version and microversion are the service's own: what the body names may be of other services. */
export function probingOf(request: ForwardRequest): LocateOptions {
  const { service, version } = request.subject;
  const asked = microversionsIn(service, request.headers);
  return { ...optionsOf(request), asked, ...(version !== undefined && { version }) };
}

/** The body as JSON, if it is held in memory and is JSON. */
export function jsonOf(body: RequestBody | undefined): unknown {
  if (body === undefined || isOneShot(body)) return undefined;
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array));
  } catch {
    return undefined;
  }
}

/** Whether what is remembered can say where a request goes: what changes something that others may have, too, asks all. */
export function isDecidedByMemory(request: Pick<ForwardRequest, 'method'>, named: Named): boolean {
  return isReading(request) || idsOf(named) === 'uuid' || named.hasGet === false;
}
