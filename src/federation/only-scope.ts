import { CouldNotSayError, type Unsaid, UsageError } from '../errors.ts';
import type { Service } from '../services/types.ts';
import { askScopes, type RankedScope } from './ask.ts';
import { allUnsaid } from './outcome.ts';
import type { Narrowing, Roster } from './roster.ts';
import { type Scope, scopeLabel } from './scope.ts';

/**
 * The one scope that a narrowing leaves.
 *
 * @param service whose regions count; absent: a scope is a project, in no region
 * @throws UsageError when it leaves none or several; CouldNotSayError when a provider could not say
 */
export async function onlyScope(roster: Roster, narrowing: Narrowing, service?: Service): Promise<Scope> {
  const { scopes, unsaid, providers } = await scopesOf(roster, narrowing, service);
  const [only, another] = scopes;
  if (only !== undefined && another === undefined && unsaid.length === 0) return only;
  if (only === undefined && unsaid.length > 0) {
    const [{ cause }] = unsaid as [Unsaid];
    const hint = cause instanceof Error && 'hint' in cause && typeof cause.hint === 'string' ? cause.hint : undefined;
    throw new CouldNotSayError(`${allUnsaid(unsaid)}.`, { absent: [], unsaid, hint });
  }
  if (only === undefined) {
    const projects = roster.narrowing(narrowing).projects?.join(', ') ?? 'you have none there';
    throw new UsageError(`There is no such project at ${providers.join(', ')}: ${projects}.`, {
      hint: 'fed project list shows the projects that you have.',
    });
  }
  const isRegional = scopes.some((scope) => scope.isRegional === true);
  throw new UsageError(`This needs one scope, and several are meant: ${scopes.map(scopeLabel).join(', ')}.`, {
    hint: `Say which with --provider${isRegional ? ', --project and --region' : ' and --project'}.`,
  });
}

/** The scopes of a narrowing in the federation's order, and who could not say. @throws HomeAuthError, UsageError */
export async function scopesOf(
  roster: Roster,
  narrowing: Narrowing,
  service?: Service,
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
  };
  await askScopes(roster, hooks, (scope) => Promise.resolve(void scopes.push(scope)));
  return { scopes: scopes.sort((a, b) => a.rank - b.rank), unsaid, providers };
}
