import { serviceOf } from '../../services/index.ts';
import type { CatalogFault } from '../faults/fault.ts';

export interface Endpoint {
  readonly interface: string;
  readonly url: string;
  readonly [key: string]: unknown;
}

/** An entry of a catalog. */
export interface Entry {
  readonly endpoints: readonly Endpoint[];
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

/** Faults that spare Keystone's own entry where no service is named: it stays where it is. */
const addresses: readonly CatalogFault['change'][] = ['bad-url', 'metadata', 'moved'];

/** A catalog with a fault. */
export function spoiled(entries: readonly Entry[], fault: CatalogFault): readonly Entry[] {
  const { change, service } = fault;
  const meant = ({ type }: Entry) =>
    service === undefined ? type !== 'identity' || !addresses.includes(change) : typeOf(type) === typeOf(service);
  if (change === 'empty') return entries.filter((entry) => !meant(entry));
  return entries.map((entry) => (meant(entry) ? { ...entry, endpoints: changed(entry.endpoints, change) } : entry));
}

function changed(endpoints: readonly Endpoint[], change: CatalogFault['change']): readonly Endpoint[] {
  switch (change) {
    case 'public-only':
      return endpoints.filter((endpoint) => endpoint.interface === 'public');
    case 'bad-url':
      return endpoints.map((endpoint) => ({
        ...endpoint,
        url: endpoint.url.replace(/^http:\/\/[^/]*/, 'http://%(host)s:%(port)s'),
      }));
    case 'metadata':
      return endpoints.map((endpoint) => ({
        ...endpoint,
        url: endpoint.url.replace(/^http:\/\/[^/]*/, 'http://169.254.169.254'),
      }));
    case 'other-region':
      return endpoints.map((endpoint) => ({ ...endpoint, region: 'Elsewhere', region_id: 'Elsewhere' }));
    case 'moved':
      return endpoints.map((endpoint) => ({
        ...endpoint,
        url: endpoint.url.replace(/^(http:\/\/[^/]*(?:\/r\d+)?)/, '$1/moved'),
      }));
    default:
      return endpoints;
  }
}

function typeOf(name: string): string {
  return serviceOf(name)?.type ?? name;
}
