import { type Exchange, header } from '../http/exchange.ts';
import type { Project } from '../identity/directory.ts';
import type { Token } from '../identity/tokens.ts';
import type { Cloud } from '../model.ts';

/** A token that is for a project. */
export type ScopedToken = Token & { readonly project: Project };

/** The request's token, if it is one of this cloud's and for a project. */
export function scopedToken(cloud: Cloud, exchange: Exchange): ScopedToken | undefined {
  const token = cloud.tokens.find(header(exchange, 'x-auth-token'));
  if (token === undefined) return undefined;
  exchange.seen.user = token.user.name;
  if (token.project === undefined) return undefined;
  exchange.seen.project = token.project.name;
  return token as ScopedToken;
}
