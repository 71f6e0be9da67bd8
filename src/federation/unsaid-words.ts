import { HomeAuthError, ProviderAuthError, ProviderResponseError, TransportError, type Unsaid } from '../errors.ts';
import { isTimeout } from './abort.ts';

/** `sp-a`, `sp-a/research-one`, `sp-a/research-one in RegionTwo`. */
export function labelOf({ provider, project, region }: Unsaid): string {
  const label = project === undefined ? provider : `${provider}/${project}`;
  return region === undefined ? label : `${label} in ${region}`;
}

/** In the federation's order, whoever answered first; where that is not known, by name. */
export function inOrder(unsaid: readonly Unsaid[]): Unsaid[] {
  const last = Number.MAX_SAFE_INTEGER;
  const byName = (a: Unsaid, b: Unsaid) => labelOf(a).localeCompare(labelOf(b), 'en', { numeric: true });
  return [...unsaid].sort((a, b) => (a.rank ?? last) - (b.rank ?? last) || byName(a, b));
}

/** One for each reason: `sp-c, sp-d could not be reached: connection refused`. */
export function unsaidPhrases(unsaid: readonly Unsaid[]): string[] {
  return grouped(unsaid, (each) => ` ${verbFor(each)}`);
}

/** The same without a word on what kind of failure it was: `sp-c, sp-d: it answered 400`. */
export function unsaidReasons(unsaid: readonly Unsaid[]): string[] {
  return grouped(unsaid, () => '');
}

function grouped(unsaid: readonly Unsaid[], verb: (each: Unsaid) => string): string[] {
  const byReason = new Map<string, string[]>();
  for (const each of inOrder(unsaid)) {
    // The sentence that it becomes a part of ends with a dot of its own.
    const said = `${verb(each)}: ${each.reason.replace(/\.+$/, '')}`;
    byReason.set(said, [...(byReason.get(said) ?? []), labelOf(each)]);
  }
  return [...byReason].map(([said, who]) => `${who.join(', ')}${said}`);
}

/** Who was reached, and what came of it, are different things to somebody who looks for the fault. */
function verbFor({ cause, provider }: Unsaid): string {
  if (isTimeout(cause)) return 'gave no answer';
  if (cause instanceof TransportError) {
    if (cause.provider !== provider) return 'could not be entered';
    return ['dns', 'connect', 'tls'].includes(cause.reason) ? 'could not be reached' : 'gave no answer';
  }
  if (cause instanceof HomeAuthError) return 'refused';
  if (!(cause instanceof ProviderResponseError || cause instanceof ProviderAuthError)) return 'could not be asked';
  if (cause.status === undefined) return 'could not be asked';
  if (cause.status === 401 || cause.status === 403) return 'refused';
  return cause.status === 400 ? 'did not take the request' : 'could not say';
}
