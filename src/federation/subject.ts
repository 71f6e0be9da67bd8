import { UsageError } from '../errors.ts';
import { hasDotSegment } from '../keystone/catalog.ts';
import { serviceNamed, services } from '../services/index.ts';
import { pathsOf } from '../services/paths.ts';
import type { PathGrammar, Service } from '../services/types.ts';
import { type Target, VERSION } from './endpoint.ts';
import { meaningOf, type PathMeaning } from './resource-path.ts';

/** What a request is about. */
export interface Subject extends Target, PathMeaning {}

/** What a path has below its service. */
export interface PathBelow {
  /** What follows the version. */
  readonly segments: readonly string[];
  readonly query?: string;
  readonly version?: string;
  /** Ids of projects that stand, in a path, for that of the scope that the request goes to. */
  readonly own?: readonly string[];
}

/**
 * The subject of `SERVICE/path`, as in `volume/volumes/ID`, `compute/v2.1/servers?limit=5` or
 * `block-storage/v3/PROJECT/volumes`.
 * @throws UsageError for what cannot be the name of a service, and for dot segments
 */
export async function subjectOf(target: string): Promise<Subject> {
  const mark = target.indexOf('?');
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const [name = '', ...segments] = (mark === -1 ? target : target.slice(0, mark)).replace(/^\/+/, '').split('/');
  if (!isServiceName(name)) {
    const known = services.map(({ type }) => type).join(', ');
    throw new UsageError(`${name === '' ? 'A target' : name} does not begin with a service type.`, {
      hint: `Write SERVICE/path, with a type of fed catalog list, or one of ${known}, or an alias such as volume.`,
    });
  }
  const version = VERSION.test(segments[0] ?? '') ? segments.shift() : undefined;
  const service = serviceNamed(name);
  const below = { segments, query, ...(version !== undefined && { version }) };
  return subjectAt(service, await pathsOf(service), below);
}

/** Whether this can be a service's type in a catalog. */
export function isServiceName(name: string): boolean {
  return /^[a-z][a-z0-9_.-]*$/i.test(name);
}

/** A project's id where it follows a version. */
const PROJECT = /^[0-9a-f]{32}$/i;

/** An account of Object Storage that is a project's: `AUTH_{project}`, or with another prefix. */
const ACCOUNT = /_([0-9a-f]{32})$/i;

/**
 * The subject of a path below a service.
 * @throws UsageError for dot segments, which a server could read in another way than this does
 */
export function subjectAt(service: Service, grammar: PathGrammar, below: PathBelow): Subject {
  const { query = '', version, own = [] } = below;
  if (hasDotSegment(below.segments.join('/'))) throw new UsageError('A path with . or .. in it is not sent.');
  const segments = [...below.segments];
  let account: string | undefined;
  let inPath: string | undefined;
  if (version !== undefined) {
    const first = segments[0] ?? '';
    // A project's id in the path is replaced by that of the scope the request goes to.
    if (own.includes(first)) segments.shift();
    else if (service.projectInPath && PROJECT.test(first)) inPath = segments.shift();
    else if (grammar.accounts === true && first !== '') account = accountIn(segments.shift() ?? '', own);
  }
  const path = segments.map((segment) => `/${segment}`).join('');
  const meaning = meaningOf(service, grammar, segments);
  // What lives somewhere, or is of a listing, is not decided by it: the owner's takes its place.
  const isProjects = meaning.named === undefined && meaning.collection === undefined;
  const projectId =
    account === undefined ? (meaning.projectId ?? (isProjects ? inPath : undefined)) : ACCOUNT.exec(account)?.[1];
  return {
    service,
    path: path === '/' ? '' : path,
    query,
    ...(version !== undefined && { version }),
    ...(account !== undefined && { account }),
    ...meaning,
    ...(projectId !== undefined && { projectId }),
  };
}

/** The account that a path names; undefined for the caller's own. */
function accountIn(segment: string, own: readonly string[]): string | undefined {
  return own.some((id) => segment === id || segment.endsWith(`_${id}`)) ? undefined : segment;
}
