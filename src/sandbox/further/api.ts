import { type Exchange, header, isRecord, jsonBody } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import { decoded, type Handler, Routes } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import type { Collection, Item } from '../stock/collection.ts';
import type { Seeded } from '../stock/seed.ts';
import { tokenRefused } from '../wsgi/answers.ts';
import { type ScopedToken, scopedToken } from '../wsgi/scope.ts';

/** What the services have in common that a sandbox has only where it is told so. */

export interface FurtherContext {
  readonly cloud: Cloud;
  readonly exchange: Exchange;
  readonly token: ScopedToken;
}

export type FurtherRoutes = Routes<FurtherContext>;

/** A service whose every path needs a token. */
export function furtherService(
  fill: (routes: FurtherRoutes) => void,
  unknownPath: (exchange: Exchange) => Reply,
): (cloud: Cloud, exchange: Exchange, path: string) => Reply | Promise<Reply> {
  const routes: FurtherRoutes = new Routes();
  fill(routes);
  return (cloud, exchange, path) => {
    const token = scopedToken(cloud, exchange);
    if (token === undefined) return tokenRefused(cloud);
    const match = routes.match(exchange.method, decoded(path).replace(/\/$/, ''));
    if (match === undefined || 'allowed' in match) return unknownPath(exchange);
    return match.handler({ cloud, exchange, token }, match.parameters);
  };
}

export function own({ cloud, token }: FurtherContext, type: Seeded): Collection {
  return cloud.stock.of(token.project, type);
}

/** A handler for one of the project's resources, whose id is the nth varying segment. */
export function withItem(
  type: Seeded,
  missing: (context: FurtherContext, id: string) => Reply,
  handle: (context: FurtherContext, item: Item, parameters: readonly string[]) => Reply | Promise<Reply>,
  nth = 0,
): Handler<FurtherContext> {
  return (context, parameters) => {
    const id = parameters[nth] ?? '';
    const item = own(context, type).get(id);
    return item === undefined ? missing(context, id) : handle(context, item, parameters);
  };
}

/** The object in a JSON body, or the one under a key of it; an empty one where there is none. */
export async function given({ exchange }: FurtherContext, key?: string): Promise<Record<string, unknown>> {
  const body = await jsonBody(exchange);
  const found = key === undefined ? body : isRecord(body) ? body[key] : undefined;
  return isRecord(found) ? found : {};
}

export interface Page {
  readonly items: readonly Item[];
  /** The query of the next page. */
  readonly next: URLSearchParams | undefined;
}

/** A page by `limit` and `marker`. */
export function pageByMarker({ cloud, exchange }: FurtherContext, all: readonly Item[]): Page {
  const { query } = exchange;
  const marker = query.get('marker');
  const start = marker === null ? 0 : all.findIndex(({ id }) => id === marker) + 1;
  const items = all.slice(start, start + limitOf(cloud, query));
  const last = items.at(-1);
  if (last === undefined || last === all.at(-1)) return { items, next: undefined };
  const next = new URLSearchParams(query);
  next.set('marker', last.id);
  return { items, next };
}

/** A page by `limit` and `offset`. */
export function pageByOffset({ cloud, exchange }: FurtherContext, all: readonly Item[]): Page {
  const { query } = exchange;
  const start = Number(query.get('offset') ?? 0);
  const limit = limitOf(cloud, query);
  if (start + limit >= all.length) return { items: all.slice(start), next: undefined };
  const next = new URLSearchParams(query);
  next.set('offset', String(start + limit));
  next.set('limit', String(limit));
  return { items: all.slice(start, start + limit), next };
}

function limitOf(cloud: Cloud, query: URLSearchParams): number {
  return Math.min(Number(query.get('limit') ?? cloud.settings.pageSize), cloud.settings.pageSize);
}

/** What an `Accept` header prefers, if it says so. */
export function accepts(exchange: Exchange, type: string): boolean {
  return header(exchange, 'accept')?.includes(type) === true;
}
