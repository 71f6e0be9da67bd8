/** What a path of the proxy's means: which service, and what below it. */
import { VERSION } from '../federation/endpoint.ts';
import { isServiceName, type Subject, subjectAt } from '../federation/subject.ts';
import { serviceNamed } from '../services/index.ts';
import { heldPathsOf, pathsOf } from '../services/paths.ts';
import type { PathGrammar, Service } from '../services/types.ts';

export interface ServiceRoute {
  readonly service: Service;
  readonly subject: Subject;
  /** Whether it is the address of the service or of a version of it, where version documents are. */
  readonly isVersions: boolean;
  /** The path below the service's root at which a cloud has them: empty, `v2.1/`, or Image's `versions`. */
  readonly versions: string;
  /** The path up to where the service's own begins, as it came: `/volumev3`. */
  readonly root: string;
  /** The path of the collection as it came: `/volumev3/v3/PROJECT/volumes`. */
  readonly path: string;
}

/**
 * The service of `/TYPE/…`, by any of its types. Services that the registry does not know are passed on by the type that
 * the catalog has.
 */
export function serviceAt(path: string): Service | undefined {
  const end = path.indexOf('/', 1);
  const name = decoded(path.slice(1, end === -1 ? undefined : end));
  return name === undefined || !isServiceName(name) ? undefined : serviceNamed(name);
}

/** A path of the proxy's, below its service. */
export interface ServicePath {
  readonly path: string;
  readonly query: string;
  /** The client's own: in a path it stands for the owner's. */
  readonly projectId: string | undefined;
}

/**
 * What `/TYPE[/VERSION[/PROJECT]]/…` means at its service: at once, once the grammar of the service's paths has been read.
 * @throws UsageError for dot segments
 */
export function serviceRoute(service: Service, asked: ServicePath): ServiceRoute | Promise<ServiceRoute> {
  const grammar = heldPathsOf(service);
  if (grammar !== undefined) return routeBy(grammar, service, asked);
  return pathsOf(service).then((read) => routeBy(read, service, asked));
}

function routeBy(grammar: PathGrammar, service: Service, { path, query, projectId }: ServicePath): ServiceRoute {
  const [, type = '', ...segments] = path.split('/');
  const version = VERSION.test(segments[0] ?? '') ? segments.shift() : undefined;
  const listed = version === undefined ? grammar.versionsAt : undefined;
  const isListed = listed !== undefined && segments[0] === listed && segments.slice(1).every((each) => each === '');
  if (isListed) segments.splice(0);
  const isVersions = segments.every((segment) => segment === '') && query === '';
  const versions = isListed ? listed : version === undefined ? '' : `${version}/`;
  const own = projectId === undefined ? [] : [projectId];
  const below = { segments, query, own, ...(version !== undefined && { version }) };
  return { service, subject: subjectAt(service, grammar, below), isVersions, versions, root: `/${type}`, path };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
