/** The scope of requests that no owner of a resource decides: a project's own, what cannot be looked for, and home's. */
import { CouldNotSayError, ProviderResponseError, type Unsaid, UsageError } from '../errors.ts';
import { serviceOf } from '../services/index.ts';
import type { Service } from '../services/types.ts';
import { endpointsIn } from './endpoint.ts';
import { scopesOf } from './only-scope.ts';
import { allUnsaid } from './outcome.ts';
import { everyRegion, regionalScopes } from './regions.ts';
import { isNarrowed, type Narrowing, type Roster } from './roster.ts';
import { type Scope, scopeLabel } from './scope.ts';
import type { Subject } from './subject.ts';
import { isStrangerThere } from './unsaid.ts';

/**
 * The narrowing to the project that a path names: by its id (quotas), or by its account (Object Storage).
 *
 * @returns undefined where the path names none, or one of nobody's: home may know it
 * @throws UsageError for an account of nobody's; CouldNotSayError where somebody could not be asked who may have it
 */
export async function placeOfProject(
  roster: Roster,
  subject: Subject,
  narrowing: Narrowing = {},
): Promise<Narrowing | undefined> {
  const { projectId, account } = subject;
  if (projectId === undefined && account === undefined) return undefined;
  const isNarrow = isNarrowed(roster.narrowing(narrowing));
  const ofHome = isNarrow ? [] : await roster.home.projects();
  const at = ofHome.some(({ id }) => id === projectId)
    ? { provider: roster.home.name, project: { id: projectId ?? '' } }
    : await ownerOfProject(roster, subject, narrowing);
  if (at !== undefined) return { ...narrowing, providers: [at.provider], projects: [at.project.id] };
  if (isNarrow || account === undefined) return undefined;
  throw new UsageError(`No project of yours has the account ${account}.`, {
    hint: 'For an account that is shared with you, say which scope asks for it, with --provider and --project.',
  });
}

async function ownerOfProject(
  roster: Roster,
  subject: Subject,
  narrowing: Narrowing,
): Promise<{ readonly provider: string; readonly project: { readonly id: string } } | undefined> {
  const { service, projectId, account } = subject;
  const { scopes, unsaid } = await scopesOf(roster, narrowing, service);
  for (const scope of scopes) {
    if (scope.project.id === projectId || (await hasAccount(roster, scope, subject))) return scope;
  }
  const open = unsaid.filter(({ cause }) => !isStrangerThere(cause));
  if (open.length === 0) return undefined;
  throw new CouldNotSayError(`No project ${projectId ?? account} was found; ${allUnsaid(open)}.`, {
    absent: [...new Set(scopes.map(({ provider }) => provider))],
    unsaid: open,
  });
}

async function hasAccount(roster: Roster, scope: Scope, { service, account }: Subject): Promise<boolean> {
  if (account === undefined) return false;
  const provider = roster.named(scope.provider);
  const { catalog } = await provider.tokenFor(scope.project);
  const endpoints = endpointsIn(catalog, service, everyRegion(provider)) ?? [];
  return endpoints.some(({ url }) => url.replace(/\/+$/, '').split('/').at(-1) === account);
}

/** The scopes whose catalogs have a service, and who could not be asked. */
export async function scopesWith(
  roster: Roster,
  service: Subject['service'],
  narrowing: Narrowing = {},
): Promise<{ readonly having: readonly Scope[]; readonly asked: readonly Scope[]; readonly open: readonly Unsaid[] }> {
  const { scopes, unsaid } = await scopesOf(roster, narrowing, service);
  const having: Scope[] = [];
  for (const scope of scopes) {
    const provider = roster.named(scope.provider);
    const { catalog } = await provider.tokenFor(scope.project);
    if (endpointsIn(catalog, service, everyRegion(provider)) !== undefined) having.push(scope);
  }
  return { having, asked: scopes, open: unsaid.filter(({ cause }) => !isStrangerThere(cause)) };
}

/**
 * The one scope that can be meant, where nobody can be asked whose it is.
 * @param what cannot be looked for
 * @throws UsageError where several can be meant
 */
export async function onlyPossibleScope(
  roster: Roster,
  { service }: Subject,
  what: string,
  narrowing: Narrowing = {},
): Promise<Scope | undefined> {
  const { having, open } = await scopesWith(roster, service, narrowing);
  const [only, another] = having;
  if (another === undefined && open.length === 0) return only;
  const others = open.length > 0 ? `, and perhaps others (${allUnsaid(open)})` : '';
  throw new UsageError(`${what}. ${having.map(scopeLabel).join(', ')} can be meant${others}.`, {
    hint: 'Nothing was sent. Say which with --provider and --project, or X-Fed-Provider and X-Fed-Project.',
  });
}

/**
 * Home's, in the region of its configuration or else the catalog's first, as programs that know one cloud have it. A
 * service that home does not have is asked where it is, if that is one scope only.
 *
 * @throws ProviderResponseError for a service that nobody has; UsageError for one that several have; CouldNotSayError
 */
export async function scopeAtHome(roster: Roster, service: Service): Promise<Scope> {
  const { home } = roster;
  const { catalog } = await home.token();
  const [project] = await home.projects();
  if (project === undefined) throw new Error('home without a project');
  const scope = { provider: home.name, project };
  if (endpointsIn(catalog, service, home) === undefined) return onlyScopeWith(roster, service);
  return regionalScopes(scope, catalog, home, service, undefined)[0] ?? scope;
}

async function onlyScopeWith(roster: Roster, service: Service): Promise<Scope> {
  const { having, asked, open } = await scopesWith(roster, service);
  const [only, another] = having;
  if (only !== undefined && another === undefined && open.length === 0) return only;
  if (only !== undefined) throw severalHave(service, roster.home.name, having, open);
  const nobody = `No provider has a service of type ${service.type}`;
  if (open.length > 0) {
    throw new CouldNotSayError(`${nobody}; ${allUnsaid(open)}.`, {
      absent: asked.map(({ provider }) => provider),
      unsaid: open,
    });
  }
  const { typeOfProject } = await import('../services/project-names.ts');
  const type = typeOfProject(service.type.toLowerCase());
  const hint = type === undefined ? 'fed catalog list shows what each provider has.' : `Did you mean ${type}?`;
  // A type that is none of OpenStack's, and in no catalog, is a slip of the pen.
  if (serviceOf(service.type) === undefined) throw new UsageError(`${nobody}.`, { hint });
  throw new ProviderResponseError(`${nobody}.`, { provider: roster.home.name, status: 404, hint });
}

function severalHave(service: Service, home: string, having: readonly Scope[], open: readonly Unsaid[]): UsageError {
  const where = having.map(scopeLabel).join(', ');
  const others = open.length > 0 ? `, and perhaps others (${allUnsaid(open)})` : '';
  return new UsageError(`${home} has no ${service.type} service; ${where} have${others}.`, {
    hint: 'Say which with --provider and --project.',
  });
}
