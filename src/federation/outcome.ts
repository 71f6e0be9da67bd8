import {
  type AbsentAnswer,
  CouldNotSayError,
  type FedError,
  isFedError,
  NotFoundError,
  PartialError,
  ProviderAuthError,
  ProviderResponseError,
  type Unsaid,
} from '../errors.ts';
import { isTimeout } from './abort.ts';
import { failedScope, type Scope } from './scope.ts';

/**
 * What to say of a provider or scope that could not answer.
 * @throws the error itself when it is not one of ours: a bug is never "could not be asked"
 */
export function unsaidOf(error: unknown, at: Scope | { readonly provider: string }): Unsaid {
  const where = 'project' in at ? failedScope(at) : { provider: at.provider };
  if (isTimeout(error)) return { ...where, reason: 'it had not answered when the time was over', cause: error };
  if (!isFedError(error)) throw error;
  return { ...where, reason: reasonOf(error, at.provider), cause: error };
}

/**
 * Whether a provider has said that it has nothing for this user: no rule of its mapping fits, or no project is given.
 * It answered, and what can be found there cannot be the user's.
 */
export function isStrangerThere(error: unknown): boolean {
  if (!(error instanceof ProviderAuthError)) return false;
  const { step, status } = error;
  return (
    (step === 'federated-token' && (status === 401 || status === 403)) || (step === 'projects' && status === undefined)
  );
}

/** The error's message, without what is said already where the reason stands: who it is about, and that it failed. */
function reasonOf(error: FedError, provider: string): string {
  const said = [`${provider}: `, `${provider} could not be entered: `].find((start) => error.message.startsWith(start));
  return error.message.slice(said?.length ?? 0);
}

/** `sp-a`, `sp-a/research-one`, `sp-a/research-one in RegionTwo`. */
export function labelOf({ provider, project, region }: Unsaid): string {
  const label = project === undefined ? provider : `${provider}/${project}`;
  return region === undefined ? label : `${label} in ${region}`;
}

/** `sp-c could not be asked: connection refused; sp-d: …`, the same reason said once. */
export function allUnsaid(unsaid: readonly Unsaid[]): string {
  return byReason(unsaid, ' could not be asked');
}

/** By name: they are heard in another order each time. */
function inOrder(unsaid: readonly Unsaid[]): Unsaid[] {
  return [...unsaid].sort((a, b) => labelOf(a).localeCompare(labelOf(b), 'en', { numeric: true }));
}

function byReason(unsaid: readonly Unsaid[], how = ''): string {
  const groups = new Map<string, string[]>();
  for (const each of inOrder(unsaid)) {
    // The sentence that it becomes a part of ends with a dot of its own.
    const reason = each.reason.replace(/\.+$/, '');
    groups.set(reason, [...(groups.get(reason) ?? []), labelOf(each)]);
  }
  return [...groups].map(([reason, who]) => `${who.join(', ')}${how}: ${reason}`).join('; ');
}

/** The hint of the first failure that has one. */
function hintOf(unsaid: readonly Unsaid[]): string | undefined {
  const told = unsaid.find(({ cause }) => isFedError(cause) && cause.hint !== undefined);
  return told && isFedError(told.cause) ? told.cause.hint : undefined;
}

/** Nothing was found: not anywhere, or as far as could be asked. */
export function nothingFound(
  what: string,
  absent: readonly string[],
  unsaid: readonly Unsaid[],
  answer?: AbsentAnswer,
): FedError {
  const where = [...new Set(absent)];
  const said = where.length > 0 ? `${what} was not found at ${where.join(', ')}` : `${what} was not found`;
  return unsaid.length === 0
    ? new NotFoundError(`${said}.`, { absent: where, answer })
    : new CouldNotSayError(`${said}; ${allUnsaid(unsaid)}.`, { absent: where, unsaid, hint: hintOf(unsaid) });
}

/** A listing that lacks something; nobody answered at all: nothing to print. */
export function incompleteListing(answered: number, unsaid: readonly Unsaid[]): FedError | undefined {
  if (unsaid.length === 0) return undefined;
  const options = { unsaid, hint: hintOf(unsaid) };
  if (answered > 0) return new PartialError(`The listing is incomplete: ${allUnsaid(unsaid)}.`, options);
  return (
    refusedByAll(unsaid) ??
    new CouldNotSayError(`No provider could be asked: ${allUnsaid(unsaid)}.`, { ...options, absent: [] })
  );
}

/** Everybody was asked, and the services refuse it alike: that is their answer. Who does not know the user has none. */
function refusedByAll(unsaid: readonly Unsaid[]): ProviderResponseError | undefined {
  const strangers = unsaid.filter(({ cause }) => isStrangerThere(cause));
  const others = unsaid.filter((each) => !strangers.includes(each));
  const refusals = inOrder(others)
    .map(({ cause }) => cause)
    .filter(isRefused);
  const [first] = refusals;
  if (first === undefined || refusals.length < others.length) return undefined;
  const { provider, status, requestId } = first;
  if (refusals.some((each) => each.status !== status)) return undefined;
  const also = strangers.length === 0 ? '' : `; ${allUnsaid(strangers)}`;
  return new ProviderResponseError(`${byReason(others)}${also}.`, { provider, status, requestId, isRefusal: true });
}

/** Whether a service itself refused a request. */
export function isRefused(cause: unknown): cause is ProviderResponseError {
  return cause instanceof ProviderResponseError && cause.isRefusal;
}

/** What is said of providers whose catalogs have other services, and not this one. */
export function noSuchService(providers: readonly string[], service: string): ProviderResponseError {
  const [provider = '', another] = providers;
  const have = another === undefined ? 'has' : 'have';
  return new ProviderResponseError(`${providers.join(', ')} ${have} no ${service} service.`, {
    provider,
    status: 404,
    hint: 'fed catalog list shows what each provider has.',
  });
}
