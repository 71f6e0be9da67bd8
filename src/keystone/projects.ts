import type { ProviderAuthError } from '../errors.ts';
import type { ConnectionProfile } from '../ports/http.ts';
import type { KeystoneContext } from './context.ts';
import { type Answer, exchange } from './exchange.ts';
import { failure } from './failure.ts';
import { identityBase } from './identity-base.ts';
import { arrayIn, isObject, objectIn, parseJson, textIn } from './shape.ts';
import type { Project, Token } from './token.ts';
import { projectFromApi, readToken } from './token-response.ts';

interface At {
  /** The provider's Identity v3 base. */
  readonly base: string;
  readonly token: Token;
  /** The provider's name. */
  readonly provider: string;
  readonly connection: ConnectionProfile;
}

/**
 * The enabled projects in which the token's user has a role, by name; none is an answer too (Identity API v3,
 * `GET /auth/projects`). Keystone lists them by id, which is random: the same federation would look different after
 * each rebuilding.
 *
 * An empty list is asked for once more before it is believed: a Keystone with several threads (22.0, measured) gives
 * one of some hundred users who enter at the same time an empty one, and the right one to the same token a moment later.
 *
 * @throws ProviderAuthError step `projects`; TransportError, ConfigError
 */
export async function projectsOf(context: KeystoneContext, at: At): Promise<Project[]> {
  const projects = await listed(context, at);
  return projects.length > 0 ? projects : listed(context, at);
}

async function listed(context: KeystoneContext, at: At): Promise<Project[]> {
  const base = await identityBase(context, { url: at.base, provider: at.provider, connection: at.connection });
  let list = `${base}/auth/projects`;
  let answer = await get(context, at, list);
  if (answer.status === 404) {
    // Before Juno had it under /auth, federation had its own.
    const older = `${base}/OS-FEDERATION/projects`;
    const found = await get(context, at, older);
    if (found.status !== 404) [list, answer] = [older, found];
  }
  const seen = new Map<string, Project | undefined>();
  const queries = new Set<string>();
  for (;;) {
    const before = seen.size;
    for (const { project, enabled } of pageOf(answer, at)) seen.set(project.id, enabled ? project : undefined);
    const query = nextQuery(answer, list);
    // A link that repeats, or a page that adds nothing, would go on for ever.
    if (query === undefined || queries.has(query) || seen.size === before) break;
    if (queries.size === MOST_PAGES)
      throw refusal(answer, at, `its list of projects has more than ${MOST_PAGES} pages`);
    queries.add(query);
    answer = await get(context, at, `${list}${query}`);
  }
  return [...seen.values()].filter((project) => project !== undefined).sort(byName);
}

/** Pages of a list of projects that are read. */
const MOST_PAGES = 1000;

/** By code units, not by a language's rules: the order is the same on every machine. */
function byName(a: Project, b: Project): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function get(context: KeystoneContext, at: At, url: string): Promise<Answer> {
  return exchange(context, {
    method: 'GET',
    url,
    headers: [
      ['Accept', 'application/json'],
      ['X-Auth-Token', at.token.secret],
    ],
    connection: at.connection,
    purpose: { provider: at.provider, step: 'projects' },
  });
}

function refusal(answer: Answer, { provider, token }: At, problem?: string): ProviderAuthError {
  return failure({ provider, step: 'projects', answer, secrets: [token.secret], problem }).error;
}

function pageOf(answer: Answer, at: At): { project: Project; enabled: boolean }[] {
  const refuse = (problem?: string) => refusal(answer, at, problem);
  if (answer.status !== 200) throw refuse();
  const body = parseJson(answer.text);
  if (!isObject(body) || !Array.isArray(body.projects)) throw refuse('that is no list of projects');
  return arrayIn(body, 'projects').map((item) => {
    const project = projectFromApi(item);
    if (project === undefined) throw refuse('one of the projects has no id or no name');
    return { project, enabled: !(isObject(item) && item.enabled === false) };
  });
}

/** Only the link's query counts: its address may be one that cannot be reached from here, and the token goes with it. */
function nextQuery(answer: Answer, list: string): string | undefined {
  const next = textIn(objectIn(parseJson(answer.text), 'links'), 'next');
  return next !== undefined && URL.canParse(next, list) ? new URL(next, list).search : undefined;
}

/**
 * A token scoped to one of the projects, made from another token of the same user. It ends when that one ends
 * (Identity API v3, `POST /auth/tokens`, method `token`).
 *
 * @throws ProviderAuthError step `scope`; TransportError, ConfigError
 */
export async function scopeTo(
  context: KeystoneContext,
  at: At & { readonly project: { readonly id: string; readonly name?: string } },
): Promise<Token> {
  const { token, provider, connection, project } = at;
  const base = await identityBase(context, { url: at.base, provider, connection });
  const askedAt = context.clock.now();
  const answer = await exchange(context, {
    method: 'POST',
    url: `${base}/auth/tokens`,
    headers: [
      ['Accept', 'application/json'],
      ['Content-Type', 'application/json'],
    ],
    body: JSON.stringify({
      auth: {
        identity: { methods: ['token'], token: { id: token.secret } },
        scope: { project: { id: project.id } },
      },
    }),
    connection,
    purpose: { provider, project: project.name ?? project.id, step: 'scope' },
  });
  const good = answer.status === 201 || answer.status === 200;
  const reading = good ? readToken(answer, askedAt) : undefined;
  if (reading !== undefined && 'token' in reading && reading.token.project?.id === project.id) return reading.token;
  const problem = reading !== undefined && 'token' in reading ? 'the token is for another scope' : reading?.problem;
  const wanted = `the project ${project.name ?? project.id}`;
  throw failure({ provider, step: 'scope', answer, secrets: [token.secret], problem, wanted }).error;
}
