import { type HeaderPairs, headerValue } from '../ports/http.ts';

const REQUEST_IDS = ['x-openstack-request-id', 'x-compute-request-id', 'x-trans-id'];

/** The service's own name for a request, in the head of its answer. */
export function requestIdIn(headers: HeaderPairs): string | undefined {
  for (const name of REQUEST_IDS) {
    const id = headerValue(headers, name);
    if (id !== undefined) return id;
  }
  return undefined;
}
