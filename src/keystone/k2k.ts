import { type FedError, ProviderAuthError, TransportError } from '../errors.ts';
import { type ConnectionProfile, headerValue } from '../ports/http.ts';
import type { KeystoneContext } from './context.ts';
import { CookieJar } from './cookies.ts';
import { contentTypeOf, exchange, shownUrl } from './exchange.ts';
import { failure } from './failure.ts';
import { identityBase } from './identity-base.ts';
import type { ServiceProvider, Token } from './token.ts';
import { readToken } from './token-response.ts';

export interface Entering {
  readonly homeAuthUrl: string;
  /** Project-scoped: home makes no assertion from another. */
  readonly homeToken: Token;
  readonly provider: ServiceProvider;
  /** For home and for the provider. */
  readonly connection: ConnectionProfile;
  /** Home's name, for messages; default `home`. */
  readonly homeName?: string;
}

/** A provider that was entered. */
export interface Entered {
  /** Its Identity v3 base: `auth_url` up to `/OS-FEDERATION/`. */
  readonly base: string;
  /** Unscoped. */
  readonly token: Token;
}

/** So many providers can be connected to at once without keeping this process from anything else. */
const FEW = 32;

/**
 * Enter a provider by Keystone-to-Keystone: home's assertion, presented there, and the session that this gives
 * exchanged for a token (SAML 2.0, ECP profile; keystone's `api/auth.py` and `federation/`). Redirects are answers
 * here, and are never followed.
 *
 * An assertion is presented at most once, as providers refuse one that they have seen. Where presenting it failed in
 * a way that another one may get over, the exchange is made once more with a new assertion.
 *
 * @throws ProviderAuthError with the step that failed and its likely cause
 * @throws TransportError, ConfigError
 */
export async function enterProvider(context: KeystoneContext, entering: Entering): Promise<Entered> {
  const { homeToken, provider, connection } = entering;
  const base = baseOf(provider);
  // While home signs. Among many providers it is not the network that everything waits for, but this process.
  if (homeToken.serviceProviders.length <= FEW) context.preconnect?.(provider.spUrl, connection);
  let presented = await present(context, entering, await assertion(context, entering));
  if ('refusal' in presented && presented.again) {
    presented = await present(context, entering, await assertion(context, entering));
  }
  if ('refusal' in presented) throw presented.refusal;
  return { base, token: await federatedToken(context, entering, presented.session) };
}

/** @throws ProviderAuthError where home has the provider registered with addresses that cannot work */
function baseOf({ id, authUrl, spUrl }: ServiceProvider): string {
  const end = authUrl.indexOf('/OS-FEDERATION/');
  if (end > 0 && isHttpUrl(authUrl) && isHttpUrl(spUrl)) return authUrl.slice(0, end);
  const wrong = end > 0 && isHttpUrl(authUrl) ? `sp_url "${shownUrl(spUrl)}"` : `auth_url "${shownUrl(authUrl)}"`;
  throw new ProviderAuthError(`${id} could not be entered: home has it registered with the ${wrong}.`, {
    provider: id,
    step: 'assertion',
    hint:
      "home's operator: auth_url must be {keystone}/v3/OS-FEDERATION/identity_providers/{idp}/protocols/{protocol}/auth, " +
      "and sp_url the PAOS AssertionConsumerService in the provider's metadata",
  });
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}

interface Assertion {
  /** As it came, byte for byte: it is signed. Whoever has it can enter as this user. */
  readonly bytes: Uint8Array;
  /** Where home says that it is to be presented. */
  readonly spUrl: string | undefined;
}

