/** The headers by which services are asked for a microversion. */
import type { HeaderPairs } from '../ports/http.ts';
import type { Service } from '../services/types.ts';

const COMMON = 'OpenStack-API-Version';

/** The headers that ask a service for a microversion: the common one, and its own where it has one. */
export function microversionHeaders(service: Service, version: string): HeaderPairs {
  const { microversion, microversionHeader } = service;
  return [
    ...(microversion === undefined ? [] : [[COMMON, `${microversion} ${version}`] as const]),
    ...(microversionHeader === undefined ? [] : [[microversionHeader, version] as const]),
  ];
}

/** Those of a request's headers that ask the service for a microversion. */
export function microversionsIn({ microversionHeader }: Service, headers: HeaderPairs): HeaderPairs {
  const names = [COMMON, microversionHeader].flatMap((name) => name?.toLowerCase() ?? []);
  return headers.filter(([name]) => names.includes(name.toLowerCase()));
}
