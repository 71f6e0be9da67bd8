import { TransportError } from '../errors.ts';
import type { SendRequest } from '../ports/http.ts';
import { seconds } from './failures.ts';
import type { Prepared } from './prepare.ts';

/** The other side did nothing for too long. @param received bytes of the answer's body; undefined before its head */
export function idleError(
  { purpose }: SendRequest,
  { peer, shownUrl }: Prepared,
  received: number | undefined,
  idleTimeoutMs: number,
): TransportError {
  const what = received === undefined ? 'did not answer' : `sent no more of its answer after ${received} bytes`;
  return new TransportError(`${peer} ${what} for ${seconds(idleTimeoutMs)}`, {
    provider: purpose.provider,
    reason: 'timeout',
    url: shownUrl,
  });
}

/** A whole answer was wanted, and did not come to its end in time, however busy the other side was with it. */
export function wholeError(
  { purpose }: SendRequest,
  { peer, shownUrl }: Prepared,
  received: number | undefined,
  wholeTimeoutMs: number,
): TransportError {
  const what = received === undefined ? 'had not answered' : `had sent only ${received} bytes of its answer`;
  return new TransportError(`${peer} ${what} after ${seconds(wholeTimeoutMs)}`, {
    provider: purpose.provider,
    reason: 'timeout',
    url: shownUrl,
    hint: 'The setting answer-timeout says how long a whole answer may take.',
  });
}

/** A signal fired: the deadline of the whole (`AbortSignal.timeout`), or somebody who lost interest. */
export function cancelledError({ purpose }: SendRequest, { peer, shownUrl }: Prepared, cause: unknown): TransportError {
  const deadline = cause instanceof Error && cause.name === 'TimeoutError';
  const what = deadline ? 'the deadline passed' : 'the request was cancelled';
  return new TransportError(`${what} before ${peer} had answered`, {
    provider: purpose.provider,
    reason: deadline ? 'timeout' : 'aborted',
    url: shownUrl,
    cause,
  });
}