async function assertion(context: KeystoneContext, entering: Entering): Promise<Assertion> {
  const { homeAuthUrl, homeToken, provider, connection, homeName = 'home' } = entering;
  const base = await identityBase(context, { url: homeAuthUrl, provider: homeName, connection });
  const answer = await exchange(context, {
    method: 'POST',
    url: `${base}/auth/OS-FEDERATION/saml2/ecp`,
    headers: [
      ['Accept', 'text/xml, application/json'],
      ['Content-Type', 'application/json'],
    ],
    // Keystone's schema allows nothing more.
    body: JSON.stringify({
      auth: {
        identity: { methods: ['token'], token: { id: homeToken.secret } },
        scope: { service_provider: { id: provider.id } },
      },
    }),
    connection,
    purpose: { provider: homeName, step: 'assertion' },
  });
  const isXml = /^\s*</.test(answer.text) && !/\bhtml\b/i.test(contentTypeOf(answer));
  if (answer.status === 200 && isXml) return { bytes: answer.bytes, spUrl: headerValue(answer.headers, 'x-sp-url') };
  const problem = answer.status === 200 ? 'that is no assertion' : undefined;
  const { secret, hasAccessRules } = homeToken;
  throw failure({ provider: provider.id, step: 'assertion', answer, secrets: [secret], problem, hasAccessRules }).error;
}

type Presented =
  | { readonly session: CookieJar }
  /** `again`: another assertion may be taken. */
  | { readonly refusal: FedError; readonly again: boolean };

async function present(context: KeystoneContext, entering: Entering, given: Assertion): Promise<Presented> {
  const { homeToken, provider, connection } = entering;
  const { id, spUrl } = provider;
  try {
    const answer = await exchange(context, {
      method: 'POST',
      url: spUrl,
      headers: [['Content-Type', 'application/vnd.paos+xml']],
      body: given.bytes,
      connection,
      purpose: { provider: id, step: 'present' },
      retry: 'never',
    });
    const session = new CookieJar();
    session.take(answer.headers, spUrl, context.clock.now());
    const isPage = /\bhtml\b|paos/i.test(contentTypeOf(answer));
    const accepted = answer.status === 302 || answer.status === 303 || (answer.status === 200 && !isPage);
    if (accepted && session.size > 0) return { session };
    const secrets = [homeToken.secret, ...session.secrets];
    const problem = accepted ? 'no session cookie' : undefined;
    const noticed =
      given.spUrl === undefined || given.spUrl === spUrl
        ? undefined
        : `Home names ${shownUrl(given.spUrl)} as the address now, and named ${shownUrl(spUrl)} when it gave the token; \`fed cache clear\` fetches a new one`;
    const { error, cause } = failure({ provider: id, step: 'present', answer, secrets, problem, noticed });
    return { refusal: error, again: cause.transient === true };
  } catch (error) {
    // Whether a request that was cut off arrived cannot be known, so the same assertion must not be sent again.
    if (error instanceof TransportError && error.reason === 'reset') return { refusal: error, again: true };
    throw error;
  }
}

async function federatedToken(context: KeystoneContext, entering: Entering, session: CookieJar): Promise<Token> {
  const { homeToken, provider, connection } = entering;
  const { id, authUrl, spUrl } = provider;
  const cookie = session.headerFor(authUrl);
  if (cookie === undefined) {
    throw new ProviderAuthError(
      `${id} could not be entered: the session that it gave at ${shownUrl(spUrl)} does not reach ${shownUrl(authUrl)}: ${session.obstacleFor(authUrl)}.`,
      {
        provider: id,
        step: 'federated-token',
        hint: "home's operator: sp_url and auth_url of the provider must have the same scheme and host",
      },
    );
  }
  const askedAt = context.clock.now();
  const answer = await exchange(context, {
    method: 'GET',
    url: authUrl,
    headers: [
      ['Accept', 'application/json'],
      ['Cookie', cookie],
    ],
    connection,
    purpose: { provider: id, step: 'federated-token' },
  });
  const good = answer.status === 201 || (answer.status === 200 && headerValue(answer.headers, 'x-subject-token'));
  const reading = good ? readToken(answer, askedAt) : undefined;
  if (reading !== undefined && 'token' in reading) return reading.token;
  const secrets = [homeToken.secret, ...session.secrets];
  throw failure({ provider: id, step: 'federated-token', answer, secrets, problem: reading?.problem }).error;
}
