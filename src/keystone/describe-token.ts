import { HomeAuthError, ProviderResponseError } from '../errors.ts';
import type { ConnectionProfile } from '../ports/http.ts';
import { headerValue } from '../ports/http.ts';
import type { KeystoneContext } from './context.ts';
import { exchange, requestIdOf, said, shownUrl } from './exchange.ts';
import { identityBase } from './identity-base.ts';
import { objectIn, parseJson, textIn } from './shape.ts';
import type { Token } from './token.ts';
import { readToken } from './token-response.ts';

/** What home says of a token that somebody else has authenticated for. */
export interface DescribedToken {
  readonly token: Token;
  /**
   * What the token was made from, where that can narrow what it is good for: an application credential or a trust.
   * Two tokens of one user and project are good for the same only if this is the same.
   */
  readonly delegation?: string;
}

/**
 * Ask home whose a token is, and with that whether it is still good: a revoked or expired one is refused. Any user
 * may ask about the token that the request itself is made with (Identity API v3, `GET /auth/tokens`; Keystone's
 * policy `identity:validate_token` has the rule `token_subject`).
 *
 * @throws HomeAuthError when home does not take the token; ProviderResponseError when it fails; TransportError
 */
export async function describeToken(
  context: KeystoneContext,
  home: { readonly name: string; readonly authUrl: string; readonly connection: ConnectionProfile },
  secret: string,
): Promise<DescribedToken> {
  const { name, connection } = home;
  const base = await identityBase(context, { url: home.authUrl, provider: name, connection });
  const askedAt = context.clock.now();
  const answer = await exchange(context, {
    method: 'GET',
    url: `${base}/auth/tokens`,
    headers: [
      ['Accept', 'application/json'],
      ['X-Auth-Token', secret],
      ['X-Subject-Token', secret],
    ],
    connection,
    purpose: { provider: name, step: 'authenticate' },
  });
  const at = { status: answer.status, requestId: requestIdOf(answer) };
  if ([400, 401, 403, 404].includes(answer.status)) {
    throw new HomeAuthError(`${name} does not take the token; ${said(answer, [secret])} (${shownUrl(answer.url)})`, {
      ...at,
      hint: 'It ended, was revoked, or is of another cloud: authenticate again.',
    });
  }
  const named = headerValue(answer.headers, 'x-subject-token') !== undefined;
  const headers = named ? answer.headers : [...answer.headers, ['X-Subject-Token', secret] as const];
  const reading =
    answer.status === 200
      ? readToken({ ...answer, headers }, askedAt, 'before')
      : { problem: said(answer, [secret]).replace(/^it answered /, 'it was answered with ') };
  if ('problem' in reading) {
    throw new ProviderResponseError(`${name} did not say whose the token is: ${reading.problem}.`, {
      provider: name,
      ...at,
    });
  }
  return described(reading.token, answer.text);
}

/** A token with what the body that came with it says of its making. */
export function described(token: Token, text: string): DescribedToken {
  const body = objectIn(parseJson(text), 'token');
  const credential = textIn(objectIn(body, 'application_credential'), 'id');
  const trust = textIn(objectIn(body, 'OS-TRUST:trust'), 'id');
  const parts = [credential && `application_credential:${credential}`, trust && `trust:${trust}`].filter(Boolean);
  return { token, ...(parts.length > 0 && { delegation: parts.join(' ') }) };
}
