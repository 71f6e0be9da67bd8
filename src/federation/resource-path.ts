/** What a path below a service's version is about, by the grammar of the service's paths. */
import { UsageError } from '../errors.ts';
import { typeNamed } from '../services/index.ts';
import type { Collection, PathGrammar, Reference, ResourceType, Service } from '../services/types.ts';
import { type IdKind, type ItemReading, itemPath, looksLikeId, type Named } from './resource.ts';

/** What is made by a POST to a path. */
export interface Creation {
  readonly type?: ResourceType;
  readonly typeName: string;
  readonly ids: IdKind;
  readonly reading: ItemReading;
  /** Whether a description knows the collection. */
  readonly isDescribed: boolean;
}

/** What a path is about. */
export interface PathMeaning {
  /** The resource in the path, if it names one. */
  readonly named?: Named;
  /** The type whose collection this is the path of, for listings and creations. */
  readonly collection?: ResourceType;
  /** What a POST makes here. */
  readonly creates?: Creation;
  /** The id of the project that the path is about: what is asked for is that project's (quotas). */
  readonly projectId?: string;
  /** No resource in a request that changes something here says where it belongs: who accepts a transfer cannot see it. */
  readonly undecided?: true;
  /** What bodies sent here can name, where no type of the registry says so. */
  readonly references?: readonly Reference[];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new UsageError(`${segment} is not a valid percent-encoded path segment.`);
  }
}

/** A collection with the segments of its path. */
interface Pattern {
  readonly path: string;
  readonly segments: readonly string[];
  readonly collection: Collection;
  readonly type?: ResourceType;
}

const ANY = /^\{.*\}$/;
const DEFAULT_ID_FIELDS = ['id', 'uuid'];

/** By first segment, the longest first; those that any segment can begin are under ''. */
type Patterns = ReadonlyMap<string, readonly Pattern[]>;

const compiled = new WeakMap<PathGrammar, Patterns>();

function patternsOf(grammar: PathGrammar): Patterns {
  const known = compiled.get(grammar);
  if (known !== undefined) return known;
  const patterns = new Map<string, Pattern[]>();
  const entries = Object.entries(grammar.collections).map(([path, collection]): Pattern => {
    const type = collection.type === undefined ? undefined : typeNamed(collection.type);
    return { path, segments: path.split('/').slice(1), collection, ...(type !== undefined && { type }) };
  });
  for (const pattern of entries.sort((a, b) => b.segments.length - a.segments.length)) {
    const first = pattern.segments[0] ?? '';
    patterns.set(first, [...(patterns.get(first) ?? []), pattern]);
  }
  compiled.set(grammar, patterns);
  return patterns;
}

/** @param segments of the path, below version, project and account */
export function meaningOf(service: Service, grammar: PathGrammar, segments: readonly string[]): PathMeaning {
  const patterns = patternsOf(grammar);
  for (const pattern of [...(patterns.get(segments[0] ?? '') ?? []), ...(patterns.get('') ?? [])]) {
    if (matches(pattern.segments, segments)) return meaningIn(service, grammar, pattern, segments);
  }
  return unknownMeaning(service, segments);
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length <= segments.length &&
    pattern.every((segment, index) => segment === segments[index] || ANY.test(segment))
  );
}

function meaningIn(service: Service, grammar: PathGrammar, pattern: Pattern, segments: readonly string[]): PathMeaning {
  const { collection, type } = pattern;
  const rest = segments.slice(pattern.segments.length);
  const path = `/${segments.join('/')}`;
  const [id] = rest;
  const creates = creationIn(service, grammar, pattern);
  if (id === undefined) {
    return {
      ...(type?.paths.list === path && { collection: type }),
      ...(collection.ids !== 'project' && { creates }),
      ...(collection.references !== undefined && { references: collection.references }),
      ...(collection.undecided?.includes('') && { undecided: true }),
    };
  }
  if (type !== undefined && type.paths.detail === path) return { collection: type };
  if (id === '') return {};
  if (collection.words?.includes(id)) {
    return rest.length === 1 ? { creates, ...refer(collection.references) } : {};
  }
  if (collection.ids === 'project') return { projectId: decoded(id) };
  const named = namedIn(service, grammar, pattern, segments);
  const below = belowOf(segments, named.length);
  if (collection.undecided?.includes(below) && below !== '') return { undecided: true };
  return { named: named.named, ...refer(referencesBelow(collection, below)) };
}

