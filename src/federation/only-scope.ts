import { CouldNotSayError, HomeAuthError, type Unsaid } from '../errors.ts';
import type { Service } from '../services/types.ts';
import { askScopes, type RankedScope } from './ask.ts';
import type { Narrowing, Roster } from './roster.ts';
import type { Scope } from './scope.ts';

/**
 * The one scope that a narrowing leaves.
 *
 * @param service whose regions count; absent: a scope is a project, in no region
 * @throws UsageError when it leaves none or several; HomeAuthError; CouldNotSayError when a provider could not say
 */
export async function onlyScope(roster: Roster, narrowing: Narrowing, service?: Service): Promise<Scope> {
  const { scopes, unsaid, providers } = await scopesOf(roster, narrowing, service, (found) => found.length > 0);
  const [only, another] = scopes;
  if (only !== undefined && another === undefined && unsaid.length === 0) return only;
  if (only === undefined && unsaid.length > 0) {
    const [{ cause }] = unsaid as [Unsaid];
    // Who is not let in at home is told so, whatever was asked for.
    if (cause instanceof HomeAuthError) throw cause;
    const hint = cause instanceof Error && 'hint' in cause && typeof cause.hint === 'string' ? cause.hint : undefined;
    const { allUnsaid } = await import('./outcome.ts');
    throw new CouldNotSayError(`${allUnsaid(unsaid)}.`, { absent: [], unsaid, hint });
  }
  const { noSuchProject, severalScopes } = await import('./ambiguity.ts');
  throw only === undefined ? noSuchProject(roster.narrowing(narrowing), providers) : severalScopes(scopes);
}

/**
 * The scopes of a narrowing in the federation's order, and who could not say.
 *
 * @param isEnough whether these are enough, even if there are more since the lists of projects were remembered
 * @throws HomeAuthError, UsageError
 */
export async function scopesOf(
  roster: Roster,
  narrowing: Narrowing,
  service?: Service,
  isEnough?: (found: readonly Scope[]) => boolean,
): Promise<{ scopes: readonly RankedScope[]; unsaid: readonly Unsaid[]; providers: readonly string[] }> {
  const scopes: RankedScope[] = [];
  const unsaid: Unsaid[] = [];
  let providers: readonly string[] = [];
  const hooks = {
    narrowing,
    unsaid: (each: Unsaid) => void unsaid.push(each),
    // The first time it is told of all.
    awaiting: (names: readonly string[]) => {
      if (providers.length === 0) providers = names;
    },
    ...(service !== undefined && { service }),
    ...(isEnough !== undefined && { isEnough: () => isEnough(scopes) }),
  };
  await askScopes(roster, hooks, (scope) => Promise.resolve(void scopes.push(scope)));
  return { scopes: scopes.sort((a, b) => a.rank - b.rank), unsaid, providers };
}
