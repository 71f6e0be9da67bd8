import { seconds } from '../data/time.ts';
import { isRecord, jsonBody } from '../http/exchange.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Item } from '../stock/collection.ts';
import { badRequest, disallowed, missing } from './answers.ts';
import { type NetworkContext, put, visibleItem } from './context.ts';
import { fieldFault } from './create.ts';
import type { Kind } from './kinds.ts';

/** Change one resource. The core's types look the id up first, those of plugins the body. */
export async function update(context: NetworkContext, kind: Kind, id: string): Promise<Reply> {
  const body = await jsonBody(context.exchange);
  const item = visibleItem(context, kind, id);
  if (kind.core && item === undefined) return missing(kind, id);
  const given = isRecord(body) ? body[kind.singular] : undefined;
  if (!isRecord(given)) {
    return badRequest(kind.core ? `Unable to find '${kind.singular}' in request body` : 'Resource body required');
  }
  if (item === undefined) return missing(kind, id);
  return change(context, kind, item, given);
}

function change(context: NetworkContext, kind: Kind, item: Item, given: Record<string, unknown>): Reply {
  const readOnly = Object.keys(given).find((name) => name in item && !kind.updatable.includes(name));
  if (readOnly !== undefined) return badRequest(`Cannot update read-only attribute ${readOnly}`);
  const wrong = fieldFault(given, [...kind.updatable, ...Object.keys(item)]);
  if (wrong !== undefined) return wrong;
  const reserved = kind.operators.find((name) => given[name] !== undefined);
  if (reserved !== undefined || item.project_id !== context.token.project.id) {
    const rule = `rule:update_${kind.singular}`;
    return disallowed(reserved === undefined ? rule : `(${rule} and ${rule}:${reserved})`);
  }
  const changed = put(context, kind, {
    ...item,
    ...given,
    updated_at: seconds(context.cloud.clock.now()),
    revision_number: Number(item.revision_number) + 1,
  });
  return json(200, { [kind.singular]: changed });
}
