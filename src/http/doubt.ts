/** Requests that change something and whose answer was lost: whether they were carried out, and under which name. */
import { randomUUID } from 'node:crypto';
import { TransportError } from '../errors.ts';
import { headerValue, requestIdIn, type SendRequest } from '../ports/http.ts';
import { isSafe } from './retries.ts';
import type { WireResponse } from './wire.ts';

const GLOBAL_ID = 'X-OpenStack-Request-ID';

/**
 * The request with a name that the services write into their logs beside their own (OpenStack's global request id:
 * `req-` and a UUID), where the caller gave none. What only reads needs no name.
 */
export function withGlobalId(request: SendRequest): SendRequest {
  if (!isOfUser(request) || headerValue(request.headers, GLOBAL_ID) !== undefined) return request;
  return { ...request, headers: [...request.headers, [GLOBAL_ID, `req-${randomUUID()}`]] };
}

/**
 * The error of a request that was sent, with what that means for one that changes something.
 * @param head of the answer, where one came
 */
export function withDoubt(error: Error, request: SendRequest, head?: WireResponse): Error {
  if (!(error instanceof TransportError) || !isOfUser(request)) return error;
  if (head !== undefined && head.status >= 300) return error;
  const { method } = request;
  const { message, cause, provider, reason, url } = error;
  const requestId = (head && requestIdIn(head.headers)) ?? headerValue(request.headers, GLOBAL_ID);
  const id = requestId === undefined ? '' : ` Its request id is ${requestId}.`;
  const hint =
    head === undefined
      ? `The ${method} may have been carried out all the same: look before you repeat it.${id}`
      : `The ${method} was taken (${head.status}), only the answer was not whole: look before you repeat it.${id}`;
  return new TransportError(message, { provider, reason, url, cause, hint, requestId });
}

function isOfUser({ method, purpose }: SendRequest): boolean {
  return purpose.step === 'forward' && !isSafe(method);
}
