import { type Unsaid, UsageError } from '../errors.ts';
import { type CatalogMatch, catalogEntryFor } from '../keystone/catalog.ts';
import { serviceNamed } from '../services/index.ts';
import { pathsOf } from '../services/paths.ts';
import type { PathGrammar, Service } from '../services/types.ts';
import { askScopes } from './ask.ts';
import { VERSION } from './endpoint.ts';
import { allUnsaid } from './outcome.ts';
import type { Narrowing, Roster } from './roster.ts';
import type { Scope } from './scope.ts';
import { type Subject, subjectAt } from './subject.ts';

/** A full URL, understood. */
export interface ResolvedUrl {
  readonly subject: Subject;
  /** The scopes in whose catalogs it is. */
  readonly narrowing: Narrowing;
}

/**
 * What a full URL is about, and whose it is. Tokens go to the catalogs' endpoints and to nobody else, so a URL outside
 * all of them is refused.
 *
 * @throws UsageError for a URL that is in no catalog
 */
export async function resolveUrl(roster: Roster, url: string, narrowing?: Narrowing): Promise<ResolvedUrl> {
  const inside: Array<CatalogMatch & { scope: Scope }> = [];
  const unsaid: Unsaid[] = [];
  const hooks = {
    unsaid: (each: Unsaid) => unsaid.push(each),
    isEnough: () => inside.length > 0,
    ...(narrowing !== undefined && { narrowing }),
  };
  await askScopes(roster, hooks, async (scope) => {
    const { catalog } = await roster.named(scope.provider).tokenFor(scope.project);
    const match = catalogEntryFor(catalog, url);
    if (match !== undefined) inside.push({ scope, ...match });
  });
  const path = url.split(/[?#]/)[0] ?? '';
  // Where the project's id is in the path, only that project is meant.
  const own = inside.filter(({ scope }) => path.split('/').includes(scope.project.id));
  const meant = own.length > 0 ? own : inside;
  const [first] = meant;
  if (first === undefined) {
    const others = unsaid.length > 0 ? `; ${allUnsaid(unsaid)}` : '';
    throw new UsageError(`${url.split('?')[0]} is in none of your catalogs, so no token is sent there${others}.`, {
      hint: 'fed catalog list shows the endpoints; SERVICE/path needs no URL.',
    });
  }
  const scopes = meant.filter(({ scope }) => scope.provider === first.scope.provider).map(({ scope }) => scope);
  const service = serviceNamed(first.entry.type);
  return {
    subject: subjectBelow(service, await pathsOf(service), first.rest, scopes),
    narrowing: { providers: [first.scope.provider], projects: scopes.map(({ project }) => project.id) },
  };
}

/** @param rest what follows the endpoint's URL: empty, or from a `/` or `?` on */
function subjectBelow(service: Service, grammar: PathGrammar, rest: string, scopes: readonly Scope[]): Subject {
  const [path = '', ...query] = rest.split('?');
  const segments = path.split('/').slice(1);
  const version = VERSION.test(segments[0] ?? '') ? segments.shift() : undefined;
  const own = scopes.map(({ project }) => project.id);
  if (service.projectInPath && own.includes(segments[0] ?? '')) segments.shift();
  return subjectAt(service, grammar, {
    segments,
    query: query.join('?'),
    own,
    ...(version !== undefined && { version }),
  });
}
