import type { Exchange } from '../http/exchange.ts';
import type { Cloud } from '../model.ts';
import type { Item } from '../stock/collection.ts';
import type { ScopedToken } from '../wsgi/scope.ts';
import { type Kind, securityGroupRule } from './kinds.ts';

/** What a handler of Network gets. */
export interface NetworkContext {
  readonly cloud: Cloud;
  readonly exchange: Exchange;
  readonly token: ScopedToken;
}

/** What the project sees of a kind: its own, and what everybody sees. */
export function visibleItems({ cloud, token }: NetworkContext, kind: Kind): readonly Item[] {
  if (kind === securityGroupRule) {
    const groups = cloud.stock.of(token.project, 'securityGroups').all;
    return groups.flatMap((group) => group.security_group_rules as readonly Item[]);
  }
  if (kind.stock === undefined) return [];
  return [...cloud.stock.of(token.project, kind.stock).all, ...cloud.stock.shared(kind.stock).all];
}

export function visibleItem(context: NetworkContext, kind: Kind, id: string): Item | undefined {
  const { cloud, token } = context;
  if (kind.stock === undefined) {
    const wanted = id.toLowerCase().trimEnd();
    return visibleItems(context, kind).find((item) => item.id === wanted);
  }
  return cloud.stock.of(token.project, kind.stock).get(id) ?? cloud.stock.shared(kind.stock).get(id);
}

/** Replace something of the project's. */
export function put({ cloud, token }: NetworkContext, kind: Kind, item: Item): Item {
  return kind.stock === undefined ? item : cloud.stock.of(token.project, kind.stock).put(item);
}
