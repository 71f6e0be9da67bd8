import { type Catalog, endpointOf } from '../keystone/catalog.ts';
import { remembering } from '../remembering.ts';
import type { Service } from '../services/types.ts';
import type { EndpointChoice } from './provider.ts';

/** A version segment of a path: `v3`, `v2.1`. */
export const VERSION = /^v\d+(\.\d+)?$/;

/** What is wanted of a service, without saying at which cloud. */
export interface Target {
  readonly service: Service;
  /** The version segment that the caller insists on, such as `v2.0`. */
  readonly version?: string;
  /** Below version and project: starts with `/`, or is empty for the service's root. */
  readonly path: string;
  /** Without `?`; empty for none. */
  readonly query: string;
}

function overrideOf(overrides: Readonly<Record<string, string>>, service: Service): string | undefined {
  const spelling = [service.type, ...service.aliases].find((name) => overrides[name] !== undefined);
  return spelling === undefined ? undefined : overrides[spelling];
}

/**
 * The URL of a target in one scope; undefined where the provider does not offer the service.
 *
 * Catalogs hold URLs with and without a version, and Block Storage's with the project's id (facts.md): what the
 * catalog has is used; a version is added only where it has none.
 */
export function urlIn(catalog: Catalog, projectId: string, choice: EndpointChoice, target: Target): string | undefined {
  const { service } = target;
  const listed = (overrideOf(choice.overrides, service) ?? endpointOf(catalog, service, choice))?.replace(/\/+$/, '');
  if (listed === undefined) return undefined;
  if (target.path === '' && target.version === undefined) return withQuery(listed, target.query);
  return withQuery(`${baseOf(listed, projectId, target)}${target.path}`, target.query);
}

/** The catalog's URL as it is where it has the wanted version, which also keeps what follows that (Swift's account). */
function baseOf(listed: string, projectId: string, { service, version: wanted }: Target): string {
  const { root, version } = splitEndpoint(listed);
  if (version !== undefined && (wanted === undefined || wanted === version)) return listed;
  const parts = [root, wanted ?? service.version, service.projectInPath ? projectId : undefined];
  return parts.filter((part) => part !== undefined).join('/');
}

function withQuery(url: string, query: string): string {
  return query === '' ? url : `${url}?${query}`;
}

/** `https://host/volume/v3/1234` → root `https://host/volume`, version `v3`, and what is below: `/1234`. */
export const splitEndpoint = remembering((url): { root: string; version?: string; below: string } => {
  const segments = url.split('/');
  const at = segments.findIndex((segment, index) => index > 2 && VERSION.test(segment));
  const version = segments[at];
  if (at === -1 || version === undefined) return { root: url, below: '' };
  const below = segments.slice(at + 1).join('/');
  return { root: segments.slice(0, at).join('/'), version, below: below === '' ? '' : `/${below}` };
});
