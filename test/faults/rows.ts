/** The faults of the matrix: what is put up, and what comes of a request that meets it. */
import type { Fault } from '../../src/sandbox/faults/fault.ts';

/** Which requests to a cloud are in trouble: all, Keystone's, Block Storage's, or of these only what changes something. */
export type Door = 'cloud' | 'Keystone' | 'service' | 'writes';

/**
 * - `silent`: no answer, or not even the whole of its head
 * - `broken`: the head of an answer that is good, and a body that does not come to its end
 * - `short`: an answer that is good but for its body, which ends too early
 * - a number: a whole answer with this status that is not what was asked for
 */
export type Effect = 'silent' | 'broken' | 'short' | number;

export interface Row {
  readonly name: string;
  readonly door: Door;
  readonly effect: Effect;
  /** It costs a deadline to notice. */
  readonly isLate?: boolean;
  /** Something of the body can be used. */
  readonly hasItems?: boolean;
  /** @param clouds that are in trouble */
  put(clouds: readonly string[]): readonly Fault[];
}

const doors: Readonly<Record<Door, ReadonlyArray<Partial<Record<'service' | 'method', string>>>>> = {
  cloud: [{}],
  Keystone: [{ service: 'identity' }],
  service: [{ service: 'block-storage' }],
  writes: [
    { service: 'block-storage', method: 'POST' },
    { service: 'block-storage', method: 'DELETE' },
  ],
};

type More = Pick<Row, 'isLate' | 'hasItems'>;

function rows(name: string, fault: Fault, effect: Effect, which: readonly Door[], more: More = {}): Row[] {
  return which.map((door) => ({
    name,
    door,
    effect,
    put: (cloud) => doors[door].map((narrow) => ({ ...fault, ...narrow, cloud }) as Fault),
    ...more,
  }));
}

const both: readonly Door[] = ['Keystone', 'service'];
const each: readonly Door[] = [...both, 'writes'];
const message = 'The sandbox was told to answer like this.';

/** What goes wrong between fed and a cloud, and what clouds answer in trouble. */
export const networkRows: readonly Row[] = [
  ...rows('refused', { kind: 'refuse' }, 'silent', ['cloud']),
  ...rows('hang', { kind: 'hang' }, 'silent', each, { isLate: true }),
  ...rows('drip', { kind: 'drip' }, 'broken', each, { isLate: true }),
  ...rows('cut in the head', { kind: 'cut-head' }, 'silent', each),
  ...rows('cut in the body', { kind: 'cut' }, 'broken', both, { hasItems: true }),
  ...rows('Content-Length too long', { kind: 'length', by: 10 }, 'broken', both, { isLate: true, hasItems: true }),
  ...rows('Content-Length too short', { kind: 'length', by: -10 }, 'short', both, { hasItems: true }),
  ...rows('JSON cut short', { kind: 'truncated' }, 'short', both, { hasItems: true }),
  ...rows('500', { kind: 'status', status: 500 }, 500, each),
  ...rows('502 with a page', { kind: 'status', status: 502, body: 'html' }, 502, both),
  ...rows('503', { kind: 'status', status: 503 }, 503, each),
  ...rows('503 with Retry-After', { kind: 'status', status: 503, retryAfter: 1 }, 503, both),
  ...rows('429', { kind: 'status', status: 429 }, 429, both),
  ...rows('429 with Retry-After', { kind: 'status', status: 429, retryAfter: 1 }, 429, both),
  ...rows('200 with a page', { kind: 'html' }, 200, both),
  ...rows('200 with an error', { kind: 'json', json: { error: { code: 500, message } } }, 200, both),
  ...rows('redirect to another host', { kind: 'redirect', to: 'http://127.0.0.1:9' }, 301, both),
];

/** Certificates that the clouds show. */
export const certificateRows: readonly Row[] = [
  ...rows('certificate expired', { kind: 'certificate', name: 'expired' }, 'silent', ['cloud']),
  ...rows('certificate for another name', { kind: 'certificate', name: 'other-name' }, 'silent', ['cloud']),
  ...rows('certificate of an unknown CA', { kind: 'certificate', name: 'unknown-ca' }, 'silent', ['cloud']),
];
