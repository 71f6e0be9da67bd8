import type { KeystoneContext } from '../keystone/context.ts';
import { describeToken } from '../keystone/describe-token.ts';
import { isFresh, type Token } from '../keystone/token.ts';
import type { Account } from '../ports/account.ts';

/**
 * Home tokens that come from somewhere else, as a source of tokens for a `Member`: each secret is shown to home once,
 * which says whose it is and what it is good for.
 *
 * @param secret gives the token to use now; asked each time, so it should remember what it gave
 */
export function givenToken(
  context: KeystoneContext,
  home: Pick<Account, 'name' | 'authUrl' | 'connection'>,
  secret: () => Promise<string>,
): () => Promise<Token> {
  let last: { secret: string; token: Promise<Token> } | undefined;
  return async () => {
    const now = await secret();
    if (last?.secret === now) {
      const token = await last.token;
      if (isFresh(token, context.clock)) return token;
    }
    const asked = { secret: now, token: describeToken(context, home, now).then(({ token }) => token) };
    last = asked;
    // A failure is not kept: the next caller asks again.
    asked.token.catch(() => {
      if (last === asked) last = undefined;
    });
    return asked.token;
  };
}
