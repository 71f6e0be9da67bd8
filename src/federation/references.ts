import type { CancelSignal } from '../ports/http.ts';
import { typeNamed } from '../services/index.ts';
import { heldPathsOf } from '../services/paths.ts';
import type { Reference, Service } from '../services/types.ts';
import type { Caller } from './call.ts';
import type { LocateOptions, Locator } from './locate.ts';
import { valueAt, valuesAt } from './pointer.ts';
import { probeOne } from './probe.ts';
import { looksLikeId, type Named, showSubject } from './resource.ts';
import { namedAt } from './resource-path.ts';
import { areTogether, regionsOf, type Scope } from './scope.ts';
import type { Subject } from './subject.ts';

/** A resource that a body names. */
export interface Referred {
  readonly service: Service;
  readonly named: Named;
}

/** A resource that a body names, with the scopes that it can mean. */
interface Resolved extends Referred {
  readonly scopes: readonly Scope[];
}

/** Where everything that a body names lives. */
export interface Placement {
  readonly scope: Scope;
  /** The regions in which all of it can be used; undefined where that leaves them open. */
  readonly regions: readonly string[] | undefined;
}

/** The resources that a request's body names, as the descriptions say for what the request is about. */
export function referencesIn(method: string, subject: Subject, body: unknown): readonly Referred[] {
  if (body === undefined || method === 'GET' || method === 'HEAD') return [];
  const found = new Map<string, Referred>();
  for (const reference of referencesOf(method, subject)) {
    for (const id of idsAt(body, reference)) {
      const referred = referredBy(subject.service, reference.type, id);
      if (referred !== undefined) found.set(JSON.stringify([referred.named.typeName, referred.named.id]), referred);
    }
  }
  return [...found.values()];
}

function referencesOf(method: string, { named, creates, path, references = [] }: Subject): readonly Reference[] {
  if (named === undefined) return method === 'POST' ? [...(creates?.type?.references ?? []), ...references] : [];
  const below = path.startsWith(named.itemPath) ? path.slice(named.itemPath.length) : undefined;
  const own = (named.type?.subresources ?? []).filter(
    (each) => below !== undefined && each.path === `${named.type?.paths.item}${below}`,
  );
  return [...own.flatMap((each) => each.references), ...references];
}

/** What a reference names: of a type of the registry, or of a collection of the request's own service. */
function referredBy(service: Service, type: string, value: string): Referred | undefined {
  if (!type.startsWith('/')) {
    const known = typeNamed(type);
    // What cannot be an id names nothing that lives anywhere: the service says what is wrong with it.
    const isId = known !== undefined && (known.ids !== 'uuid' || looksLikeId(value));
    return isId ? showSubject(known, value) : undefined;
  }
  const id = value.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const grammar = heldPathsOf(service);
  // Where a name is possible as well, it means something to the service that has it.
  if (grammar === undefined || !looksLikeId(id)) return undefined;
  const named = namedAt(service, grammar, type, id);
  return named && { service, named };
}

function idsAt(body: unknown, { pointer, when = {} }: Reference): string[] {
  const cut = pointer.lastIndexOf('/');
  return valuesAt(body, pointer.slice(0, cut))
    .filter((around) => Object.entries(when).every(([field, value]) => valueAt(around, `/${field}`) === value))
    .flatMap((around) => valuesAt(around, pointer.slice(cut)))
    .filter((id) => typeof id === 'string' && id !== '') as string[];
}

/**
 * The scope that owns everything a body names.
 *
 * @throws SplitReferencesError when they live in different clouds, regions or projects; NotFoundError, CouldNotSayError
 */
export async function scopeOfReferences(
  locator: Locator,
  caller: Caller,
  references: readonly Referred[],
  options: LocateOptions,
): Promise<Placement> {
  const resolved = await resolve(locator, references, options);
  const provider = await commonProvider(resolved);
  const here = resolved.map((each) => ({
    ...each,
    scopes: each.scopes.filter((scope) => scope.provider === provider),
  }));
  const regions = await commonRegions(here);
  return { scope: await commonScope(caller, here, options.signal), regions };
}

