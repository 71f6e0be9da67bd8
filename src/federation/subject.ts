import { UsageError } from '../errors.ts';
import { resourceTypes, serviceOf, services } from '../services/index.ts';
import type { ResourceType, Service } from '../services/types.ts';
import { type Target, VERSION } from './endpoint.ts';

/** A resource that a path names. */
export interface Named {
  /** The registry's record; absent for a collection that it does not know. */
  readonly type?: ResourceType;
  /** The registry's name, or `service/collection`. */
  readonly typeName: string;
  /** Decoded. */
  readonly id: string;
  /** Its show path, percent-encoded as it came: where it is probed. */
  readonly itemPath: string;
}

/** What a request is about. */
export interface Subject extends Target {
  /** The resource in the path, if it names one. */
  readonly named?: Named;
  /** The type whose collection this is the path of, for listings and creations. */
  readonly collection?: ResourceType;
}

const ID = /^([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{64})$/i;

/** Words that stand where ids stand and are none. */
const NOT_IDS = new Set(['detail', 'summary', 'default', 'manage', 'import', 'versions']);

/** Whether a text looks like an id that a service made: a UUID, with or without dashes, or a federated user's. */
export function looksLikeId(text: string): boolean {
  return ID.test(text);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new UsageError(`${segment} is not a valid percent-encoded path segment.`);
  }
}

/**
 * The subject of `SERVICE/path`, as in `volume/volumes/ID`, `compute/v2.1/servers?limit=5` or
 * `block-storage/v3/PROJECT/volumes`.
 * @throws UsageError for a service that is not known
 */
export function subjectOf(target: string): Subject {
  const mark = target.indexOf('?');
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const [name = '', ...segments] = (mark === -1 ? target : target.slice(0, mark)).replace(/^\/+/, '').split('/');
  const service = serviceOf(name);
  if (service === undefined) {
    const known = services.map(({ type }) => type).join(', ');
    throw new UsageError(`${name === '' ? 'A target' : name} does not begin with a service type.`, {
      hint: `Write SERVICE/path, with one of ${known}, or an alias such as volume.`,
    });
  }
  const version = VERSION.test(segments[0] ?? '') ? segments.shift() : undefined;
  // A project's id in the path is replaced by that of the scope the request goes to.
  if (version !== undefined && service.projectInPath && /^[0-9a-f]{32}$/i.test(segments[0] ?? '')) segments.shift();
  return subjectAt(service, segments, query, version);
}

/** The subject of a path below a service's version (and project), given as its segments. */
export function subjectAt(service: Service, segments: readonly string[], query = '', version?: string): Subject {
  const rest = segments.join('/');
  const path = rest === '' ? '' : `/${rest}`;
  return { service, path, query, ...(version !== undefined && { version }), ...aboutPath(service, path, segments) };
}

/** A type with the segments of its collection's path. */
interface Collection {
  readonly type: ResourceType;
  readonly list: readonly string[];
}

const collections = new Map<string, readonly Collection[]>();

function collectionsOf(service: Service): readonly Collection[] {
  const known = collections.get(service.type);
  if (known !== undefined) return known;
  const made = resourceTypes
    .filter((type) => type.service === service.type)
    .map((type) => ({ type, list: type.paths.list.split('/').slice(1) }));
  // Of services that the registry does not know there may be any number.
  if (made.length > 0) collections.set(service.type, made);
  return made;
}

function aboutPath(service: Service, path: string, segments: readonly string[]): Pick<Subject, 'named' | 'collection'> {
  for (const { type, list } of collectionsOf(service)) {
    if (path === type.paths.list || path === type.paths.detail) return { collection: type };
    const id = idBelow(segments, list);
    if (id !== undefined) {
      return { named: { type, typeName: type.name, id: decoded(id), itemPath: itemPath(type, id) } };
    }
  }
  const [collection, id] = segments;
  if (collection !== undefined && id !== undefined && looksLikeId(id)) {
    return { named: { typeName: `${service.type}/${collection}`, id, itemPath: `/${collection}/${id}` } };
  }
  return {};
}

function idBelow(segments: readonly string[], list: readonly string[]): string | undefined {
  const id = segments[list.length];
  if (id === undefined || id === '' || NOT_IDS.has(id)) return undefined;
  return list.every((segment, index) => segments[index] === segment) ? id : undefined;
}

/** The show path of a resource; `id` is percent-encoded. */
export function itemPath(type: ResourceType, id: string): string {
  return type.paths.item.replace('{id}', () => id);
}

/** The subject of showing one resource. */
export function showSubject(type: ResourceType, id: string): Subject & { readonly named: Named } {
  const service = serviceOf(type.service);
  if (service === undefined) throw new UsageError(`${type.name} belongs to no known service.`);
  const path = itemPath(type, encodeURIComponent(id));
  return { service, path, query: '', named: { type, typeName: type.name, id, itemPath: path } };
}
