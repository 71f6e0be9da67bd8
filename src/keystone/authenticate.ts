import { ConfigError, type FedError, HomeAuthError, ProviderAuthError, ProviderResponseError } from '../errors.ts';
import type { Account } from '../ports/account.ts';
import { headerValue } from '../ports/http.ts';
import { authBody, hasOwnScope, secretsOf } from './auth-body.ts';
import type { KeystoneContext } from './context.ts';
import { doubtsInWords, missingMethods, usedInWords } from './credentials.ts';
import { type Answer, contentTypeOf, exchange, requestIdOf, said, shownUrl } from './exchange.ts';
import { causeOf } from './failure.ts';
import { identityBase } from './identity-base.ts';
import { parseJson } from './shape.ts';
import type { Token } from './token.ts';
import { readToken } from './token-response.ts';

/** Whose Keystone it is: home refuses with another error than a provider that has credentials of its own. */
export interface AuthenticateAs {
  readonly provider: string;
  readonly home: boolean;
}

/**
 * A token for an account, with all its methods in one request (Identity API v3, `POST /auth/tokens`).
 *
 * @throws ConfigError if the account is incomplete, or its URL does not lead to Identity v3 (home only)
 * @throws HomeAuthError if home refuses the credentials
 * @throws ProviderResponseError if home fails, or answers with something that is no token
 * @throws ProviderAuthError for anything of this at another provider than home
 * @throws TransportError
 */
export async function authenticate(context: KeystoneContext, account: Account, as: AuthenticateAs): Promise<Token> {
  try {
    return await requestToken(context, account, as);
  } catch (error) {
    if (as.home || !(error instanceof ConfigError)) throw error;
    // What is wrong with one provider's configuration must not end what the others are asked for.
    throw new ProviderAuthError(error.message, {
      provider: as.provider,
      step: 'authenticate',
      cause: error,
      hint: error.hint,
    });
  }
}

async function requestToken(context: KeystoneContext, account: Account, as: AuthenticateAs): Promise<Token> {
  const body = authBody(account);
  const { connection } = account;
  const base = await identityBase(context, { url: account.authUrl, provider: as.provider, connection });
  const askedAt = context.clock.now();
  const answer = await exchange(context, {
    method: 'POST',
    url: `${base}/auth/tokens`,
    headers: [
      ['Accept', 'application/json'],
      ['Content-Type', 'application/json'],
    ],
    body: JSON.stringify(body),
    connection,
    purpose: { provider: as.provider, step: 'authenticate' },
  });
  if (answer.status !== 201 && answer.status !== 200) throw refusal(answer, account, as);
  const reading = readToken(answer, askedAt);
  if ('problem' in reading) throw malformed(answer, as, reading.problem);
  assertScope(reading.token, account);
  return reading.token;
}

/**
 * An application credential works in its own project, whatever project the configuration names. To work silently
 * in another one than was named could delete the wrong things.
 */
function assertScope(token: Token, account: Account): void {
  const wanted = account.project;
  if (wanted === undefined || !hasOwnScope(account)) return;
  const got = token.project;
  if (wanted.id === undefined ? wanted.name === got?.name : wanted.id === got?.id) return;
  throw new ConfigError(
    `The application credential of ${account.name} is for the project ${got?.name ?? '(none)'}, and the ` +
      `configuration names ${wanted.name ?? wanted.id}.`,
    { hint: 'An application credential cannot change its project: remove OS_PROJECT_* (project_* in clouds.yaml).' },
  );
}

/** Statuses of addresses at which there is no `POST /auth/tokens`. */
const NOT_IDENTITY = [300, 301, 302, 303, 307, 308, 404, 405, 410, 415, 501];

function refusal(answer: Answer, account: Account, as: AuthenticateAs): FedError {
  const secrets = secretsOf(account);
  const where = `(${shownUrl(answer.url)})`;
  const what = said(answer, secrets);
  const { status } = answer;
  const requestId = requestIdOf(answer);
  const refuse = (message: string, hint: string) =>
    as.home
      ? new HomeAuthError(message, { status, requestId, hint })
      : new ProviderAuthError(message, { provider: as.provider, step: 'authenticate', status, requestId, hint });

  if (status === 401 && headerValue(answer.headers, 'openstack-auth-receipt') !== undefined) {
    const missing = missingMethods(parseJson(answer.text));
    return refuse(
      `${as.provider} accepted the credentials so far, and wants more of them: ${missing} ${where}`,
      'Use several methods at once: OS_AUTH_TYPE=v3multifactor and, for example, OS_AUTH_METHODS=v3password,v3totp',
    );
  }
  // Keystone does not know a token or an application credential: 404, in JSON. A wrong address: 404, mostly in HTML.
  const unknown = status === 404 && /\bjson\b/i.test(contentTypeOf(answer)) && /could not (find|recognize)/i.test(what);
  if (status === 401 || status === 403 || unknown) {
    const hint = [usedInWords(account), doubtsInWords(account), otherKeystone(answer)].filter((part) => part !== '');
    return refuse(`${as.provider} refused the credentials; ${what} ${where}`, hint.join(' '));
  }
  if (status === 400) {
    return new ConfigError(`${as.provider} cannot make sense of the credentials; ${what} ${where}`, {
      hint: `A user's or a project's name needs its domain (OS_USER_DOMAIN_NAME, OS_PROJECT_DOMAIN_NAME). ${usedInWords(account)}`,
    });
  }
  if (NOT_IDENTITY.includes(status)) return notIdentity(answer, as, what);
  const { cause, remedy } = causeOf('authenticate', answer);
  return broken(answer, as, `${as.provider} did not authenticate you; ${what} ${where}`, `${cause}: ${remedy}`);
}

/** Every OpenStack service answers 401 alike, and says which Keystone it trusts: the URL may be another service's. */
function otherKeystone(answer: Answer): string {
  const uri = /^Keystone uri="([^"]*)"/i.exec(headerValue(answer.headers, 'www-authenticate') ?? '')?.[1] ?? '';
  if (!URL.canParse(uri) || new URL(uri).origin === new URL(answer.url).origin) return '';
  return `The answer names ${shownUrl(uri)} as the Keystone: is the auth URL right?`;
}

function notIdentity(answer: Answer, as: AuthenticateAs, what: string): ConfigError {
  const location = headerValue(answer.headers, 'location');
  const target =
    location !== undefined && URL.canParse(location, answer.url) ? shownUrl(new URL(location, answer.url).href) : '';
  return new ConfigError(
    `The auth URL of ${as.provider} is not an Identity v3 endpoint; ${what}${target && `, pointing to ${target}`} ` +
      `(${shownUrl(answer.url)})`,
    {
      hint: target
        ? `If ${target} is the same Keystone, put its address into OS_AUTH_URL (auth_url in clouds.yaml): credentials do not follow redirects.`
        : 'Set OS_AUTH_URL (auth_url in clouds.yaml) to the address of Keystone, such as https://cloud.example:5000/v3',
    },
  );
}

function malformed(answer: Answer, as: AuthenticateAs, problem: string): FedError {
  return broken(
    answer,
    as,
    `${as.provider} answered ${answer.status} to the credentials, and ${problem} (${shownUrl(answer.url)})`,
    'Is the auth URL that of Keystone itself, with nothing in between that changes answers?',
  );
}

function broken(answer: Answer, as: AuthenticateAs, message: string, hint: string): FedError {
  const details = { provider: as.provider, status: answer.status, requestId: requestIdOf(answer), hint };
  return as.home
    ? new ProviderResponseError(message, details)
    : new ProviderAuthError(message, { ...details, step: 'authenticate' });
}
