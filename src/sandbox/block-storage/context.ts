import type { Exchange } from '../http/exchange.ts';
import type { Cloud } from '../model.ts';
import type { Collection } from '../stock/collection.ts';
import type { Seeded } from '../stock/seed.ts';
import type { ScopedToken } from '../wsgi/scope.ts';

/** What a handler of Block Storage gets. */
export interface VolumeContext {
  readonly cloud: Cloud;
  readonly exchange: Exchange;
  readonly token: ScopedToken;
  /** The microversion is 3.{minor}. */
  readonly minor: number;
  /** The start of links: with the project's id if the request had it. */
  readonly linkBase: string;
  /** The same without the version. */
  readonly bookmarkBase: string;
}

/** The project's resources of a type. */
export function own(context: VolumeContext, type: Seeded): Collection {
  return context.cloud.stock.of(context.token.project, type);
}

/** `self` and `bookmark`, as Cinder and Nova have them. */
export function links(context: VolumeContext, path: string): { readonly rel: string; readonly href: string }[] {
  return [
    { rel: 'self', href: `${context.linkBase}${path}` },
    { rel: 'bookmark', href: `${context.bookmarkBase}${path}` },
  ];
}
