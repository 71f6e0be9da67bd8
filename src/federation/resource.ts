/** A resource as requests name it. */
import { UsageError } from '../errors.ts';
import { serviceOf } from '../services/index.ts';
import type { AbsenceSign, ResourceType } from '../services/types.ts';
import type { Target } from './endpoint.ts';

/** How the ids of a resource are unique. */
export type IdKind = ResourceType['ids'];

/** A resource that a path names: of those in a path the first, whose owner decides about what is below it. */
export interface Named {
  /** The registry's record; absent for a collection that it does not know. */
  readonly type?: ResourceType;
  /** The registry's name, or `service/collection`. */
  readonly typeName: string;
  /** Decoded. */
  readonly id: string;
  /** Its show path, percent-encoded as it came: where it is probed. */
  readonly itemPath: string;
  /** Absent: as the type has it, else `uuid`. */
  readonly ids?: IdKind;
  /** The lowest microversion at which it is shown, where the type does not say it. */
  readonly microversion?: string;
  /** `false`: the service shows no such resource by its id, so none can be probed. */
  readonly hasGet?: false;
  /** Whether a PUT of its path makes it where it is not there. */
  readonly madeByPut?: true;
  /** The query with which it is probed. */
  readonly showQuery?: string;
  /** How the service's answers about it are read. */
  readonly reading?: ItemReading;
}

export interface ItemReading {
  /** The fields that identify an item, the most telling first. */
  readonly idFields: readonly string[];
  /** The last segment of an address in one of these fields is the id. */
  readonly isHref?: boolean;
  /** A redirection to its id is an answer about it. */
  readonly redirects?: boolean;
  /** The header by which an answer is one about an item. */
  readonly shownBy?: string;
  /** What a 404 about it looks like that does not name it. */
  readonly absence: readonly AbsenceSign[];
}

const ID = /^([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{64})$/i;

/** Whether a text looks like an id that a service made: a UUID, with or without dashes, or a federated user's. */
export function looksLikeId(text: string): boolean {
  return ID.test(text);
}

/** How unique the id of a resource is. */
export function idsOf({ ids, type }: Pick<Named, 'ids' | 'type'>): IdKind {
  return ids ?? type?.ids ?? 'uuid';
}

/** The show path of a resource; `id` is percent-encoded. */
export function itemPath(type: ResourceType, id: string): string {
  return type.paths.item.replace('{id}', () => id);
}

/** The subject of showing one resource. */
export function showSubject(type: ResourceType, id: string): Target & { readonly named: Named } {
  const service = serviceOf(type.service);
  if (service === undefined) throw new UsageError(`${type.name} belongs to no known service.`);
  const path = itemPath(type, encodeURIComponent(id));
  return { service, path, query: '', named: { type, typeName: type.name, id, itemPath: path } };
}
