import { type Exchange, header } from '../http/exchange.ts';
import { DOMAIN, type Project } from '../identity/directory.ts';
import type { Token } from '../identity/tokens.ts';
import type { Cloud } from '../model.ts';

/** A token with the project in which its bearer acts. */
export type ScopedToken = Token & { readonly project: Project };

/** What an unscoped token acts in: services let it in, and it sees nothing that belongs to anybody. */
const NO_PROJECT: Project = { id: '', name: '', domain: DOMAIN, title: '' };

/** The request's token, if it is one of this cloud's. */
export function scopedToken(cloud: Cloud, exchange: Exchange): ScopedToken | undefined {
  const token = cloud.tokens.find(header(exchange, 'x-auth-token'));
  if (token === undefined) return undefined;
  exchange.seen.user = token.user.name;
  if (token.project !== undefined) exchange.seen.project = token.project.title;
  return { ...token, project: token.project ?? NO_PROJECT };
}
