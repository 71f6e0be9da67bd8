import type { RankedScope } from '../federation/ask.ts';
import { type Narrowing, narrowingTo } from '../federation/roster.ts';
import { regionKey } from '../federation/scope.ts';
import { Lru } from '../lru.ts';
import { type HeaderPairs, readBytes, type SendResponse } from '../ports/http.ts';
import type { Answer } from './answer.ts';
import { downstreamHeaders, without } from './headers.ts';
import { parsed } from './json.ts';
import { Refusal } from './refusal.ts';
import type { ProxyRequest } from './request.ts';
import type { ServiceRoute } from './route.ts';
import type { User } from './users.ts';
import { commonVersions } from './versions.ts';

export const VERSION_DOCUMENT_LIMIT = 1024 * 1024;
/** The services' versions change with their upgrades. */
export const VERSIONS_KEPT_MS = 5 * 60_000;
/** Documents for so many users, services and addresses of the proxy. */
const KEPT = 5000;

interface Told {
  readonly answer: Answer;
  /** Whether all providers said something. */
  readonly isWhole: boolean;
}

/** A request for a service's version document. */
export interface WantedVersions {
  readonly request: ProxyRequest;
  readonly route: ServiceRoute;
  readonly narrowing: Narrowing;
  /** What is sent to the providers. */
  readonly headers: HeaderPairs;
}

/** Version documents of services, true for every provider that has the service. */
export class VersionsDoor {
  readonly #kept = new Lru<{ at: number; answer: Promise<Told> }>(KEPT);

  /** @throws the engine's errors; Refusal 404 where no provider has the service */
  async answer(user: User, wanted: WantedVersions): Promise<Answer> {
    const { request, route, narrowing } = wanted;
    const key = JSON.stringify([user.identity, request.base, route.root, route.versions, narrowing]);
    const now = Date.now();
    const kept = this.#kept.get(key);
    if (kept !== undefined && now - kept.at < VERSIONS_KEPT_MS) return (await kept.answer).answer;
    const answer = ask(user, wanted);
    this.#kept.set(key, { at: now, answer });
    const drop = () => {
      if (this.#kept.get(key)?.answer === answer) this.#kept.delete(key);
    };
    answer.then((told) => (told.answer.status >= 400 || !told.isWhole) && drop(), drop);
    return (await answer).answer;
  }
}

async function ask(user: User, { request, route, narrowing, headers }: WantedVersions): Promise<Told> {
  const { service } = route.subject;
  const found: Array<{ rank: number; response: SendResponse; document: unknown; text: string }> = [];
  const asked = new Set<string>();
  const askOne = async (scope: RankedScope) => {
    const place = regionKey(scope);
    if (asked.has(place)) return;
    asked.add(place);
    const root = await user.federation.serviceRoot(scope, service);
    if (root === undefined) return;
    const { response } = await user.federation.forward({
      method: 'GET',
      subject: route.subject,
      url: `${root}/${route.versions}`,
      headers,
      narrowing: narrowingTo(scope),
    });
    const text = new TextDecoder().decode(await readBytes(response.body, VERSION_DOCUMENT_LIMIT));
    found.push({ rank: scope.rank, response, text, document: parsed(text) });
  };
  let isWhole = true;
  const unsaid = () => {
    isWhole = false;
  };
  await user.federation.scopes({ narrowing, service, unsaid, isEnough: () => true }, askOne);
  found.sort((a, b) => a.rank - b.rank);
  const [first] = found;
  if (first === undefined) throw new Refusal(404, `No provider has a ${service.type} service, or none can be asked.`);
  const { status, statusText } = first.response;
  const answered = without(downstreamHeaders(first.response.headers), 'content-length', 'location');
  const documents = found.filter((each) => each.response.status < 400).map(({ document }) => document);
  const body = documents.length === 0 ? undefined : commonVersions(documents, `${request.base}${route.root}`);
  const text = body === undefined ? first.text : JSON.stringify(body);
  const by = { provider: 'all', how: 'versions' };
  return { answer: { status, statusText, headers: answered, body: text, by }, isWhole };
}
