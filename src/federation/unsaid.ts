import {
  type FedError,
  isFedError,
  ProviderAuthError,
  ProviderResponseError,
  TransportError,
  type Unsaid,
  UsageError,
} from '../errors.ts';
import { isTimeout } from './abort.ts';
import { failedScope, type Scope } from './scope.ts';

/**
 * What to say of a provider or scope that could not answer.
 * @throws the error itself when it is not one of ours, or about how the command was put: neither is a provider's failure
 */
export function unsaidOf(
  error: unknown,
  at: (Scope | { readonly provider: string }) & { readonly rank?: number },
): Unsaid {
  const rank = at.rank === undefined ? {} : { rank: at.rank };
  const where = 'project' in at ? { ...failedScope(at), ...rank } : { provider: at.provider, ...rank };
  if (isTimeout(error)) return { ...where, reason: 'it had not answered when the time was over', cause: error };
  if (!isFedError(error) || error instanceof UsageError) throw error;
  return { ...where, reason: reasonOf(error, at.provider), cause: error };
}

/**
 * Whether a provider has said that it has nothing for this user: no rule of its mapping fits, or no project is given.
 * It answered, and what can be found there cannot be the user's. Only its Keystone can say so, and not of a user whom it
 * has let in before: that one may have something there.
 */
export function isStrangerThere(error: unknown): error is ProviderAuthError {
  if (!(error instanceof ProviderAuthError)) return false;
  const { step, status, isKeystonesWord } = error;
  return (
    (step === 'federated-token' && isKeystonesWord && (status === 401 || status === 403)) ||
    (step === 'projects' && status === undefined)
  );
}

/** The error's message, without what is said already where the reason stands: who it is about, and that it failed. */
function reasonOf(error: FedError, provider: string): string {
  // A provider is not entered without home.
  if (error instanceof TransportError && error.provider !== provider) return `${error.provider}: ${error.message}`;
  const said = [`${provider}: `, `${provider} could not be entered: `].find((start) => error.message.startsWith(start));
  return error.message.slice(said?.length ?? 0);
}

/** Whether a service itself refused a request. */
export function isRefused(cause: unknown): cause is ProviderResponseError {
  return cause instanceof ProviderResponseError && cause.isRefusal;
}
