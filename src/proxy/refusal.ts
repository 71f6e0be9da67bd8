/** What the engine's errors are to an HTTP client. */
import {
  CatalogError,
  ConfigError,
  CouldNotSayError,
  HomeAuthError,
  isFedError,
  NotFoundError,
  ProviderAuthError,
  ProviderResponseError,
  SeveralOwnersError,
  SplitReferencesError,
  TransportError,
  UsageError,
} from '../errors.ts';
import { isStrangerThere } from '../federation/unsaid.ts';
import { serviceOf } from '../services/index.ts';
import { type Answer, jsonAnswer } from './answer.ts';

/** Something that the proxy itself refuses. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [string, string]>;

  constructor(status: number, message: string, headers: ReadonlyArray<readonly [string, string]> = []) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * The answer for an error: a status, and a body as the service in question would write it, as clients look for the
 * message where they know it from.
 *
 * @param service canonical type; undefined outside of any service
 */
export function answerFor(error: unknown, service: string | undefined, identityUrl: string): Answer {
  const status = statusOf(error);
  const hint = isFedError(error) && error.hint !== undefined && status !== 404 ? ` (${inHeaders(error.hint)})` : '';
  const message =
    isFedError(error) || error instanceof Refusal ? `${whose(error)}${error.message}${hint}` : 'The proxy failed.';
  const challenge = status === 401 ? [['WWW-Authenticate', `Keystone uri="${identityUrl}"`] as const] : [];
  const own = error instanceof Refusal ? error.headers : [];
  return jsonAnswer(status, bodyFor(service, status, message), [...challenge, ...own]);
}

/** A hint on which scope to say, as clients of the proxy say it: in headers. What to type after `fed` stays. */
function inHeaders(hint: string): string {
  if (/\bfed [a-z]|X-Fed-/.test(hint)) return hint;
  return hint
    .replaceAll('--provider', 'X-Fed-Provider')
    .replaceAll('--project', 'X-Fed-Project')
    .replaceAll('--region', 'X-Fed-Region');
}

/** Which cloud gave no answer: the message says only at which address. */
function whose(error: Error): string {
  return error instanceof TransportError ? `${error.provider}: ` : '';
}

function statusOf(error: unknown): number {
  if (error instanceof Refusal) return error.status;
  if (error instanceof HomeAuthError) return 401;
  if (error instanceof UsageError) return 400;
  if (error instanceof NotFoundError) return 404;
  if (error instanceof SeveralOwnersError || error instanceof SplitReferencesError) return 409;
  if (error instanceof ProviderAuthError) return error.status === 401 || error.status === 403 ? 403 : 502;
  if (error instanceof ProviderResponseError) return error.status === 404 ? 404 : 502;
  if (error instanceof CatalogError) return 502;
  if (error instanceof TransportError) return error.reason === 'timeout' ? 504 : 502;
  if (error instanceof CouldNotSayError) return error.refusedWith ?? (isNowhereOfTheirs(error) ? 404 : 502);
  if (error instanceof ConfigError) return 503;
  return error instanceof Error && error.name === 'TimeoutError' ? 504 : 500;
}

/**
 * Everybody who has something of this user's said that it is not there. Providers that do not know the user have nothing:
 * a program that looks for a name after a 404 would never get one where a single provider of many has no account.
 */
function isNowhereOfTheirs({ absent, unsaid }: CouldNotSayError): boolean {
  return absent.length > 0 && unsaid.every(({ cause }) => isStrangerThere(cause));
}

/** The names of faults, as Nova and Cinder write them. */
const FAULTS: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
  413: 'overLimit',
  503: 'serviceUnavailable',
};

function bodyFor(service: string | undefined, code: number, message: string): unknown {
  switch (serviceOf(service ?? '')?.errors) {
    case 'fault':
      return { [FAULTS[code] ?? 'computeFault']: { code, message } };
    case 'NeutronError':
      return { NeutronError: { type: `Fed${code}`, message, detail: '' } };
    default:
      return { error: { code, title: FAULTS[code] ?? 'error', message } };
  }
}
