/** What is said of a whole question that was not answered, or not by all. Loaded when there is something to say. */
import {
  type AbsentAnswer,
  CouldNotSayError,
  type FedError,
  isFedError,
  NotFoundError,
  PartialError,
  ProviderResponseError,
  type Unsaid,
} from '../errors.ts';
import type { ResourceType } from '../services/types.ts';
import { isRefused, isStrangerThere } from './unsaid.ts';
import { inOrder, unsaidPhrases, unsaidReasons } from './unsaid-words.ts';

/** `sp-c could not be reached: connection refused; sp-d refused: …`, the same reason said once. */
export function allUnsaid(unsaid: readonly Unsaid[]): string {
  return unsaidPhrases(unsaid).join('; ');
}

/** The same at the end of a message: one in the sentence, several in lines of their own. */
function listed(before: string, unsaid: readonly Unsaid[], beforeOne = `${before}: `): string {
  const phrases = unsaidPhrases(unsaid);
  return phrases.length === 1
    ? `${beforeOne}${phrases[0]}.`
    : `${before}:\n${phrases.map((phrase) => `  ${phrase}`).join('\n')}`;
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
  more: {
    readonly answer?: AbsentAnswer | undefined;
    readonly notLookedFor?: readonly ResourceType[];
    readonly refusedWith?: number | undefined;
  } = {},
): FedError {
  const where = [...new Set(absent)];
  const said = where.length > 0 ? `${what} was not found at ${where.join(', ')}` : `${what} was not found`;
  const types = more.notLookedFor ?? [];
  const notLookedFor = types.map(({ name }) => name);
  const left =
    types.length === 0
      ? ''
      : ` Not looked for: ${types.map(({ plural }) => plural).join(', ')}, and what fed curl alone reaches.`;
  const hint = types[0] && `A name needs its type, and so do these: fed ${types[0].name} show NAME`;
  return unsaid.length === 0
    ? new NotFoundError(`${said}.${left}`, { absent: where, answer: more.answer, notLookedFor, hint })
    : new CouldNotSayError(listed(`${said}; others could not say`, unsaid, `${said}; `), {
        absent: where,
        unsaid: inOrder(unsaid),
        hint: hintOf(unsaid) ?? hint,
        notLookedFor,
        refusedWith: more.refusedWith,
      });
}

/** A listing that lacks something; nobody answered at all: nothing to print. */
export function incompleteListing(answered: number, unsaid: readonly Unsaid[]): FedError | undefined {
  if (unsaid.length === 0) return undefined;
  const options = { unsaid: inOrder(unsaid), hint: hintOf(unsaid) };
  if (answered > 0) return new PartialError(listed('The listing is incomplete', unsaid), options);
  return (
    refusedByAll(unsaid) ??
    new CouldNotSayError(listed('No provider gave an answer', unsaid), { ...options, absent: [] })
  );
}

/** Everybody was asked, and the services refuse it alike: that is their answer. Who does not know the user has none. */
export function refusedByAll(unsaid: readonly Unsaid[]): ProviderResponseError | undefined {
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
  return new ProviderResponseError(`${unsaidReasons(others).join('; ')}${also}.`, {
    provider,
    status,
    requestId,
    isRefusal: true,
  });
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
