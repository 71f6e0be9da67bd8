/** What a path of the proxy's means: which service, and what below it. */
import { VERSION } from '../federation/endpoint.ts';
import { type Subject, subjectAt } from '../federation/subject.ts';
import { serviceOf } from '../services/index.ts';
import type { Service } from '../services/types.ts';

export interface ServiceRoute {
  readonly service: Service;
  readonly subject: Subject;
  /** Whether it is the address of the service or of a version of it, where version documents are. */
  readonly isVersions: boolean;
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
  if (name === undefined || !/^[a-z][a-z0-9_.-]*$/i.test(name)) return undefined;
  return serviceOf(name) ?? { type: name, aliases: [], projectInPath: false };
}

/**
 * What `/TYPE[/VERSION[/PROJECT]]/…` means at its service.
 *
 * @param projectId the client's own: in a path it stands for the owner's
 */
export function serviceRoute(
  service: Service,
  path: string,
  query: string,
  projectId: string | undefined,
): ServiceRoute {
  const [, type = '', ...segments] = path.split('/');
  const version = VERSION.test(segments[0] ?? '') ? segments.shift() : undefined;
  const own = [projectId, `AUTH_${projectId}`];
  const isVersions = segments.every((segment) => segment === '') && query === '';
  if (version !== undefined && projectId !== undefined && own.includes(segments[0])) segments.shift();
  return { service, subject: subjectAt(service, segments, query, version), isVersions, root: `/${type}`, path };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
