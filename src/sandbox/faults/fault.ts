/** Ways in which a sandbox can be told to misbehave. All of this is plain JSON, so that the control endpoint takes it. */

/** To which requests a fault applies; what is left out applies to all. */
export interface FaultTarget {
  /** A cloud's name, or several. */
  readonly cloud?: string | readonly string[];
  /** A region's name. */
  readonly region?: string;
  /** Canonical service type or alias: `identity`, `block-storage`, `volumev3`, `compute`, `image`, `network`. */
  readonly service?: string;
  /** A part of the path with its query, or `/…/` for a regular expression. */
  readonly path?: string;
  readonly method?: string;
  /** Let that many matching requests pass first. */
  readonly after?: number;
  /** Stop after that many. */
  readonly times?: number;
}

/** What happens to a matching request. */
export type RequestFault = FaultTarget &
  (
    | { readonly kind: 'latency'; readonly ms: number }
    /** An error status, with a JSON error (the default) or a page. */
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly body?: 'json' | 'html' | 'empty';
        /** Seconds, for `Retry-After`. */
        readonly retryAfter?: number;
      }
    /** 200 with a page, as a captive portal or a wrong proxy gives it. */
    | { readonly kind: 'html' }
    /** 200 with this JSON in place of what is true: a busy Keystone gives an empty list of projects now and then. */
    | { readonly kind: 'json'; readonly json: unknown }
    /** 400 that repeats all that was sent, in its body, its reason phrase and its headers, as it is and encoded. */
    | { readonly kind: 'echo' }
    /** The connection stays open, and nothing ever comes. */
    | { readonly kind: 'hang' }
    /** The connection is cut after so many bytes of the body. Default: half of it. */
    | { readonly kind: 'cut'; readonly afterBytes?: number }
    /** The connection is cut in the middle of the answer's head. */
    | { readonly kind: 'cut-head' }
    /** The answer's head, a brace, and then a blank every so many milliseconds (default: 50), for ever. */
    | { readonly kind: 'drip'; readonly ms?: number }
    /** `Content-Length` says so many bytes more than come, or, with a negative number, fewer. */
    | { readonly kind: 'length'; readonly by: number }
    /** The first half of the body, as if that were all. */
    | { readonly kind: 'truncated' }
    | { readonly kind: 'slow'; readonly bytesPerSecond: number }
    /** 301 (or `status`) to the same path at another origin, as if the cloud had moved: `https://cloud.example`. */
    | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
    /** Before the request is looked at, every token of the cloud expires. */
    | { readonly kind: 'expired-tokens' }
  );

/** What is wrong with a cloud as long as the fault stands. */
export interface CloudFault {
  readonly cloud?: string | readonly string[];
  readonly kind: /** Connections are refused. */
    | 'refuse'
    /** The provider's mapping knows nobody. */
    | 'mapping-knows-nobody'
    /** Home has disabled the provider. */
    | 'disabled-at-home'
    /** Nobody may use any project. */
    | 'no-projects'
    /** Nova knows no microversion beyond 2.38. */
    | 'old-nova';
}

/** What is wrong with the catalogs that a cloud's Keystone gives. */
export interface CatalogFault {
  readonly kind: 'catalog';
  readonly cloud?: string | readonly string[];
  /** Only the entries of this service; all of them without it. */
  readonly service?: string;
  readonly change: CatalogChange;
}

/**
 * - `missing`: tokens come without any catalog
 * - `empty`: without these entries (without a `service`: an empty list)
 * - `public-only`: without internal and admin endpoints
 * - `bad-url`: with addresses that are no URL
 * - `other-region`: all endpoints in a region `Elsewhere`
 * - `metadata`: at the address where clouds tell their servers of themselves (169.254.169.254)
 * - `moved`: with old addresses, which redirect to the right ones (301)
 */
export type CatalogChange = (typeof catalogChanges)[number];
const catalogChanges = ['missing', 'empty', 'public-only', 'bad-url', 'other-region', 'metadata', 'moved'] as const;

/** The cloud's clock is so many seconds ahead, or, with a negative number, behind. */
export interface ClockFault {
  readonly kind: 'clock';
  readonly cloud?: string | readonly string[];
  readonly seconds: number;
}

/** The cloud shows another of the certificates that the sandbox was started with. */
export interface CertificateFault {
  readonly kind: 'certificate';
  readonly cloud?: string | readonly string[];
  readonly name: string;
}

/** What stands for a cloud as a whole. */
export type StandingCloudFault = CloudFault | CatalogFault | ClockFault | CertificateFault;

export type Fault = RequestFault | StandingCloudFault;

const cloudKinds: readonly Fault['kind'][] = [
  'refuse',
  'mapping-knows-nobody',
  'disabled-at-home',
  'no-projects',
  'old-nova',
  'catalog',
  'clock',
  'certificate',
];
const requestKinds: readonly Fault['kind'][] = [
  'latency',
  'status',
  'html',
  'json',
  'echo',
  'hang',
  'cut',
  'cut-head',
  'drip',
  'length',
  'truncated',
  'slow',
  'redirect',
  'expired-tokens',
];

export function isCloudFault(fault: Fault): fault is StandingCloudFault {
  return cloudKinds.includes(fault.kind);
}

/** What is wrong with a fault that came from outside; undefined if nothing is. */
export function faultComplaint(value: unknown): string | undefined {
  const fault = value as Partial<Record<string, unknown>> | null;
  if (typeof fault !== 'object' || fault === null || Array.isArray(fault)) return 'a fault is an object';
  const kinds = [...cloudKinds, ...requestKinds];
  if (!kinds.includes(fault.kind as Fault['kind'])) return `kind must be one of ${kinds.join(', ')}`;
  for (const name of numbersOf[String(fault.kind)] ?? []) {
    if (!isCount(fault[name])) return `${name} must be a number from 0 on`;
  }
  if (fault.kind === 'redirect' && !URL.canParse(String(fault.to))) return 'to must be a URL';
  if (fault.kind === 'catalog' && !catalogChanges.some((change) => change === fault.change)) {
    return `change must be one of ${catalogChanges.join(', ')}`;
  }
  for (const [kind, name] of SIGNED) {
    if (fault.kind === kind && !Number.isFinite(fault[name])) return `${name} must be a number`;
  }
  if (fault.kind === 'certificate' && typeof fault.name !== 'string') return 'name must be a text';
  if (fault.kind === 'json' && fault.json === undefined) return 'json must be there';
  for (const name of ['after', 'times', 'afterBytes', 'retryAfter', ...(fault.kind === 'drip' ? ['ms'] : [])]) {
    if (fault[name] !== undefined && !isCount(fault[name])) return `${name} must be a number from 0 on`;
  }
  for (const name of ['region', 'service', 'path', 'method']) {
    if (fault[name] !== undefined && typeof fault[name] !== 'string') return `${name} must be a text`;
  }
  const clouds = [fault.cloud ?? ''].flat();
  return clouds.every((name) => typeof name === 'string') ? undefined : 'cloud must be a name or a list of names';
}

/** What the kinds cannot do without. */
const numbersOf: Readonly<Record<string, readonly string[]>> = {
  latency: ['ms'],
  status: ['status'],
  slow: ['bytesPerSecond'],
};

/** Numbers that may be negative. */
const SIGNED = [
  ['length', 'by'],
  ['clock', 'seconds'],
] as const;

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
