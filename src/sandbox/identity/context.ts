import { type Exchange, header } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { Cloud } from '../model.ts';
import { unauthorized } from './answers.ts';
import type { Token } from './tokens.ts';

/** What a handler of Identity gets. */
export interface IdentityContext {
  readonly cloud: Cloud;
  readonly exchange: Exchange;
}

export interface AuthenticatedContext extends IdentityContext {
  readonly token: Token;
}

/** A handler for those who have a token. */
export function withToken(
  handle: (context: AuthenticatedContext, parameters: readonly string[]) => Reply | Promise<Reply>,
): Handler<IdentityContext> {
  return ({ cloud, exchange }, parameters) => {
    const token = cloud.tokens.find(header(exchange, 'x-auth-token'));
    if (token === undefined) return unauthorized(cloud);
    exchange.seen.user = token.user.name;
    if (token.project !== undefined) exchange.seen.project = token.project.title;
    return handle({ cloud, exchange, token }, parameters);
  };
}