function refer(references: readonly Reference[] | undefined): Pick<PathMeaning, 'references'> {
  return references === undefined ? {} : { references };
}

function belowOf(segments: readonly string[], length: number): string {
  return segments
    .slice(length)
    .map((segment) => `/${segment}`)
    .join('');
}

function referencesBelow({ below = {} }: Collection, path: string): readonly Reference[] | undefined {
  const wanted = path.split('/');
  const found = Object.entries(below).find(([pattern]) => {
    const segments = pattern.split('/');
    return segments.length === wanted.length && matches(segments, wanted);
  });
  return found?.[1];
}

function readingOf({ collection, type }: Pick<Pattern, 'collection' | 'type'>, grammar: PathGrammar): ItemReading {
  return {
    idFields: collection.idFields ?? (type === undefined ? DEFAULT_ID_FIELDS : [type.idField]),
    absence: [...(collection.absence ?? []), ...(grammar.absence ?? [])],
    ...(collection.ids === 'href' && { isHref: true }),
    ...(collection.ids === 'pair' && { redirects: true }),
    ...(collection.shownBy !== undefined && { shownBy: collection.shownBy }),
  };
}

function typeNameOf(service: Service, { collection, type, path }: Pattern): string {
  return type?.name ?? `${service.type}/${collection.name ?? path.slice(1)}`;
}

function creationIn(service: Service, grammar: PathGrammar, pattern: Pattern): Creation {
  const { type } = pattern;
  return {
    ...(type !== undefined && { type }),
    typeName: typeNameOf(service, pattern),
    // What is made has an id that the service made, where both are possible.
    ids: kindOf(pattern, undefined),
    reading: readingOf(pattern, grammar),
    isDescribed: true,
  };
}

function kindOf({ collection, type }: Pattern, id: string | undefined): IdKind {
  if (type !== undefined) return type.ids;
  switch (collection.ids) {
    case 'either':
    case 'pair':
      return id === undefined || looksLikeId(id) ? 'uuid' : 'name';
    case 'chosen':
    case 'name':
    case 'integer':
      return collection.ids;
    default:
      return 'uuid';
  }
}

/** The resource of a collection that a path names, and how many segments it takes to name it. */
function namedIn(
  service: Service,
  grammar: PathGrammar,
  pattern: Pattern,
  segments: readonly string[],
): { readonly named: Named; readonly length: number } {
  const { collection, type } = pattern;
  const at = pattern.segments.length;
  const isPair = collection.ids === 'pair' && looksLikeId(segments[at + 1] ?? '');
  const length = at + (isPair ? 2 : 1);
  const raw = segments[length - 1] ?? '';
  const id = decoded(raw);
  const named: Named = {
    ...(type !== undefined && { type }),
    typeName: typeNameOf(service, pattern),
    id,
    itemPath: type === undefined ? belowOf(segments.slice(0, length), 0) : itemPath(type, raw),
    ids: kindOf(pattern, id),
    reading: readingOf(pattern, grammar),
    ...(collection.microversion !== undefined && { microversion: collection.microversion }),
    ...(collection.get === false && { hasGet: false }),
    ...(collection.created === 'PUT' && { madeByPut: true }),
    ...(collection.showQuery !== undefined && { showQuery: collection.showQuery }),
  };
  return { named, length };
}

/** The resource of a service's collection with this id, as a body names it. */
export function namedAt(service: Service, grammar: PathGrammar, path: string, id: string): Named | undefined {
  return meaningOf(service, grammar, [...path.split('/').slice(1), encodeURIComponent(id)]).named;
}

/** Where no description helps, ids are seen by their form. */
function unknownMeaning(service: Service, segments: readonly string[]): PathMeaning {
  const at = segments.findIndex((segment, index) => index > 0 && looksLikeId(segment));
  const reading = { idFields: DEFAULT_ID_FIELDS, absence: [] };
  if (at === -1) {
    if ((segments[0] ?? '') === '') return {};
    const typeName = `${service.type}/${segments.join('/')}`;
    return { creates: { typeName, ids: 'uuid', reading, isDescribed: false } };
  }
  const id = segments[at] ?? '';
  const typeName = `${service.type}/${segments.slice(0, at).join('/')}`;
  return { named: { typeName, id, itemPath: belowOf(segments.slice(0, at + 1), 0), ids: 'uuid', reading } };
}
