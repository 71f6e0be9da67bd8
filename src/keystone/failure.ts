import { type K2kStep, ProviderAuthError } from '../errors.ts';
import { headerValue } from '../ports/http.ts';
import type { Cause } from './causes/cause.ts';
import { type Answer, contentTypeOf, requestIdOf, said, shownUrl } from './exchange.ts';
import { explain } from './k2k-causes.ts';
import { isObject, objectIn, parseJson } from './shape.ts';

interface Failed {
  readonly provider: string;
  readonly step: K2kStep;
  readonly answer: Answer;
  /** What must not be shown, even if the answer repeats it. */
  readonly secrets: readonly string[];
  /** What is wrong with an answer whose status is right. */
  readonly problem?: string | undefined;
  /** What the user asked for, where the step alone does not say: the project to scope to. */
  readonly wanted?: string;
  /** Whether the home token is of an application credential with access rules. */
  readonly hasAccessRules?: boolean | undefined;
  /** Something that was noticed and may be the reason. */
  readonly noticed?: string | undefined;
}

/** The error for a step that was answered, but not as it should be: what was said, the likely cause, who can act. */
export function failure(failed: Failed): { error: ProviderAuthError; cause: Cause } {
  const { provider, step, answer, secrets, problem, noticed } = failed;
  const cause = causeOf(step, answer, failed.hasAccessRules);
  const what = problem === undefined ? said(answer, secrets) : `it answered ${answer.status}, and ${problem}`;
  const target = redirectTarget(answer);
  const error = new ProviderAuthError(
    `${provider} ${inWords(failed)}; ${what}${target && `, pointing to ${target}`} (${shownUrl(answer.url)})`,
    {
      provider,
      step,
      status: answer.status,
      requestId: requestIdOf(answer),
      isKeystonesWord: problem === undefined && isKeystonesRefusal(answer),
      hint: [noticed, hintOf(cause, provider)].filter((part) => part !== undefined).join('. '),
    },
  );
  return { error, cause };
}

/** `{"error": {"code": 401, …}}`: pages of what stands before a Keystone have the same statuses. */
function isKeystonesRefusal({ status, text }: Answer): boolean {
  const error = objectIn(parseJson(text), 'error');
  return isObject(error) && error.code === status;
}

/** The likely cause at any step; also of authentication with a provider's own credentials. */
export function causeOf(step: K2kStep | 'authenticate', answer: Answer, hasAccessRules?: boolean): Cause {
  return explain({
    step,
    status: answer.status,
    contentType: contentTypeOf(answer),
    text: answer.text,
    location: headerValue(answer.headers, 'location'),
    url: answer.url,
    hasAccessRules,
  });
}

function inWords({ step, wanted }: Failed): string {
  switch (step) {
    case 'assertion':
      return 'could not be entered: home gave no assertion of your identity for it';
    case 'present':
      return "could not be entered: it did not take home's assertion of your identity";
    case 'federated-token':
      return "could not be entered: it took home's assertion, and then gave no token";
    case 'projects':
      return 'did not say which projects you have there';
    case 'scope':
      return `gave no token for ${wanted ?? 'the project'}`;
  }
}

function hintOf({ cause, who, remedy }: Cause, provider: string): string {
  const actors = {
    you: '',
    home: "home's operator: ",
    provider: `the operator of ${provider}: `,
    both: `the operators of home and ${provider}: `,
  };
  return `Likely cause: ${cause}. What can be done: ${actors[who]}${remedy}`;
}

function redirectTarget(answer: Answer): string {
  const location = answer.status >= 300 && answer.status < 400 ? headerValue(answer.headers, 'location') : undefined;
  return location !== undefined && URL.canParse(location, answer.url)
    ? shownUrl(new URL(location, answer.url).href)
    : '';
}
