import { ASSERTION } from './causes/assertion.ts';
import type { Cause, CauseRow, Observed } from './causes/cause.ts';
import { FEDERATED_TOKEN } from './causes/federated-token.ts';
import { ANY_STEP, PROJECTS_AND_SCOPE } from './causes/later.ts';
import { PRESENT } from './causes/present.ts';

/** In the order in which they are tried: the first that fits counts. */
export const CAUSES: readonly CauseRow[] = [
  ...ASSERTION,
  ...PRESENT,
  ...FEDERATED_TOKEN,
  ...PROJECTS_AND_SCOPE,
  ...ANY_STEP,
];

const UNKNOWN: Cause = {
  name: 'any/unknown',
  cause: 'this is none of the answers that Keystone-to-Keystone is known to give',
  who: 'provider',
  remedy: "the provider's web server and Keystone logs say why",
};

/** The most likely cause of what was observed; there is always one, if only a general one. */
export function explain(observed: Observed): Cause {
  const text = plain(observed.text);
  const row = CAUSES.find(
    ({ step, status, says, when }) =>
      (step === 'any' || step === observed.step) &&
      (status === undefined || status.includes(observed.status)) &&
      (says === undefined || says.test(text)) &&
      (when === undefined || when(observed)),
  );
  const { name, cause, who, remedy, transient } = row ?? UNKNOWN;
  return { name, cause, who, remedy, ...(transient && { transient }) };
}

/** Shibboleth writes punctuation as numeric entities. */
function plain(text: string): string {
  return text.slice(0, 64 * 1024).replace(/&#(\d{2,3});/g, (_, code: string) => String.fromCharCode(Number(code)));
}
