/** What is said where nothing is meant, or more than one: loaded when there is something to say. */
import { type Owner, SeveralOwnersError, SplitReferencesError, UsageError } from '../errors.ts';
import { textAt } from './pointer.ts';
import type { ProjectSelector } from './project-selector.ts';
import { looksLikeId } from './resource.ts';
import { type Scope, sameScope, scopeLabel } from './scope.ts';

/** A resource that a request names, and the scopes in which it is seen. */
interface Named {
  readonly named: { readonly typeName: string; readonly id: string };
  readonly scopes: readonly Scope[];
}

/** A resource as a scope showed it. */
interface Found {
  readonly named: { readonly typeName: string };
  readonly id: string;
  readonly item: unknown;
  readonly scope: Scope;
}

/** Several resources are meant by one id or name: an error that lists them. */
export function severalOwners(what: string, found: readonly Found[]): SeveralOwnersError {
  const labels = scopeLabels(found.map(({ scope }) => scope));
  const lines = found.map(({ id }, index) => `  ${id} at ${labels[index]}`);
  return new SeveralOwnersError(`${what} is not unique:\n${lines.join('\n')}`, {
    owners: found.map(({ named, id, item, scope }) => ({
      type: named.typeName,
      id,
      name: textAt(item, '/name'),
      provider: scope.provider,
      project: scope.project.name,
      region: scope.region,
    })),
    hint: `Say which with ${tellsApart(found) ? 'its id, or with ' : ''}${optionsFor(found.map(({ scope }) => scope))}.`,
  });
}

/** Whether an id is enough to say which: an id that a service makes is one thing's alone, 1 may be anything's. */
function tellsApart(found: readonly Found[]): boolean {
  return new Set(found.map(({ id }) => id)).size === found.length && found.every(({ id }) => looksLikeId(id));
}

/** A request needs one scope, and several are meant. */
export function severalScopes(scopes: readonly Scope[]): UsageError {
  const labels = scopeLabels(scopes);
  const sharesName = scopes.some((scope, index) => labels[index] !== scopeLabel(scope));
  const domain = sharesName ? ' (by its id, or with --os-remote-project-domain-id)' : '';
  return new UsageError(`This needs one scope, and several are meant: ${labels.join(', ')}.`, {
    hint: `Say which with ${optionsFor(scopes)}${domain}.`,
  });
}

/** The narrowing names projects, and none of these providers has one of them. */
export function noSuchProject(
  { projects = [], projectDomain, origin }: ProjectSelector,
  providers: readonly string[],
): UsageError {
  const domain = projectDomain?.id ?? projectDomain?.name;
  const where = domain === undefined ? '' : ` in the domain ${domain}`;
  return new UsageError(
    `There is no project ${projects.join(' or ')}${where} at ${providers.join(', ')}${origin === undefined ? '' : ` (${origin})`}.`,
    {
      hint: 'fed project list shows the projects that you have.',
    },
  );
}

/** What a request names lives in different clouds, regions or projects. */
export function splitReferences(
  resolved: readonly Named[],
  what: 'clouds' | 'regions' | 'projects',
): SplitReferencesError {
  const lines = resolved.map(
    ({ named, scopes }) => `  ${named.typeName} ${named.id} at ${scopeLabels(scopes).join(', ')}`,
  );
  return new SplitReferencesError(`This request names resources of different ${what}:\n${lines.join('\n')}`, {
    owners: resolved.flatMap(ownersOf),
    hint: 'Nothing was sent. Use resources of one project, or say which scope to try with --provider and --project.',
  });
}

/** What a request names exists at each of these providers. */
export function severalProviders(resolved: readonly Named[], providers: readonly string[]): SeveralOwnersError {
  return new SeveralOwnersError(`What the request's body names exists at ${providers.join(' and ')}.`, {
    owners: resolved.flatMap(ownersOf),
    hint: 'Say which is meant with --provider.',
  });
}

function ownersOf({ named: { typeName, id }, scopes }: Named): Owner[] {
  return scopes.map(({ provider, project, region }) => ({
    type: typeName,
    id,
    provider,
    project: project.name,
    region,
  }));
}

function optionsFor(scopes: readonly Scope[]): string {
  return scopes.some(({ isRegional }) => isRegional === true)
    ? '--provider, --project and --region'
    : '--provider and --project';
}

/** `sp-a/admin`; where another scope is called so, too, with the project's id and domain. */
function scopeLabels(scopes: readonly Scope[]): readonly string[] {
  return scopes.map((scope) => {
    const label = scopeLabel(scope);
    if (!scopes.some((other) => scopeLabel(other) === label && !sameScope(other, scope))) return label;
    const { id, domainId, domainName } = scope.project;
    const domain = domainId ?? domainName;
    return `${label} (${id}${domain === undefined ? '' : `, domain ${domain}`})`;
  });
}
