import type { ResourceType } from '../../services/types.ts';
import { bytesOf } from '../bytes.ts';
import type { Subject } from '../subject.ts';
import { piecesOf } from './elements.ts';
import type { Entry } from './entry.ts';
import { fieldsOf, type Order } from './order.ts';
import type { Parameters } from './query.ts';

/** What the scopes are asked for, and what is shown of it. */
export interface Shape {
  readonly path: string;
  readonly parameters: Parameters;
  /** Elements are shown as they came. */
  readonly isWhole: boolean;
  /** Elements as the client asked for them, in JSON: pieces to put commas between. */
  readonly shown: (entries: readonly Entry[]) => Uint8Array[];
}

/**
 * The shorter listing often lacks what is sorted by, and Neutron's `fields` may leave out even the id: then more is
 * asked for than is shown.
 */
export function shapeOf(subject: Subject, type: ResourceType, order: Order | undefined, passed: Parameters): Shape {
  const needed = order === undefined ? [] : fieldsOf(order);
  const { brief } = type;
  const { detail, list } = type.paths;
  if (detail !== undefined && brief !== undefined && subject.path === list) {
    if (needed.every((field) => brief.includes(field))) return whole(list, passed);
    return { path: detail, parameters: passed, isWhole: false, shown: only(brief) };
  }
  const asked =
    subject.service.listing?.fields === true ? passed.filter(([name, value]) => name === 'fields' && value !== '') : [];
  if (asked.length === 0) return whole(subject.path, passed);
  const fields = asked.map(([, value]) => value);
  const hidden = [type.idField, 'project_id', 'tenant_id', ...needed].filter((field) => !fields.includes(field));
  return {
    path: subject.path,
    parameters: [...passed, ...hidden.map((field) => ['fields', field] as const)],
    isWhole: false,
    shown: only(fields),
  };
}

function whole(path: string, parameters: Parameters): Shape {
  return { path, parameters, isWhole: true, shown: piecesOf };
}

function only(fields: readonly string[]): Shape['shown'] {
  const one = ({ item }: Entry) => {
    const shown = Object.entries(item as Record<string, unknown>).filter(([field]) => fields.includes(field));
    return bytesOf(JSON.stringify(Object.fromEntries(shown)));
  };
  return (entries) => entries.map(one);
}