/**
 * Make sure that what a request on a resource names lives where the resource does, before anything is sent.
 * @throws SplitReferencesError; NotFoundError, CouldNotSayError
 */
export async function requireTogether(
  locator: Locator,
  owner: { readonly named: Named; readonly scope: Scope },
  references: readonly Referred[],
  options: LocateOptions,
): Promise<void> {
  const resolved = await resolve(locator, references, options);
  const all = [{ named: owner.named, scopes: [owner.scope] }, ...resolved];
  const elsewhere = resolved.some(({ scopes }) => scopes.every(({ provider }) => provider !== owner.scope.provider));
  const inOtherRegion = resolved.some(({ scopes }) => !scopes.some((scope) => areTogether(scope, owner.scope)));
  if (!elsewhere && !inOtherRegion) return;
  const { splitReferences } = await import('./ambiguity.ts');
  throw splitReferences(all, elsewhere ? 'clouds' : 'regions');
}

function resolve(locator: Locator, references: readonly Referred[], options: LocateOptions): Promise<Resolved[]> {
  return Promise.all(
    references.map(async ({ service, named }) => ({
      service,
      named,
      scopes: await locator.candidates(service, named, options),
    })),
  );
}

async function commonProvider(resolved: readonly Resolved[]): Promise<string> {
  const [first, ...others] = resolved.map(({ scopes }) => new Set(scopes.map(({ provider }) => provider)));
  const common = [...(first ?? [])].filter((provider) => others.every((providers) => providers.has(provider)));
  const [only, another] = common;
  if (only !== undefined && another === undefined) return only;
  const { severalProviders, splitReferences } = await import('./ambiguity.ts');
  throw only === undefined ? splitReferences(resolved, 'clouds') : severalProviders(resolved, common);
}

/** The regions in which everything is; several services can have their endpoints in common for several regions. */
async function commonRegions(resolved: readonly Resolved[]): Promise<readonly string[] | undefined> {
  const sets = resolved
    .filter(({ scopes }) => scopes.every((scope) => regionsOf(scope) !== undefined))
    .map(({ scopes }) => scopes.flatMap((scope) => regionsOf(scope) ?? []));
  const [first, ...others] = sets;
  if (first === undefined) return undefined;
  const common = [...new Set(first)].filter((region) => others.every((regions) => regions.includes(region)));
  if (common.length > 0) return common;
  const { splitReferences } = await import('./ambiguity.ts');
  throw splitReferences(resolved, 'regions');
}

async function commonScope(caller: Caller, resolved: readonly Resolved[], signal?: CancelSignal): Promise<Scope> {
  // What only its own project sees decides; shared images and networks may belong to another project.
  const binding = resolved.filter(({ named }) => named.type?.visibility === 'project');
  const candidates = distinct((binding.length > 0 ? binding : resolved).flatMap(({ scopes }) => scopes));
  const [first, another] = candidates;
  if (first !== undefined && another === undefined) return first;
  if (binding.length === 0) {
    for (const scope of candidates) {
      if (await seesAll(caller, scope, resolved, signal)) return scope;
    }
  }
  const { splitReferences } = await import('./ambiguity.ts');
  throw splitReferences(resolved, 'projects');
}

async function seesAll(caller: Caller, scope: Scope, resolved: readonly Resolved[], signal?: CancelSignal) {
  const verdicts = await Promise.all(
    resolved.map(({ service, named, scopes }) => {
      const there = scopes.find(({ project }) => project.id === scope.project.id) ?? {
        ...scopes[0],
        ...projectOf(scope),
      };
      return probeOne(caller, there, service, named, { signal });
    }),
  );
  return verdicts.every(({ kind }) => kind === 'here');
}

function projectOf({ provider, project }: Scope): Pick<Scope, 'provider' | 'project'> {
  return { provider, project };
}

/** One for each project. */
function distinct(scopes: readonly Scope[]): Scope[] {
  const isSame = (a: Scope, b: Scope) => a.provider === b.provider && a.project.id === b.project.id;
  return scopes.filter((scope, index) => scopes.findIndex((other) => isSame(other, scope)) === index);
}
